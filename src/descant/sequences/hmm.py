"""A hidden Markov model of symbols: each is emitted by a hidden state, and states follow one another.

Learned by expectation and maximisation (Baum and Welch), read by forward-backward and Viterbi, all in the log domain
(Rabiner: A Tutorial on Hidden Markov Models, 1989; for chords: Raphael and Stoddard, Functional Harmonic Analysis Using
Probabilistic Models, 2004, who hide the chords' functions, which these states come to resemble).

A sequence is an array of ints in [0, symbols). Its end is not modelled, so the probabilities of all sequences of one
length sum to 1. Small pseudo-counts keep every probability above 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, FloatArray, IntArray

ROUNDS = 40  # of expectation and maximisation
PSEUDO_COUNT = 0.02  # of every start, transition and emission
BATCH = 64  # sequences at a time


@dataclass(frozen=True, eq=False)
class Hmm:
    """Probabilities, natural logarithms of; every row sums to 1 once they are raised."""

    start: FloatArray  # (states,)
    transition: FloatArray  # (states, states), from the row to the column
    emission: FloatArray  # (states, symbols)

    @classmethod
    def fit(
        cls,
        sequences: Sequence[IntArray],
        symbols: int,
        states: int,
        rng: np.random.Generator,
        rounds: int = ROUNDS,
    ) -> Hmm:
        """A model of some sequences, from a random beginning. Raises InvalidValueError."""
        if states < 1 or symbols < 1:
            raise InvalidValueError(f"a hidden Markov model needs states and symbols; got {states} and {symbols}")
        for sequence in sequences:
            _check(sequence, symbols)
        model = cls._random(sequences, symbols, states, rng)
        for _ in range(rounds):
            model = model._better(sequences)
        return model

    @classmethod
    def _random(cls, sequences: Sequence[IntArray], symbols: int, states: int, rng: np.random.Generator) -> Hmm:
        """Starts and moves nearly even; emissions around how frequent the symbols are."""
        seen = np.bincount(np.concatenate([*sequences, np.zeros(0, dtype=np.int64)]), minlength=symbols) + PSEUDO_COUNT
        start = rng.uniform(0.5, 1.5, states)
        transition = rng.uniform(0.5, 1.5, (states, states))
        emission = seen * rng.gamma(1.0, 1.0, (states, symbols)) + PSEUDO_COUNT
        return cls(_log_rows(start), _log_rows(transition), _log_rows(emission))

    @property
    def states(self) -> int:
        """How many there are."""
        return len(self.start)

    def probabilities(self, belief: FloatArray) -> FloatArray:
        """Of every symbol to be the next one, (symbols,), where `belief` is the logarithm of each state's probability.

        Before the first symbol that is `start`.
        """
        return np.asarray(np.exp(belief) @ np.exp(self.emission))

    def after(self, belief: FloatArray, symbol: int) -> FloatArray:
        """The belief about the next state once a symbol has come."""
        here = belief + self.emission[:, symbol]
        return np.asarray(_log_product(here[None] - _log_sum(here), np.exp(self.transition))[0])

    def bits(self, sequence: IntArray) -> FloatArray:
        """-log2 of each symbol's probability given those before it, (symbols of the sequence,)."""
        if not len(sequence):
            return np.zeros(0)
        _check(sequence, self.emission.shape[1])
        forward = self._forward(sequence[None], np.ones((1, len(sequence)), dtype=bool))[0]
        upto = _log_sum(forward)
        bits: FloatArray = -np.diff(upto, prepend=0.0) / np.log(2)
        return bits

    def posteriors(self, sequence: IntArray) -> FloatArray:
        """The probability of each state at each symbol given all symbols, (symbols of the sequence, states)."""
        if not len(sequence):
            return np.zeros((0, self.states))
        _check(sequence, self.emission.shape[1])
        symbols, there = sequence[None], np.ones((1, len(sequence)), dtype=bool)
        both = (self._forward(symbols, there) + self._backward(symbols, there))[0]
        return np.asarray(np.exp(both - _log_sum(both)[:, None]))

    def viterbi(self, sequence: IntArray) -> IntArray:
        """The most probable path of states, one a symbol."""
        if not len(sequence):
            return np.zeros(0, dtype=np.int64)
        _check(sequence, self.emission.shape[1])
        score = self.start + self.emission[:, sequence[0]]
        came_from = np.zeros((len(sequence), self.states), dtype=np.int64)
        for at in range(1, len(sequence)):
            reach = score[:, None] + self.transition
            came_from[at] = reach.argmax(axis=0)
            score = reach.max(axis=0) + self.emission[:, sequence[at]]
        path = np.full(len(sequence), score.argmax(), dtype=np.int64)
        for at in range(len(sequence) - 1, 0, -1):
            path[at - 1] = came_from[at, path[at]]
        return path

    def _forward(self, symbols: IntArray, there: BoolArray) -> FloatArray:
        """Log of the joint probability of the symbols so far and the state, (sequences, steps, states)."""
        found = np.empty((*symbols.shape, self.states))
        found[:, 0] = self.start + self.emission.T[symbols[:, 0]]
        move = np.exp(self.transition)
        for at in range(1, symbols.shape[1]):
            step = _log_product(found[:, at - 1], move) + self.emission.T[symbols[:, at]]
            found[:, at] = np.where(there[:, at, None], step, found[:, at - 1])
        return found

    def _backward(self, symbols: IntArray, there: BoolArray) -> FloatArray:
        """Log of the probability of the symbols to come given the state, (sequences, steps, states)."""
        found = np.zeros((*symbols.shape, self.states))
        move = np.exp(self.transition.T)
        for at in range(symbols.shape[1] - 2, -1, -1):
            step = _log_product(found[:, at + 1] + self.emission.T[symbols[:, at + 1]], move)
            found[:, at] = np.where(there[:, at + 1, None], step, 0.0)
        return found

    def _better(self, sequences: Sequence[IntArray]) -> Hmm:
        """The model after one round of expectation and maximisation."""
        start = np.full_like(self.start, PSEUDO_COUNT)
        transition = np.full_like(self.transition, PSEUDO_COUNT)
        emission = np.full_like(self.emission, PSEUDO_COUNT)
        for symbols, there in _batches(sequences):
            forward, backward = self._forward(symbols, there), self._backward(symbols, there)
            both = forward + backward
            total = _log_sum(both[:, 0])  # (sequences,)
            state = np.exp(both - total[:, None, None]) * there[..., None]
            start += state[:, 0].sum(axis=0)
            np.add.at(emission.T, symbols[there], state[there])
            ahead = backward[:, 1:] + self.emission.T[symbols[:, 1:]] - total[:, None, None]
            real = there[:, 1:]
            peak = forward[:, :-1].max(axis=-1, keepdims=True)
            before, after = np.exp(forward[:, :-1] - peak)[real], np.exp(ahead + peak)[real]
            transition += np.exp(self.transition) * (before.T @ after)
        return Hmm(_log_rows(start), _log_rows(transition), _log_rows(emission))


