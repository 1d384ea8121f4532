"""What one part of a search says of the items of a library, and how several parts become one order.

Scores of different parts have nothing in common but their order: a threshold on a cosine that nobody calibrated gives
half of the library or nothing. So parts are put together by rank (reciprocal rank fusion), and people are told
percentiles: the share of the rest of the library that an item beats.

Cormack, Clarke and Büttcher: Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods,
SIGIR 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from descant.types import _check
from descant.types._check import require
from descant.types.arrays import FloatArray, IntArray

REASONS_APART = "; "  # stands between the reasons of a part that has several
DAMPING = 60.0  # the paper's k: how little the very first ranks count more than those after them
TELLING = 50.0  # percent of the library, below which being nearer than so many is no reason


@dataclass(frozen=True, eq=False)
class Scores:
    """What a part of a search says of the items that it can say something of; of others it says nothing."""

    ids: IntArray  # (n,) items of the library, each once, rising once it is made
    score: FloatArray  # (n,) the higher the better; compared with each other and with nothing else
    reason: Callable[[int], str]  # of an item's number: why it matched, in a few words; called for what is shown only
    at: Callable[[int], float | None] = lambda _: None  # seconds of the item at which that is heard, where it is known
    melody: Callable[[int], str] = lambda _: ""  # the label of the melody of the item that matched, where one did

    def __post_init__(self) -> None:
        ids = np.array(self.ids)
        require(ids.ndim == 1 and ids.dtype.kind == "i", "items are named by whole numbers")
        score = _check.floats("scores", self.score, len(ids))
        if len(ids) > 1 and not bool(np.all(ids[1:] > ids[:-1])):
            order = np.argsort(ids, kind="stable")
            ids, score = ids[order], score[order]
            require(bool(np.all(ids[1:] > ids[:-1])), "a part scores each item once")
        object.__setattr__(self, "ids", _check.frozen(ids.astype(np.int64, copy=False)))
        object.__setattr__(self, "score", _check.frozen(score))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item: int) -> bool:
        at = int(np.searchsorted(self.ids, item))
        return at < len(self.ids) and int(self.ids[at]) == item

    def over(self, ids: IntArray) -> FloatArray:
        """The score of each of `ids` (rising), -inf where nothing is said."""
        if len(ids) == len(self.ids) and bool(np.array_equal(ids, self.ids)):
            return self.score
        result = np.full(len(ids), -np.inf)
        result[np.isin(ids, self.ids)] = self.score[np.isin(self.ids, ids)]  # both rise
        return result


def fused(parts: Sequence[FloatArray]) -> FloatArray:
    """One score an item from its scores in several parts, each (n,), -inf where a part says nothing of it.

    One part stays as it is. Of several, each gives 1 / (60 + rank), and nothing to items that it says nothing of; what
    none says anything of stays at -inf.
    """
    require(bool(parts), "at least one part is needed")
    if len(parts) == 1:
        return parts[0]
    total = np.zeros(len(parts[0]))
    for part in parts:
        total += np.where(np.isfinite(part), 1.0 / (DAMPING + ranks(part)), 0.0)
    return np.where(total > 0.0, total, -np.inf)


def ranks(score: FloatArray) -> IntArray:
    """The rank of each item, from 1 for the best; equal scores share the better rank."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]][: len(score)]
    result = np.empty(len(score), dtype=np.int64)
    result[order] = np.maximum.accumulate(np.where(first, np.arange(len(score)) + 1, 0))
    return result


def top(score: FloatArray, count: int) -> IntArray:
    """Where the `count` best lie, the best first; of equals the one that stands first. What is -inf is never taken."""
    known = np.flatnonzero(score > -np.inf)
    values = score[known]
    count = min(count, len(known))
    if count <= 0:
        return known[:0]
    least = np.partition(values, len(values) - count)[len(values) - count]
    best = np.flatnonzero(values >= least)  # equals of the last one too: the order decides among them
    return known[best[np.argsort(-values[best], kind="stable")][:count]]


def percentile(score: FloatArray, at: IntArray) -> FloatArray:
    """The share of all others, in hundredths, whose score lies below that of the items at `at`; -inf lies below all."""
    if len(score) < 2 or not len(at):
        return np.full(len(at), 100.0)
    upper = np.sort(score[score >= score[at].min()])
    below = len(score) - len(upper) + np.searchsorted(upper, score[at])
    return 100.0 * below / (len(score) - 1)


def share_below(values: FloatArray, value: float) -> float:
    """The share of the other values that lie below one of them, in hundredths."""
    return 100.0 * float(np.count_nonzero(values < value)) / max(len(values) - 1, 1)
