"""Which of some notes answers which of others: the nearest one of its pitch that no other note has taken."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from descant.types.arrays import FloatArray, IntArray

UNMATCHED = -1


def nearest(
    place: FloatArray, pitch: IntArray, other_place: FloatArray, other_pitch: IntArray, reach: float
) -> IntArray:
    """For each note the index of its answer among the others, or UNMATCHED; the nearest pairs are joined first.

    Places may be seconds or quarters; no pair is farther apart than `reach`.
    """
    answer = np.full(len(place), UNMATCHED, dtype=np.int64)
    pairs: list[tuple[float, int, int]] = []
    for one in np.intersect1d(pitch, other_pitch).tolist():
        others = np.flatnonzero(other_pitch == one)
        others = others[np.argsort(other_place[others], kind="stable")]
        places = other_place[others].tolist()
        for note in np.flatnonzero(pitch == one).tolist():
            at = float(place[note])
            for found in range(bisect_left(places, at - reach), bisect_right(places, at + reach)):
                pairs.append((abs(places[found] - at), note, int(others[found])))
    taken: set[int] = set()
    for _, note, other in sorted(pairs):
        if answer[note] == UNMATCHED and other not in taken:
            answer[note] = other
            taken.add(other)
    return answer
