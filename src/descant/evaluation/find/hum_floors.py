"""Two plain searches for a hum, to be held against: edit distance of intervals, and counting runs of intervals.

Both round the hum's intervals to whole semitones and know nothing of time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.retrieval.melody_index import Line, MelodyIndex
from descant.types.arrays import FloatArray, IntArray

FAR = 10_000  # semitones: what stands for the interval to a melody's first note
APART = 1000  # edits between two melodies: more than a hum has
GRAM = 3  # intervals


def edit_distance(index: MelodyIndex, hum: Line) -> FloatArray:
    """(melodies,) minus the least number of intervals to change, leave out or add that make the hum a stretch of each.

    Sellers: The Theory and Computation of Evolutionary Distances: Pattern Recognition, Journal of Algorithms 1, 1980.
    """
    steps, first = _steps(index), index.bounds[:-1]
    at = np.arange(len(steps), dtype=np.int32)
    at += APART * np.repeat(np.arange(len(first), dtype=np.int32), np.diff(index.bounds))  # no path goes on to the next
    above = np.zeros(len(steps), dtype=np.int32)
    for number, step in enumerate(_rounded(hum).tolist(), 1):
        changed = np.append(np.int32(number), above[:-1] + (steps[1:] != step))
        changed[first] = number
        best = np.minimum(changed, above + 1)
        above = np.minimum.accumulate(best - at) + at
    return -np.minimum.reduceat(above, first).astype(np.float64)


def shared_grams(index: MelodyIndex, hum: Line) -> FloatArray:
    """(melodies,) how many of the hum's different runs of three intervals each melody has; -inf for none."""
    steps, mine = _steps(index), _rounded(hum)
    found = np.zeros(len(index))
    for gram in {tuple(mine[at : at + GRAM].tolist()) for at in range(len(mine) - GRAM + 1)}:
        here = np.ones(len(steps) - GRAM + 1, dtype=bool)
        for at, step in enumerate(gram):
            here &= steps[at : len(here) + at] == step
        begins = np.append(here, np.zeros(GRAM - 1, dtype=bool))
        found += np.logical_or.reduceat(begins, index.bounds[:-1])
    return np.where(found > 0, found, -np.inf)


def _steps(index: MelodyIndex) -> npt.NDArray[np.int32]:
    """(notes of the row,) the interval to each note; FAR to the first of a melody."""
    steps = np.round(np.diff(index.pitch, prepend=0.0)).astype(np.int32)
    steps[index.bounds[:-1]] = FAR
    return steps


def _rounded(hum: Line) -> IntArray:
    return np.round(np.diff(hum.pitch)).astype(np.int64)
