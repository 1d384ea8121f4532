"""What is heard in a take, with its score at hand: faint notes count where they are written, and only there.

A transcriber of its own must choose between notes that it overhears and notes that are none. Here the score says which
notes to expect: what is heard faintly answers them, and only what is heard clearly can be a wrong note or an extra one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from descant.features import prepare
from descant.pipelines.listen import hear
from descant.registry import find
from descant.transcription.onsets_and_frames import PARTIALS
from descant.types import Audio, AudioFile, Notes, Score
from descant.types.arrays import BoolArray

PIANOS = range(8)  # General MIDI programmes
PIANIST = "onsets-and-frames"
FAINT = 0.1  # confidence of notes that may be there
CLEAR = 0.7  # and of those that are,
CLEAR_PARTIAL = 0.85  # where they may be a partial of another one
AT_ONCE = 0.06  # seconds

Progress = Callable[[float], None]


def heard_take(
    score: Score, sound: AudioFile | Audio, use: Mapping[str, str] | None = None, progress: Progress = lambda _: None
) -> tuple[Notes, BoolArray]:
    """The notes of a recording, and which of them are clear; of music for piano, by the piano transcriber.

    use: as for `listen`; what another transcriber hears is all clear.
    """
    piano = all(part.sound.program in PIANOS and not part.sound.drum for part in score.parts)
    if piano and "notes" not in (use or {}):
        pianist = find(PIANIST)
        expected = max(sound.duration, 1e-6)
        prepare(sound, list(pianist.needs), lambda done: progress(min(1.0, done / expected)))
        notes: Notes = pianist(sound, onset_threshold=FAINT, partial_threshold=FAINT)
        return notes, np.asarray(notes.confidence) >= np.where(may_be_partials(notes), CLEAR_PARTIAL, CLEAR)
    found = hear(sound, only=("notes",), use=use, progress=progress).get(Notes)
    assert found is not None, "notes were asked for"
    return found, np.ones(len(found), dtype=bool)


def may_be_partials(notes: Notes) -> BoolArray:
    """Which notes lie where a partial of another one does, (n,): one of the keys below is struck about then."""
    found = np.zeros(len(notes), dtype=bool)
    first = np.searchsorted(notes.onset, notes.onset - AT_ONCE)
    last = np.searchsorted(notes.onset, notes.onset + AT_ONCE)
    for at in range(len(notes)):
        below = notes.pitch[at] - notes.pitch[first[at] : last[at]]
        found[at] = bool(np.isin(below, PARTIALS).any())
    return found
