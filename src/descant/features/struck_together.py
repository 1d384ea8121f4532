"""Which notes are struck at one moment: a chord is not struck at once, nor is a rolled one."""

from __future__ import annotations

import numpy as np

from descant.types.arrays import FloatArray, IntArray

TOGETHER, LONGEST = 0.035, 0.09  # seconds from one note of a cluster to the next, and of the whole


def struck_together(onset: FloatArray) -> IntArray:
    """The number of the cluster that each onset belongs to; onsets in order of time, seconds."""
    of = np.zeros(len(onset), dtype=np.int64)
    first = 0
    for at in range(1, len(onset)):
        apart = onset[at] - onset[at - 1] > TOGETHER or onset[at] - onset[first] > LONGEST
        first = at if apart else first
        of[at] = of[at - 1] + apart
    return of
