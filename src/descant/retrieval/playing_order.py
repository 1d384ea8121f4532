"""The order in which chosen pieces are played: smooth from one to the next, nobody twice in a row where that can be.

A path through all pieces from a given first one, short by the cost of each step: the nearest next, then turned round
stretch by stretch as long as that makes it shorter (2-opt; Croes: A Method for Solving Traveling-Salesman Problems,
Operations Research 6(6), 1958).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from descant.types.arrays import FloatArray

TWICE = 1000.0  # what the same artist twice in a row costs: more than any path
ROUNDS = 20


def smooth_order(cost: FloatArray, artists: Sequence[str]) -> list[int]:
    """Places in playing order, the first staying first. cost: (n, n), symmetric. artists: "" for unknown ones."""
    whole = cost + TWICE * _same(artists)
    path = apart(range(len(artists)), artists, whole)
    for _ in range(ROUNDS):
        if not _turned(path, whole):
            break
    return path


def apart(order: Sequence[int], artists: Sequence[str], cost: FloatArray | None = None) -> list[int]:
    """Places so that nobody comes twice in a row where that can be, the first of `order` staying first.

    Next comes what is cheapest to go to, or, without costs, what comes first in `order`; unless some artist would be
    left with more pieces than there are others to put between them.
    """
    left, path = list(order), [order[0]] if len(order) else []
    left = left[1:]
    while left:
        last = path[-1]
        counts = Counter(artists[one] for one in left if artists[one])
        name, most = counts.most_common(1)[0] if counts else ("", 0)
        other = [one for one in left if not artists[one] or artists[one] != artists[last]]
        if 2 * most > len(left) and name != artists[last]:  # else there would be too few to put between
            other = [one for one in left if artists[one] == name]
        choice = other or left
        after = choice[0] if cost is None else min(choice, key=lambda one: cost[last, one])
        path.append(after)
        left.remove(after)
    return path


def _turned(path: list[int], cost: FloatArray) -> bool:
    """Turn one stretch after the other round wherever that shortens the path, in place; whether any was."""
    better = False
    count = len(path)
    for low in range(1, count - 1):
        for high in range(low + 1, count):
            before = cost[path[low - 1], path[low]]
            now = cost[path[low - 1], path[high]]
            if high + 1 < count:
                before += cost[path[high], path[high + 1]]
                now += cost[path[low], path[high + 1]]
            if now < before - 1e-9:
                path[low : high + 1] = path[low : high + 1][::-1]
                better = True
    return better


def _same(artists: Sequence[str]) -> FloatArray:
    names = np.array(artists, dtype=object)
    same = (names[:, None] == names[None, :]) & (names != "")[:, None] if len(names) else np.zeros((0, 0))
    return np.asarray(same, dtype=np.float64)
