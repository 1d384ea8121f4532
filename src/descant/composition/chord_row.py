"""A row of chords: for every column of a grid the chord that it lies in, by root and quality, or none.

The numbers are the tags of `types/chord_vocabulary.py`. Basses are left out, and a chord that is said again is one
chord.
"""

from __future__ import annotations

import numpy as np

from descant.types import Chords, Score
from descant.types.annotations import segments_from_boundaries
from descant.types.arrays import FloatArray, IntArray
from descant.types.chord_vocabulary import NAMES, NO_CHORD, TAGS, Chord, name, parse
from descant.types.clock import Clock
from descant.types.names import FLAT_NAMES

CHORDS = TAGS - 1  # all but the unknown one
LABELS = tuple(name(Chord.of_tag(tag), FLAT_NAMES) for tag in range(CHORDS))
CLOSE = 1e-3  # columns: nearer than that a chord lies on the grid

Spans = tuple[FloatArray, FloatArray, tuple[str, ...]]  # start and end in quarters, and Harte's label


def spans_of(chords: Chords | Score, clock: Clock) -> Spans:
    """Chords in quarters; a score's are its symbols, each up to the next one."""
    if isinstance(chords, Chords):
        return clock.quarters(chords.start), clock.quarters(chords.end), chords.label
    at = np.array([float(one.at) for one in chords.chords])
    return at, np.append(at[1:], float(chords.length))[: len(at)], tuple(one.label for one in chords.chords)


def encode(spans: Spans, columns_a_quarter: int) -> tuple[IntArray, int]:
    """Every column's tag up to where the last chord ends, and how many chords read as another or lie elsewhere."""
    start, end, labels = spans
    edges = np.stack([start, end]) * columns_a_quarter
    low, high = np.round(edges).astype(np.int64)
    moved = np.abs(edges - (low, high)).max(axis=0, initial=0.0) > CLOSE
    row = np.full(int(high.max(initial=0)), NO_CHORD, dtype=np.int64)
    changed = 0
    for at, label in enumerate(labels):
        chord = parse(label)
        tag = NO_CHORD if chord is None else chord.tag
        row[max(low[at], 0) : high[at]] = tag
        said = label.partition("/")[0].partition(":")[2] or "maj"
        same = chord == Chord.of_tag(tag) and (tag == NO_CHORD or said == NAMES[tag // 12])
        changed += not same or bool(moved[at]) or bool(high[at] <= max(low[at], 0))
    return row, changed


def decode(row: IntArray, clock: Clock, columns_a_quarter: int) -> Chords:
    """The chords that a row of tags says, with roots as flats; what has no chord is said too."""
    edges = clock.seconds(np.arange(len(row) + 1) / columns_a_quarter)
    return Chords(*segments_from_boundaries(edges, [LABELS[tag] for tag in row.tolist()]))


def transposed(row: IntArray, semitones: int) -> IntArray:
    """The same chords in another key."""
    return np.where(row == NO_CHORD, NO_CHORD, row // 12 * 12 + (row % 12 + semitones) % 12)
