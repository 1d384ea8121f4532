"""How far two samples are from one distribution, by the distances within and between them.

The coefficient of inhomogeneity of Székely and Rizzo (Energy Statistics: A Class of Statistics Based on Distances,
2013): 1 - (E|X - X'| + E|Y - Y'|) / 2E|X - Y|. It is 0 where both are distributed alike, and 1 where each value of one
differs from those of the other and all of its own are equal; it knows no unit and no scale. The means are over pairs
of different members, so that small samples look no farther apart than large ones; by chance it can be a little below 0.
"""

from __future__ import annotations

import numpy as np

from descant.types.arrays import FloatArray


def inhomogeneity(one: FloatArray, other: FloatArray) -> float:
    """Of two samples of numbers, none of them empty."""
    between = float(np.abs(one[:, None] - other).mean())
    return 1.0 - (_within(one) + _within(other)) / (2.0 * between) if between else 0.0


def _within(sample: FloatArray) -> float:
    """The mean distance of two members."""
    count = len(sample)
    return float(np.abs(sample[:, None] - sample).sum()) / max(count * (count - 1), 1)
