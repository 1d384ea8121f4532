"""A model of the next token, held to a grammar: how many nats a piece costs it, and pieces that it goes on with.

Its probabilities of what the grammar allows are scaled to sum to 1, so that nothing else can be drawn and no nats are
spent on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

import numpy as np

from descant.composition.vocabulary import Grammar, State, closed, permitted
from descant.types.arrays import FloatArray, IntArray

Memory = TypeVar("Memory")


class NextToken(Protocol[Memory]):
    """What a model must tell; its memory is never changed, so that a search can keep many."""

    @property
    def start(self) -> Memory:
        """Before the first token."""
        ...

    def probabilities(self, memory: Memory, /) -> FloatArray:
        """Of every token to come next, (size,)."""
        ...

    def after(self, memory: Memory, token: int, /) -> Memory:
        """The memory once a token has come."""
        ...


def nats(model: NextToken[Memory], grammar: Grammar[State], tokens: Iterable[int]) -> FloatArray:
    """-ln of each token's probability, (tokens,). Raises InvalidValueError at one that the grammar forbids."""
    memory, state = model.start, grammar.start
    found: list[float] = []
    for at, token in enumerate(tokens):
        allowed = permitted(grammar, state, at, token)
        chance = model.probabilities(memory)
        found.append(float(np.log(chance[allowed].sum()) - np.log(chance[token])))
        memory, state = model.after(memory, int(token)), grammar.after(state, int(token))
    return np.array(found, dtype=np.float64)


def go_on(
    model: NextToken[Memory],
    grammar: Grammar[State],
    rng: np.random.Generator,
    length: int,
    before: Iterable[int] = (),
) -> IntArray:
    """`before`, then `length` tokens drawn one by one, then those that close the piece.

    Raises InvalidValueError where the grammar forbids what is before.
    """
    memory, state = model.start, grammar.start
    found: list[int] = []

    def take(token: int) -> None:
        nonlocal memory, state
        found.append(token)
        memory, state = model.after(memory, token), grammar.after(state, token)

    for at, token in enumerate(before):
        permitted(grammar, state, at, token)
        take(int(token))
    for _ in range(length):
        allowed = np.flatnonzero(grammar.allowed(state))
        if not len(allowed):
            break
        chance = model.probabilities(memory)[allowed]
        take(int(rng.choice(allowed, p=chance / chance.sum())))
    return np.array([*found, *closed(grammar, state)], dtype=np.int64)
