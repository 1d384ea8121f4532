"""Models of the next token that know next to nothing, for any vocabulary: even, unigram, and n-grams.

They learn from the training pieces as they are: copies in other keys would not go into memory. The n-grams' orders were
the best of 3 to 5 on validation performances. All are held to the grammar: what it forbids has no chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from descant.composition.next_token import nats
from descant.composition.vocabulary import Grammar
from descant.sequences.markov import Markov
from descant.types.arrays import FloatArray, IntArray

EVEN, UNIGRAM, PPM, KNESER_NEY = "even", "unigram", "n-gram, ppm", "n-gram, kneser-ney"
ORDERS = {"ppm": 3, "kneser-ney": 5}

Costs = Callable[[IntArray], FloatArray]  # nats of each token of a piece
Fit = Callable[[Grammar[Any], Sequence[IntArray]], Costs]


class Even:
    """Whatever is allowed is as likely as another."""

    start = None

    def __init__(self, size: int) -> None:
        self.size = size

    def probabilities(self, memory: None) -> FloatArray:  # noqa: ARG002 - it remembers nothing
        """The same for all."""
        return np.full(self.size, 1.0 / self.size)

    def after(self, memory: None, token: int) -> None:  # noqa: ARG002
        """Nothing."""
        return memory


def _even(grammar: Grammar[Any], train: Sequence[IntArray]) -> Costs:  # noqa: ARG001
    return lambda tokens: nats(Even(grammar.size), grammar, tokens.tolist())


def _unigram(grammar: Grammar[Any], train: Sequence[IntArray]) -> Costs:
    model = Markov.fit(train, grammar.size, 0)
    return lambda tokens: nats(model, grammar, tokens.tolist())


def _ngram(smoothing: str) -> Fit:
    def fitted(grammar: Grammar[Any], train: Sequence[IntArray]) -> Costs:
        model = Markov.fit(train, grammar.size, ORDERS[smoothing], smoothing)
        return lambda tokens: nats(model, grammar, tokens.tolist())

    return fitted


FLOORS: Mapping[str, Fit] = {
    EVEN: _even,
    UNIGRAM: _unigram,
    PPM: _ngram("ppm"),
    KNESER_NEY: _ngram("kneser-ney"),
}
