"""Dynamic time warping of two rows of features, from coarse to fine, so that an hour fits into memory.

Both rows are first shortened until the plain search over all pairs is small. The path found there, drawn on the next
finer scale, says about where the path is; only pairs near it are looked at, and so on to the full resolution. Steps go
on by one in either row or in both, and each pair on the path costs one minus the cosine of its two frames.

Mueller, Mattes and Kurth: An Efficient Multiscale Approach to Audio Synchronization, ISMIR 2006.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray, IntArray

SMALL = 400  # frames of the shorter row at which all pairs are looked at
FACTOR = 4  # from one scale to the next
RADIUS = 24  # frames on either side of the coarser path, on the finer scale
DIAGONAL, UP, LEFT = range(3)  # where a pair was come to from: both rows, the first alone, the second alone

Frames = npt.NDArray[np.float32]  # (frames, bins)


def dtw(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating], radius: int = RADIUS) -> IntArray:
    """The path, (k, 2): the frames of both rows that belong together, from the first pair to the last, no step back.

    one: (n, bins), other: (m, bins), of one frame or more. Raises InvalidValueError for rows that are empty or have
    other bins.
    """
    first, second = (np.asarray(rows, dtype=np.float32) for rows in (one, other))
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1] or not len(first) or not len(second):
        raise InvalidValueError(f"rows of {first.shape} and {second.shape} cannot be warped onto each other")
    scales = [(first, second)]
    while min(map(len, scales[-1])) > SMALL:
        coarser = (_shortened(scales[-1][0]), _shortened(scales[-1][1]))
        scales.append(coarser)
    rows, columns = (len(one) for one in scales[-1])
    low, high = np.zeros(rows, dtype=np.int64), np.full(rows, columns, dtype=np.int64)
    path = _path(normal(scales[-1][0]), normal(scales[-1][1]), low, high)
    for first, second in reversed(scales[:-1]):
        low, high = window(path, len(first), len(second), radius)
        path = _path(normal(first), normal(second), low, high)
    return path


def window(path: IntArray, rows: int, columns: int, radius: int) -> tuple[IntArray, IntArray]:
    """For each frame of the first row, on the finer scale, the first frame of the second and the one after the last.

    path: on the scale FACTOR times coarser. Neighbouring rows overlap, so that a path goes through.
    """
    low, high = np.full(rows, columns, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    for at in range(FACTOR):
        row = np.minimum(FACTOR * path[:, 0] + at, rows - 1)
        np.minimum.at(low, row, FACTOR * path[:, 1] - radius)
        np.maximum.at(high, row, FACTOR * (path[:, 1] + 1) + radius)
    low[0], high[-1] = 0, columns
    low = np.minimum.accumulate(np.clip(low, 0, columns - 1)[::-1])[::-1]
    high = np.maximum.accumulate(np.clip(high, 1, columns))
    return low, np.maximum(high, low + 1)


def _shortened(rows: Frames) -> Frames:
    """The means of every FACTOR frames; the last of those that are left."""
    starts = np.arange(0, len(rows), FACTOR)
    counts = np.diff(np.append(starts, len(rows)))
    found: Frames = (np.add.reduceat(rows, starts, axis=0) / counts[:, None]).astype(np.float32)
    return found


def normal(rows: Frames) -> Frames:
    """Rows of length one; a silent one is all zeros and like nothing."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Frames = (rows / np.maximum(length, 1e-9)).astype(np.float32)
    return found


def _path(one: Frames, other: Frames, low: IntArray, high: IntArray) -> IntArray:
    """The cheapest path through pairs (i, j) with low[i] <= j < high[i].

    Going on in the second row alone adds up costs: with S their sum so far, the best way to j is S[j] plus the least of
    (the best way from the row above to k) - S[k - 1] over k up to j, a running minimum.
    """
    came = np.full(int((high - low).sum()), LEFT, dtype=np.uint8)
    offset = np.append(0, np.cumsum(high - low))
    before: FloatArray = np.zeros(0)
    for at in range(len(one)):
        start, stop = int(low[at]), int(high[at])
        cost = 1.0 - (other[start:stop] @ one[at]).astype(np.float64)
        entry = np.full(stop - start, np.inf)
        mark = came[offset[at] : offset[at + 1]]
        if at == 0:
            entry[0] = 0.0
        else:
            above = _shifted(before, int(low[at - 1]), start, stop)
            beside = _shifted(before, int(low[at - 1]) + 1, start, stop)
            mark[:] = np.where(beside <= above, DIAGONAL, UP)
            entry = np.minimum(above, beside)
        total = np.cumsum(cost)
        before_sum = total - cost
        best = np.minimum.accumulate(entry - before_sum)
        mark[entry - before_sum > best] = LEFT
        before = total + best
    return _back(came, offset, low)


def _shifted(values: FloatArray, begins: int, start: int, stop: int) -> FloatArray:
    """Values that stand from column `begins` on, as those of columns start to stop; infinite where there are none."""
    found = np.full(stop - start, np.inf)
    first, last = max(begins, start), min(begins + len(values), stop)
    if last > first:
        found[first - start : last - start] = values[first - begins : last - begins]
    return found


def _back(came: npt.NDArray[np.uint8], offset: IntArray, low: IntArray) -> IntArray:
    """From the last pair to the first."""
    row, column = len(low) - 1, int(offset[-1] - offset[-2] + low[-1] - 1)
    pairs = [(row, column)]
    while row or column:
        step = came[offset[row] + column - low[row]]
        row, column = row - (step != LEFT), column - (step != UP)
        pairs.append((row, column))
    return np.array(pairs[::-1], dtype=np.int64)
