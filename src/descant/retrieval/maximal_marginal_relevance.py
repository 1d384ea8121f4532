"""Maximal marginal relevance: what fits, and is unlike what has been chosen already.

One after the other the item is taken with the greatest  λ · relevance - (1 - λ) · greatest likeness to those taken.
λ = 1 takes the most relevant, λ = 0 the most various.

Carbonell and Goldstein: The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries,
SIGIR 1998.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from descant.types.arrays import FloatArray


def marginal_relevance(relevance: FloatArray, likeness: FloatArray, trade: float) -> Iterator[int]:
    """Places in the order in which they are taken, all of them; of equals the one that stands first.

    relevance: (n,) from 0 to 1. likeness: (n, n) from 0 to 1. trade: λ.
    """
    nearest = np.zeros(len(relevance))
    left = np.ones(len(relevance), dtype=np.bool_)
    for _ in range(len(relevance)):
        worth = np.where(left, trade * relevance - (1.0 - trade) * nearest, -np.inf)
        taken = int(np.argmax(worth))
        left[taken] = False
        nearest = np.maximum(nearest, likeness[taken])
        yield taken


def spread(likeness: FloatArray, chosen: list[int]) -> float:
    """Intra-list diversity: one minus the mean likeness of every two that were chosen; 0 for one alone."""
    if len(chosen) < 2:
        return 0.0
    upper = likeness[np.ix_(chosen, chosen)][np.triu_indices(len(chosen), 1)]
    return float(1.0 - upper.mean())
