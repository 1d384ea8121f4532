"""Faults of a chorale, one by one, by which the best of several is chosen: the fewest faults, then the fewest nats.

What `voice_leading.py` and `sonorities.py` tell place by place is counted here once a fault: parallels, harsh leaps,
voices that begin to cross or to lie too far apart, leading notes of outer voices that do not rise. The raster has no
bars, and a model may write across them: bar lines over which nobody moves are faults too, and chords of two beats or
more on the second or fourth. So that few faults are not bought with few notes, so are chords of more than two beats.

Frames are (steps, 4) MIDI numbers, REST where a voice is silent (`jsb_raster.py`).
"""

from __future__ import annotations

import numpy as np

from descant.composition.sonorities import leading_notes
from descant.composition.voice_leading import crossing, harsh_leaps, parallel_fifths, parallel_octaves, wide_spacing
from descant.types.arrays import BoolArray, IntArray

BAR, HALF = 16, 8  # steps
OUTER = (0, 3)


def faults(frames: IntArray, first_bar: int = 0) -> dict[str, int]:
    """How many there are of each kind; bars begin at step `first_bar` and every 16 steps from there."""
    moves = (np.diff(frames, axis=0) != 0).any(axis=1)
    bar_lines = np.arange(first_bar or BAR, len(frames), BAR)
    begins = np.concatenate([[0], np.flatnonzero(moves) + 1])
    lengths = np.diff([*begins, len(frames)])
    weak = (begins - first_bar) % HALF != 0
    return {
        **voice_leading_faults(frames),
        "bar lines held over": int(np.count_nonzero(~moves[bar_lines - 1])),
        "long chords on weak beats": int(np.count_nonzero(weak & (lengths >= HALF))),
        "chords of more than two beats": int(np.count_nonzero(lengths[:-1] > HALF)),
    }


def voice_leading_faults(frames: IntArray) -> dict[str, int]:
    """Those that ask for no bars."""
    rising = leading_notes(frames)
    return {
        "parallel fifths": int(parallel_fifths(frames).found.sum()),
        "parallel octaves": int(parallel_octaves(frames).found.sum()),
        "harsh leaps": int(harsh_leaps(frames).found.sum()),
        "crossings": _begun(crossing(frames).found),
        "wide spacings": _begun(wide_spacing(frames).found),
        "leading notes that do not rise": int((rising.asked & ~rising.found)[:, OUTER].sum()),
    }


def _begun(found: BoolArray) -> int:
    """How often something begins, of (steps, ...)."""
    return int(np.count_nonzero(found[1:] & ~found[:-1]) + np.count_nonzero(found[:1]))