def _batches(sequences: Sequence[IntArray]) -> Iterator[tuple[IntArray, BoolArray]]:
    """Sequences of similar length, filled up with symbol 0: symbols and where they are real, (sequences, steps)."""
    ordered = sorted((one for one in sequences if len(one)), key=len)
    for first in range(0, len(ordered), BATCH):
        here = ordered[first : first + BATCH]
        there = np.arange(len(here[-1])) < np.array([len(one) for one in here])[:, None]
        symbols = np.zeros(there.shape, dtype=np.int64)
        symbols[there] = np.concatenate(here)
        yield symbols, there


def _check(sequence: IntArray, symbols: int) -> None:
    if len(sequence) and not (sequence.min() >= 0 and sequence.max() < symbols):
        raise InvalidValueError(
            f"symbols are numbers from 0 to {symbols - 1}; got {sequence.min()} to {sequence.max()}"
        )


def _log_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """log(exp(left) @ right), the largest of each row taken out so that nothing underflows."""
    peak = left.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(left - peak) @ right) + peak)


def _log_sum(logs: FloatArray) -> FloatArray:
    """log(sum(exp(logs))) over the last axis."""
    peak = logs.max(axis=-1, keepdims=True)
    return np.asarray((np.log(np.exp(logs - peak).sum(axis=-1, keepdims=True)) + peak)[..., 0])


def _log_rows(counts: FloatArray) -> FloatArray:
    """Counts as the logarithm of their shares, along the last axis."""
    return np.asarray(np.log(counts / counts.sum(axis=-1, keepdims=True)))
