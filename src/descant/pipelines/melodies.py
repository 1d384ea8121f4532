"""Every melody of a piece, as a library keeps them to be found by humming.

Of a score: the top line of each part, repeats and jumps played out, in quarters. Of MIDI: the tune that the network of
`harmony/melody.py` finds among all notes, and every part that is a line of its own. Of a recording: the tune among its
transcribed notes, and the notes of its pitch contour, in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from descant.alignment.bars import MusicBar, bars_of_notes, bars_of_score
from descant.alignment.written import written_notes
from descant.errors import InvalidValueError
from descant.harmony.melody import melody
from descant.harmony.melody_features import TOGETHER
from descant.io.score.top_line import top_line
from descant.io.score.unfolded import unfolded
from descant.transcription.sung_notes import sung_notes
from descant.types import Beats, Melody, Notes, Piece, PitchContour, Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.score import Event, Measure

FEWEST = 4  # notes: with fewer no tune is told from another
ALONE = 0.9  # share of a part's notes that are struck alone where it is a line
TUNE, HEARD = "tune", "pitch"


def melodies(piece: Score | Notes | Piece) -> tuple[Melody, ...]:
    """Every melody of at least FEWEST notes, each with its label; the same one is given once."""
    found: list[Melody] = []
    for one in _of_score(piece) if isinstance(piece, Score) else _of_sounding(piece):
        known = any(_same(one, other) for other in found)
        if len(one) >= FEWEST and not known:
            found.append(one)
    return tuple(found)


def _same(one: Melody, other: Melody) -> bool:
    return np.array_equal(one.pitch, other.pitch) and np.allclose(one.onset, other.onset, atol=TOGETHER)


def _of_score(page: Score) -> Iterator[Melody]:
    score = unfolded(page).score
    bars = bars_of_score(score)
    for number, part in enumerate(score.parts):
        if part.sound.drum:
            continue
        onset, duration, pitch = _joined(score.measures, top_line(score, number))
        label = part.name or (f"part {number + 1}" if len(score.parts) > 1 else TUNE)
        yield _written(pitch, onset, duration, bars, label)


def _joined(measures: Sequence[Measure], rows: Sequence[Sequence[Event]]) -> tuple[FloatArray, FloatArray, IntArray]:
    """Onsets and durations in quarters and pitches of a line, ties joined; strokes of drums are left out."""
    onset: list[float] = []
    duration: list[float] = []
    pitch: list[int] = []
    tied = False
    for measure, row in zip(measures, rows, strict=True):
        for event in row:
            if event.rest or any(one is not None for one in event.drums):
                tied = False
                continue
            height = event.pitches[0].midi
            if tied and pitch and pitch[-1] == height:
                duration[-1] += float(event.duration)
            else:
                onset.append(float(measure.start + event.onset))
                duration.append(float(event.duration))
                pitch.append(height)
            tied = event.tied[0]
    return np.array(onset), np.array(duration), np.array(pitch, dtype=np.int64)


def _of_sounding(piece: Notes | Piece) -> Iterator[Melody]:
    """Melodies of MIDI in quarters, of a recording in seconds."""
    if isinstance(piece, Notes):
        try:
            page = written_notes(piece)
        except InvalidValueError:  # it has drums alone, or nothing
            return
        bars = bars_of_notes(piece, page)
        for label, notes in _lines(piece):
            onset = page.quarters(notes.onset)
            yield _written(notes.pitch, onset, page.quarters(notes.offset) - onset, bars, label)
        return
    heard, contour, beats = piece.get(Notes), piece.get(PitchContour), piece.get(Beats)
    downbeats = beats.downbeats if beats is not None else np.zeros(0)
    numbers = tuple(str(at + 1) for at in range(len(downbeats)))
    if heard is not None:
        for label, notes in _lines(heard):
            length = notes.offset - notes.onset
            yield Melody(notes.pitch.astype(np.float64), notes.onset, length, "seconds", downbeats, numbers, label)
    if contour is not None:
        yield replace(sung_notes(contour), bars=downbeats, numbers=numbers, label=HEARD)


def _lines(notes: Notes) -> Iterator[tuple[str, Notes]]:
    """The tune, then each part that is a line; no two notes of one begin together."""
    yield TUNE, _struck_alone(notes.only(melody(notes)))
    for number, part in enumerate(notes.parts):
        mine = notes.only((notes.part == number) & ~notes.drum)
        line = _struck_alone(mine)
        if len(line) >= ALONE * len(mine):
            yield part.name or f"part {number + 1}", line


def _struck_alone(notes: Notes) -> Notes:
    """The highest of the notes that are struck together."""
    kept = np.zeros(len(notes), dtype=bool)
    highest = -1
    for at in range(len(notes)):
        if highest < 0 or notes.onset[at] > notes.onset[highest] + TOGETHER:
            highest = at
        elif notes.pitch[at] > notes.pitch[highest]:
            kept[highest], highest = False, at
        kept[highest] = True
    return notes.only(kept)


def _written(pitch: IntArray, onset: FloatArray, duration: FloatArray, bars: Sequence[MusicBar], label: str) -> Melody:
    starts = np.array([bar.start for bar in bars])
    return Melody(pitch.astype(np.float64), onset, duration, "quarters", starts, tuple(b.number for b in bars), label)
