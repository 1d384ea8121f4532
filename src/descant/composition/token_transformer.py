"""Music Transformer over tokens of a vocabulary: what may come next, told by attention to what came before.

The ONNX graph takes the keys and values of tokens before, so that a step costs one token and a look back. As attention
knows of distances alone, and all beyond its reach are one to it, the oldest keys and values can be dropped: a piece may
be of any length, and is written in the memory of a window.

Huang, Vaswani, Uszkoreit, Shazeer, Simon, Hawthorne, Dai, Hoffman, Dinculescu and Eck: Music Transformer, ICLR 2019.
What is dropped was still heard by what is kept, as in Transformer-XL (Dai et al. 2019). Tokens are drawn from those
that the grammar allows, and among these from the likeliest that together have a given chance (Holtzman et al.: The
Curious Case of Neural Text Degeneration, ICLR 2020).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from descant import weights
from descant.composition.vocabulary import Grammar, State, permitted
from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

CHUNK = 128  # tokens that are read at once


@dataclass(frozen=True, eq=False)
class Memory:
    """A piece in the making."""

    kept: Array  # keys and values, (layers, 2, 1, heads, tokens, width)
    logits: FloatArray  # of the next token


@dataclass(frozen=True)
class TokenTransformer:
    """A model of the next token (`next_token.py`); it looks back at `window` tokens at least, at all where None."""

    weights: str
    window: int | None = None

    @property
    def start(self) -> Memory:
        """Before the first token."""
        (size,) = _axes(self.weights, "logits")[-1:]
        return self._step(no_past(self.weights), int(size))

    def probabilities(self, memory: Memory) -> FloatArray:
        """Of every token to come next, (size,)."""
        odds = np.exp(memory.logits - memory.logits.max())
        shares: FloatArray = odds / odds.sum()
        return shares

    def after(self, memory: Memory, token: int) -> Memory:
        """The memory once a token has come."""
        return self._step(memory.kept, token)

    def read(self, tokens: Iterable[int]) -> Memory:
        """The memory after these."""
        kept, logits = no_past(self.weights), np.zeros((0, 0))
        for kept, logits in self._chunks(tokens):  # noqa: B007 - the last is wanted
            pass
        return Memory(kept, logits[-1])

    def logits(self, tokens: IntArray) -> FloatArray:
        """(tokens, size) of each token, given those before it."""
        return np.concatenate([found for _, found in self._chunks(tokens)])[: len(tokens)]

    def _chunks(self, tokens: Iterable[int]) -> Iterator[tuple[Array, FloatArray]]:
        """What is kept, and what is said of the next token after each, first after none."""
        row = np.array([_axes(self.weights, "logits")[-1], *tokens], dtype=np.int64)
        kept = no_past(self.weights)
        for at in range(0, len(row), CHUNK):
            found = weights.load(self.weights).run({"tokens": row[np.newaxis, at : at + CHUNK], "past": kept})
            kept = self._window(np.concatenate([kept, found["present"]], axis=-2))
            yield kept, found["logits"][0].astype(np.float64)

    def _step(self, kept: Array, token: int) -> Memory:
        found = weights.load(self.weights).run({"tokens": np.array([[token]], dtype=np.int64), "past": kept})
        kept = self._window(np.concatenate([kept, found["present"]], axis=-2))
        return Memory(kept, found["logits"][0, 0].astype(np.float64))

    def _window(self, kept: Array) -> Array:
        return kept if self.window is None else kept[..., -self.window :, :]


def no_past(name: str) -> Array:
    """The keys and values of no tokens."""
    layers, two, _, heads, _, width = _axes(name, "past")
    return np.zeros((layers, two, 1, heads, 0, width), dtype=np.float32)


def nats(model: TokenTransformer, grammar: Grammar[State], tokens: IntArray) -> FloatArray:
    """-ln of each token's probability among those that the grammar allows, (tokens,).

    Raises InvalidValueError at one that it forbids.
    """
    return costs(model.logits(tokens), grammar, tokens)


def costs(logits: FloatArray, grammar: Grammar[State], tokens: IntArray) -> FloatArray:
    """The nats of tokens whose logits are (tokens, size), as `nats` tells them."""
    state, found = grammar.start, np.zeros(len(tokens))
    for at, token in enumerate(tokens.tolist()):
        allowed = permitted(grammar, state, at, token)
        wide = logits[at] - logits[at, allowed].max()
        found[at] = np.log(np.exp(wide[allowed]).sum()) - wide[token]
        state = grammar.after(state, token)
    return found


def going_on(
    model: TokenTransformer,
    grammar: Grammar[State],
    rng: np.random.Generator,
    before: Iterable[int] = (),
    *,
    temperature: float = 1.0,
    nucleus: float = 1.0,
    weights: FloatArray | float = 0.0,
    forced: Callable[[State], int | None] = lambda _: None,
) -> Iterator[int]:
    """Tokens that go on from those before, without end: take as many as are wanted, and `closed` tells those that end.

    weights: added to the logits. forced: in a state the token that has to come, where one has to, and may.
    Raises InvalidValueError where the grammar forbids what is before, or temperature and nucleus are no such.
    """
    if temperature <= 0 or not 0 < nucleus <= 1:
        raise InvalidValueError(
            f"a temperature lies above 0 and a nucleus in 0 to 1, got {temperature:g} and {nucleus:g}"
        )
    row, state = list(before), grammar.start
    for at, token in enumerate(row):
        permitted(grammar, state, at, token)
        state = grammar.after(state, token)
    memory = model.read(row)
    while True:
        due = forced(state)
        token = (
            drawn(memory.logits + weights, grammar.allowed(state), rng, temperature, nucleus) if due is None else due
        )
        yield token
        memory, state = model.after(memory, token), grammar.after(state, token)


def drawn(
    logits: FloatArray, allowed: BoolArray, rng: np.random.Generator, temperature: float = 1.0, nucleus: float = 1.0
) -> int:
    """One of the allowed tokens, out of the likeliest that have at least the chance `nucleus` together."""
    which = np.flatnonzero(allowed)
    odds = np.exp((logits[which] - logits[which].max()) / temperature)
    order = np.argsort(-odds, kind="stable")
    share = np.cumsum(odds[order]) / odds.sum()
    order = order[: int(np.searchsorted(share, nucleus)) + 1]
    kept = odds[order]
    return int(which[rng.choice(order, p=kept / kept.sum())])


def _axes(name: str, of: str) -> list[int]:
    """The shape of an input or output of the graph; axes of any length are names."""
    session = weights.load(name).session
    return next(one.shape for one in (*session.get_inputs(), *session.get_outputs()) if one.name == of)
