"""Where in a longer row a shorter one lies: time warping that may begin and end anywhere in the longer one.

Each frame of the shorter row is matched and counts once; on the way the longer one goes at most STEEPEST times as fast,
or as slow. All paths have the same number of costs, so that they can be compared wherever they begin and end.

Mueller: Information Retrieval for Music and Motion, Springer 2007, sections 4.2.2 (steps) and 4.4 (subsequences).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.dtw import normal

STEEPEST = 3


def subsequence(short: npt.NDArray[np.floating], long: npt.NDArray[np.floating]) -> tuple[int, int]:
    """The first and the last frame of `long`, (m, bins), between which `short`, (n, bins), lies.

    Where `long` is too short for any path, all of it.
    """
    one, other = normal(np.asarray(short, dtype=np.float32)), normal(np.asarray(long, dtype=np.float32))
    costs = [1.0 - (other @ one[0]).astype(np.float64)]  # of the last frames of `short`, the newest last
    best, begun = costs[:], [np.arange(len(other))]  # likewise: of the best path to each pair, and where it began
    for frame in one[1:]:
        cost = 1.0 - (other @ frame).astype(np.float64)
        ways = [(_later(best[-1], step, np.inf), _later(begun[-1], step, 0)) for step in range(1, STEEPEST + 1)]
        waited = np.zeros(len(other))
        for back in range(2, len(best) + 1):
            waited = waited + costs[1 - back]
            ways.append((_later(best[-back], 1, np.inf) + waited, _later(begun[-back], 1, 0)))
        chosen = np.argmin([way for way, _ in ways], axis=0)
        best.append(cost + np.choose(chosen, [way for way, _ in ways]))
        begun.append(np.choose(chosen, [since for _, since in ways]))
        costs.append(cost)
        for rows in (costs, best, begun):
            del rows[:-STEEPEST]
    last = int(np.argmin(best[-1]))
    return (int(begun[-1][last]), last) if np.isfinite(best[-1][last]) else (0, len(other) - 1)


def _later(values: npt.NDArray[np.generic], step: int, nothing: float) -> npt.NDArray[np.generic]:
    """Values moved on by some frames."""
    kept = values[: max(0, len(values) - step)]
    return np.concatenate([np.full(len(values) - len(kept), nothing, dtype=values.dtype), kept])
