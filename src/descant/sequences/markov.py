"""An n-gram model of symbols: the next one given the few before it, never with probability 0.

Each order is mixed with the one below it, down to a uniform distribution over the vocabulary, in one of two ways:

- `kneser-ney`: a discount is taken from every count and given to the lower order, which counts in how many contexts a
  symbol was seen, not how often (interpolated and modified: Chen and Goodman, An Empirical Study of Smoothing
  Techniques for Language Modeling, 1999).
- `ppm`: the escape of PPM-C, mixed instead of excluded: c + t observations, of which the t different symbols speak for
  the lower order (Moffat, Implementing the PPM Data Compression Scheme, 1990; for music: Pearce and Wiggins, Improved
  Methods for Statistical Modelling of Monophonic Music, 2004).

A sequence is an array of ints in [0, symbols). Its beginning is a context of its own; its end is not modelled, so the
probabilities of all sequences of one length sum to 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray, IntArray

SMOOTHINGS = ("kneser-ney", "ppm")
START = -1  # the context before the first symbol

Context = tuple[int, ...]
Counts = dict[Context, Counter[int]]


@dataclass(frozen=True, eq=False)
class Markov:
    """A model that has seen its sequences: make it with `Markov.fit`."""

    symbols: int
    order: int  # the number of symbols before the next one that are looked at
    smoothing: str
    counts: tuple[Counts, ...]  # of each order, 0 first
    discounts: tuple[FloatArray, ...]  # of each order, (3,): off counts of 1, 2, and 3 or more

    @classmethod
    def fit(
        cls, sequences: Iterable[Sequence[int] | IntArray], symbols: int, order: int, smoothing: str = "kneser-ney"
    ) -> Markov:
        """The model of some sequences. Raises InvalidValueError where a symbol is outside [0, symbols)."""
        if smoothing not in SMOOTHINGS:
            raise InvalidValueError(f"no smoothing is named {smoothing!r}; choose from {', '.join(SMOOTHINGS)}")
        if order < 0 or symbols < 1:
            raise InvalidValueError(f"a Markov model needs order >= 0 and symbols >= 1; got {order} and {symbols}")
        seen: tuple[Counts, ...] = tuple(defaultdict(Counter) for _ in range(order + 1))
        for sequence in sequences:
            past = [START, *checked(sequence, symbols)]
            for at in range(1, len(past)):
                for length in range(min(order, at) + 1):
                    seen[length][tuple(past[at - length : at])][past[at]] += 1
        counts = _continuations(seen) if smoothing == "kneser-ney" else seen
        return cls(symbols, order, smoothing, counts, tuple(_discounts(one) for one in counts))

    def probabilities(self, before: Sequence[int] | IntArray) -> FloatArray:
        """Of every symbol to be the next one, (symbols,), after a sequence that may be empty."""
        past = (START, *checked(before, self.symbols))
        found = np.full(self.symbols, 1 / self.symbols)
        for length in range(min(self.order, len(past)) + 1):
            seen = self.counts[length].get(past[len(past) - length :])
            if not seen:
                break
            which, count = np.array(list(seen)), np.array(list(seen.values()), dtype=np.float64)
            kept, lower, total = self._shares(length, count)
            found *= lower / total
            found[which] += kept / total
        return found

    @property
    def start(self) -> Context:
        """What is remembered before the first symbol: nothing."""
        return ()

    def after(self, before: Context, symbol: int) -> Context:
        """As much of the symbols so far as `probabilities` looks at."""
        return (*before, symbol)[-self.order - 1 :]

    def bits(self, sequence: Sequence[int] | IntArray) -> FloatArray:
        """-log2 of each symbol's probability given those before it, (symbols of the sequence,)."""
        past = [START, *checked(sequence, self.symbols)]
        chance = [self._probability(past[max(0, at - self.order) : at], past[at]) for at in range(1, len(past))]
        return np.asarray(-np.log2(np.array(chance, dtype=np.float64)))

    def predict(self, before: Sequence[int] | IntArray) -> int:
        """The most probable next symbol; of equals the lowest."""
        return int(np.argmax(self.probabilities(before)))

    def sample(self, length: int, rng: np.random.Generator, before: Sequence[int] | IntArray = ()) -> IntArray:
        """`length` symbols that go on from `before`, drawn one by one."""
        past = list(checked(before, self.symbols))
        for _ in range(length):
            chance = self.probabilities(past)
            past.append(int(rng.choice(self.symbols, p=chance / chance.sum())))
        return np.array(past[len(past) - length :], dtype=np.int64)

    def _probability(self, past: list[int], symbol: int) -> float:
        """As `probabilities` has it, of one symbol alone."""
        found = 1 / self.symbols
        for length in range(min(self.order, len(past)) + 1):
            seen = self.counts[length].get(tuple(past[len(past) - length :]))
            if not seen:
                break
            kept, lower, total = self._shares(length, np.array([seen[symbol], *seen.values()], dtype=np.float64), 1)
            found = (float(kept[0]) + lower * found) / total
        return found

    def _shares(self, length: int, count: FloatArray, extra: int = 0) -> tuple[FloatArray, float, float]:
        """What each count keeps, what goes to the order below, and the sum of both.

        The first `extra` counts are only asked about, not added up.
        """
        own = count[extra:]
        if self.smoothing == "ppm":
            return count, float(len(own)), float(own.sum() + len(own))
        off = self.discounts[length][np.minimum(count, 3).astype(int) - 1] * (count > 0)
        return count - off, float(off[extra:].sum()), float(own.sum())


def checked(sequence: Sequence[int] | IntArray, symbols: int) -> tuple[int, ...]:
    """The sequence as ints. Raises InvalidValueError where one is outside [0, symbols)."""
    found = tuple(int(one) for one in sequence)
    wrong = [one for one in found if not 0 <= one < symbols]
    if wrong:
        raise InvalidValueError(f"symbols are numbers from 0 to {symbols - 1}; got {wrong[0]}")
    return found


def _continuations(seen: tuple[Counts, ...]) -> tuple[Counts, ...]:
    """Kneser-Ney's counts: below the highest order, in how many contexts one longer a symbol was seen.

    Nothing comes before the start, so that contexts that hold it keep their plain counts.
    """
    found: list[Counts] = []
    for length, plain in enumerate(seen[:-1]):
        here: Counts = defaultdict(Counter)
        for context, counter in seen[length + 1].items():
            here[context[1:]].update(dict.fromkeys(counter, 1))
        here.update({context: counter for context, counter in plain.items() if START in context})
        found.append(here)
    return (*found, seen[-1])


def _discounts(counts: Counts) -> FloatArray:
    """Chen and Goodman's three discounts, from how many counts are 1, 2, 3 and 4; where some are none, one for all."""
    of = Counter(min(count, 5) for counter in counts.values() for count in counter.values())
    if not (of[1] and of[2]):
        return np.full(3, 0.5)
    share = of[1] / (of[1] + 2 * of[2])
    if not (of[3] and of[4]):
        return np.full(3, share)
    found = np.array([one - (one + 1) * share * of[one + 1] / of[one] for one in (1, 2, 3)])
    return np.asarray(np.clip(found, 0.05, np.arange(1, 4) - 0.05))
