"""Models of sequences that learn from training pieces, and how much the pieces held out cost each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from descant.evaluation.measured import Measured, Pooled
from descant.types.arrays import FloatArray, IntArray

Sequences = Sequence[IntArray]
Costs = Callable[[Sequences], FloatArray]  # of each whole sequence, in bits or nats


@dataclass(frozen=True)
class Fitted:
    """A model that has learned, and the size that was chosen for it."""

    costs: Costs
    chosen: Mapping[str, float]


Fit = Callable[[Sequences, Sequences], Fitted]  # from training and validation pieces


def one_by_one(costs: Callable[[IntArray], FloatArray]) -> Costs:
    """Of whole sequences, from what each symbol of one costs."""
    return lambda sequences: np.array([costs(one).sum() for one in sequences])


def best(name: str, models: Mapping[int, Costs], valid: Sequences) -> Fitted:
    """The model of the size, called `name`, that costs least on validation pieces; of equals the first."""
    size = min(models, key=lambda one: float(models[one](valid).sum()))
    return Fitted(models[size], {name: float(size)})


def pooled(measure: str) -> Callable[[Sequence[Measured]], Pooled]:
    """All costs over all symbols, n the number of symbols; and what was chosen, n the number of pieces.

    Each piece's `raw` is its cost, how many symbols it has, and what was chosen.
    """

    def together(group: Sequence[Measured]) -> Pooled:
        symbols = sum(one.raw[1] for one in group)
        chosen = {f"{name}, chosen": (value, len(group)) for name, value in group[0].raw[2].items()}
        return {measure: (sum(one.raw[0] for one in group) / symbols, symbols), **chosen}

    return together
