"""What every vocabulary of tokens can do, and what is told of music that its grid cannot hold.

A vocabulary's `encode` makes tokens of a piece and says how far they differ from it; its `decode` makes notes of
tokens, which encode to the same tokens again. Its grammar is an automaton: a state for everything that came before, the
tokens allowed in it, and the state after each. States are small values that are never changed, so that a search can
keep many of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, IntArray

State = TypeVar("State")


@dataclass(frozen=True)
class OffGrid:
    """What tokens say differently from the music that they were made of; all 0 where they are exact."""

    unit: str  # of `farthest`: quarters or seconds
    moved: int = 0  # notes that begin or end elsewhere
    farthest: float = 0.0  # by how much at most
    lost: int = 0  # notes that are not there: too short for the grid, or one of two that are alike
    joined: int = 0  # notes struck again that read as held on
    cut: int = 0  # notes that end early: their key is struck again, or they are too long
    touched: int = 0  # notes of another velocity
    rewritten: int = 0  # tempi and metres of another value or place
    chords: int = 0  # that read as another or lie elsewhere

    @property
    def exact(self) -> bool:
        """Whether nothing differs."""
        told = (self.moved, self.lost, self.joined, self.cut, self.touched, self.rewritten, self.chords)
        return not any(told)

    def __str__(self) -> str:
        """Such as `3 notes moved, by 0.083 quarters at most; 1 note lost`."""
        said = []
        if self.moved:
            said.append(f"{_notes(self.moved)} moved, by {self.farthest:.3g} {self.unit} at most")
        for name in ("lost", "joined", "cut", "touched"):
            if getattr(self, name):
                said.append(f"{_notes(getattr(self, name))} {name}")
        if self.rewritten:
            of = "tempo or metre" if self.rewritten == 1 else "tempi and metres"
            said.append(f"{self.rewritten:,} {of} rewritten")
        if self.chords:
            said.append(f"{self.chords:,} chord{'s' * (self.chords != 1)} changed")
        return "; ".join(said) or "exact"


@dataclass(frozen=True, eq=False)
class Encoded:
    """Tokens, and how far they differ from the music."""

    tokens: IntArray
    off_grid: OffGrid


class Grammar(Protocol[State]):
    """Which tokens may follow which."""

    @property
    def size(self) -> int:
        """How many tokens there are, from 0."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Of every token, to be read by people."""
        ...

    @property
    def start(self) -> State:
        """Before the first token."""
        ...

    def allowed(self, state: State) -> BoolArray:
        """The tokens that may come next, (size,)."""
        ...

    def after(self, state: State, token: int) -> State:
        """The state after an allowed token."""
        ...

    def complete(self, state: State) -> bool:
        """Whether the piece may end here."""
        ...

    def closing(self, state: State) -> int:
        """The next token on a short way to where the piece may end."""
        ...


def permitted(grammar: Grammar[State], state: State, at: int, token: int) -> BoolArray:
    """What the grammar allows. Raises InvalidValueError where the token, number `at` of its piece, is not among it."""
    if not 0 <= token < grammar.size:
        raise InvalidValueError(f"token {at} is {token}; the vocabulary has 0 to {grammar.size - 1}")
    allowed = grammar.allowed(state)
    if not allowed[token]:
        raise InvalidValueError(f"token {at}, {grammar.names[token]}, cannot stand where it does")
    return allowed


def read(grammar: Grammar[State], tokens: Iterable[int]) -> State:
    """The state after some tokens. Raises InvalidValueError at the first that the grammar forbids."""
    state = grammar.start
    for at, token in enumerate(tokens):
        permitted(grammar, state, at, token)
        state = grammar.after(state, int(token))
    return state


def closed(grammar: Grammar[State], state: State) -> list[int]:
    """The tokens that end a piece which was broken off in `state`."""
    found: list[int] = []
    while not grammar.complete(state):
        found.append(grammar.closing(state))
        state = grammar.after(state, found[-1])
    return found


def draw(grammar: Grammar[State], rng: np.random.Generator, length: int) -> IntArray:
    """A random piece of at least `length` tokens: any allowed token is as likely as another, then it is closed."""
    state = grammar.start
    found: list[int] = []
    while len(found) < length and (allowed := np.flatnonzero(grammar.allowed(state))).size:
        found.append(int(rng.choice(allowed)))
        state = grammar.after(state, found[-1])
    return np.array([*found, *closed(grammar, state)], dtype=np.int64)


def _notes(count: int) -> str:
    return f"{count:,} note{'s' * (count != 1)}"
