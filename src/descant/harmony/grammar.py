"""A probabilistic context-free grammar of chords: a sequence is phrases, each of them a tree over its chords.

Charts are filled bottom up (Cocke, Kasami and Younger): with sums they give the probability of a sequence and what is
expected of each rule (the inside-outside algorithm: Baker, Trainable Grammars for Speech Recognition, 1979; Lari and
Young, The Estimation of Stochastic Context-Free Grammars, 1990), with maxima the best trees. `tonal_grammar` holds a
grammar of tonal harmony.

A chart is cubic in the length of what it spans, so no phrase is longer than `longest` chords. Where phrases end is not
given: a chain over kinds of phrases sums over every way to cut the sequence. All its kinds go on for ever, so a
probability is that of the chords given how many they are, and that a phrase ends with the last: what the grammar gives
to a sequence is divided by what it gives to all sequences of that length together. The probabilities of all sequences
of one length then sum to 1, as they do for `markov` and `hmm`.

Charts have the shape (categories, longest + 1, places): a category over a span of so many chords from a place on, or up
to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from descant.errors import InvalidValueError
from descant.harmony.tree import Tree
from descant.types.arrays import FloatArray, IntArray

LONGEST = 10  # chords of a phrase
ROUNDS = 8  # of inside-outside
PRIOR = 20.0  # observations that the rules of a category, and its chords, are worth before any are made
PLACES = 1024  # chords whose charts are filled at a time


@dataclass(frozen=True, eq=False)
class Grammar:
    """Rules and their probabilities: those of a category, its two kinds of rules and its chords, sum to 1."""

    names: tuple[str, ...]  # of the categories
    binary: IntArray  # (rules, 3): a category, and the two that it is made of
    unary: IntArray  # (rules, 2): a category, and the one that it is; the rules of that one come before
    binary_chance: FloatArray  # (rules,)
    unary_chance: FloatArray  # (rules,)
    emission: FloatArray  # (categories, symbols): of a category to be one chord
    kinds: IntArray  # (kinds,): the categories that a phrase may be of
    first: FloatArray  # (kinds,): of the first phrase's kind
    then: FloatArray  # (kinds, kinds): of the next one's, from the row to the column
    longest: int = LONGEST

    def __post_init__(self) -> None:
        total = self.emission.sum(axis=1)
        np.add.at(total, self.binary[:, 0], self.binary_chance)
        np.add.at(total, self.unary[:, 0], self.unary_chance)
        wrong = np.flatnonzero(np.abs(total - 1) > 1e-6)
        if len(wrong):
            raise InvalidValueError(f"the rules of {self.names[wrong[0]]} sum to {total[wrong[0]]:g}, not to 1")
        for at, (parent, child) in enumerate(self.unary.tolist()):
            if child in self.unary[at:, 0]:
                raise InvalidValueError(f"{self.names[parent]} is {self.names[child]}, whose own rules come too late")

    @property
    def symbols(self) -> int:
        """The size of the vocabulary."""
        return int(self.emission.shape[1])

    def bits(self, sequences: Sequence[IntArray]) -> FloatArray:
        """-log2 of each sequence's probability given its length, (sequences,); infinite where it has no tree."""
        found = np.zeros(len(sequences))
        longest = max((len(one) for one in sequences), default=0)
        lengths = self._log_lengths(longest)
        for which, flat, starts in self._batches(sequences):
            upto, _ = self._phrases_upto(_Chart(self, self.emission[:, flat]), starts)
            sizes = np.diff(starts)
            ends = upto[np.arange(len(which)), sizes]
            found[which] = (lengths[sizes] - _log_sum(ends)) / np.log(2)
        return found

    def fit(self, sequences: Sequence[IntArray], rounds: int = ROUNDS, prior: float = PRIOR) -> Grammar:
        """The same rules with probabilities learned from sequences.

        Those of this grammar stand as so many observations (`prior`) of each category and kind, so that what is
        possible here stays possible. Raises InvalidValueError where a sequence has no tree.
        """
        model = self
        for _ in range(rounds):
            model = self._learned(model._expected(sequences), prior)
        return model

    def parse(self, sequence: IntArray, names: Sequence[str]) -> Tree:
        """The most probable tree: phrases under one root, called `piece`; `names` of the symbols go under the leaves.

        Raises InvalidValueError where the sequence is empty or has no tree.
        """
        _check(sequence, self.symbols)
        if not len(sequence):
            raise InvalidValueError("a sequence without chords has no tree")
        chart = _Chart(self, self.emission[:, sequence], best=True)
        with np.errstate(divide="ignore"):
            spans, first, then = np.log(chart.start[self.kinds]), np.log(self.first), np.log(self.then)
        size = len(sequence)
        score = np.full((size + 1, len(self.kinds)), -np.inf)  # of phrases up to here, the last of this kind
        begins = np.full((size + 1, len(self.kinds)), -np.inf)  # of phrases up to here, the next one of this kind
        begins[0] = first
        for end in range(1, size + 1):
            for start in range(max(0, end - self.longest), end):
                score[end] = np.maximum(score[end], begins[start] + spans[:, end - start, start])
            begins[end] = (score[end][:, None] + then).max(axis=0)
        if not np.isfinite(score[size]).any():
            raise InvalidValueError("the grammar has no tree for this sequence")
        phrases: list[Tree] = []
        end, kind = size, int(score[size].argmax())
        while True:
            options = range(max(0, end - self.longest), end)
            start = max(options, key=lambda at: begins[at, kind] + spans[kind, end - at, at])
            phrases.append(chart.tree(int(self.kinds[kind]), start, end, [names[one] for one in sequence]))
            if start == 0:
                return Tree("piece", 0, size, tuple(reversed(phrases)))
            end, kind = start, int((score[start] + then[:, kind]).argmax())

    def _batches(self, sequences: Sequence[IntArray]) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
        """Sequences of similar length, end to end: which they are, their symbols, and where each starts and all end."""
        for sequence in sequences:
            _check(sequence, self.symbols)
        order = sorted((at for at in range(len(sequences)) if len(sequences[at])), key=lambda at: len(sequences[at]))
        while order:
            total = 0
            here: list[int] = []
            while order and (not here or total + len(sequences[order[0]]) <= PLACES):
                total += len(sequences[order[0]])
                here.append(order.pop(0))
            sizes = [len(sequences[at]) for at in here]
            yield (
                np.array(here),
                np.concatenate([sequences[at] for at in here]),
                np.concatenate([[0], np.cumsum(sizes)]),
            )

    def _log_lengths(self, longest: int) -> FloatArray:
        """Log of the probability that a phrase ends after so many chords, whichever they are, (longest + 1,)."""
        if not longest:
            return np.zeros(1)
        chart = _Chart(self, np.repeat(self.emission.sum(axis=1)[:, None], longest, axis=1))
        upto, _ = self._phrases_upto(chart, np.array([0, longest]))
        return np.concatenate([[0.0], _log_sum(upto[0, 1:])])

    def _phrases_upto(self, chart: _Chart, starts: IntArray) -> tuple[FloatArray, FloatArray]:
        """Logs of phrases from each sequence's start up to a place, both (sequences, places, kinds).

        The last of them is of this kind; and: the next one is.
        """
        sizes = np.diff(starts)
        upto = np.full((len(sizes), sizes.max() + 1, len(self.kinds)), -np.inf)
        begins = upto.copy()
        with np.errstate(divide="ignore"):
            begins[:, 0], then, spans = np.log(self.first), np.log(self.then), np.log(chart.start[self.kinds])
        for end in range(1, sizes.max() + 1):
            size = np.arange(1, min(end, self.longest) + 1)
            live = np.flatnonzero(sizes >= end)
            place = starts[live, None] + end - size  # (sequences, sizes)
            phrase = spans[:, size, place].transpose(1, 2, 0)
            upto[live, end] = _log_sum((begins[live][:, end - size] + phrase).swapaxes(1, 2))
            begins[live, end] = _log_sum(upto[live, end, None, :] + then.T)
        return upto, begins

    def _phrases_from(self, chart: _Chart, starts: IntArray) -> tuple[FloatArray, FloatArray]:
        """Logs of phrases from a place to each sequence's end, both (sequences, places, kinds).

        The last before them was of this kind; and: the first of them is.
        """
        sizes = np.diff(starts)
        after = np.full((len(sizes), sizes.max() + 1, len(self.kinds)), -np.inf)
        after[np.arange(len(sizes)), sizes] = 0.0
        opens = np.full_like(after, -np.inf)
        with np.errstate(divide="ignore"):
            then, spans = np.log(self.then), np.log(chart.start[self.kinds])
        for at in range(sizes.max() - 1, -1, -1):
            live = np.flatnonzero(sizes > at)
            size = np.arange(1, min(sizes.max() - at, self.longest) + 1)
            place = np.minimum(starts[live, None] + at, spans.shape[2] - 1)
            phrase = spans[:, size, place].transpose(1, 2, 0)
            opens[live, at] = _log_sum((phrase + after[live][:, at + size]).swapaxes(1, 2))
            after[live, at] = _log_sum(then + opens[live, at, None, :])
        return after, opens

    def _expected(self, sequences: Sequence[IntArray]) -> _Counts:
        """How often each rule, chord and kind is expected to be used."""
        counts = _Counts.none(self)
        for _, flat, starts in self._batches(sequences):
            chart = _Chart(self, self.emission[:, flat])
            (upto, begins), (after, opens) = self._phrases_upto(chart, starts), self._phrases_from(chart, starts)
            rows, sizes = np.arange(len(starts) - 1), np.diff(starts)
            total = _log_sum(upto[rows, sizes])
            if not np.isfinite(total).all():
                raise InvalidValueError("the grammar has no tree for one of the sequences")
            counts.first += np.exp(begins[:, 0] + opens[:, 0] - total[:, None]).sum(axis=0)
            joined = np.exp(upto[:, 1:, :, None] + opens[:, 1:, None, :] - total[:, None, None, None])
            counts.then += self.then * joined.sum(axis=(0, 1))
            weight = np.zeros((len(self.kinds), self.longest + 1, len(flat)))
            for size in range(1, min(self.longest, int(sizes.max())) + 1):
                row, at = np.nonzero(np.arange(sizes.max())[None] + size <= sizes[:, None])
                weight[:, size, starts[row] + at] = np.exp(begins[row, at] + after[row, at + size] - total[row, None]).T
            chart.expect(weight, flat, counts)
        return counts

    def _learned(self, counts: _Counts, prior: float) -> Grammar:
        """These rules by what was counted; this grammar's own probabilities stand as `prior` observations."""
        binary = counts.binary + prior * self.binary_chance
        unary = counts.unary + prior * self.unary_chance
        emission = counts.emission + prior * self.emission
        total = emission.sum(axis=1)
        np.add.at(total, self.binary[:, 0], binary)
        np.add.at(total, self.unary[:, 0], unary)
        first, then = counts.first + prior * self.first, counts.then + prior * self.then
        return replace(
            self,
            binary_chance=binary / total[self.binary[:, 0]],
            unary_chance=unary / total[self.unary[:, 0]],
            emission=emission / total[:, None],
            first=first / first.sum(),
            then=then / then.sum(axis=1, keepdims=True),
        )


@dataclass(eq=False)
class _Counts:
    """What is counted of a grammar, in its own shapes."""

    binary: FloatArray
    unary: FloatArray
    emission: FloatArray
    first: FloatArray
    then: FloatArray

    @classmethod
    def none(cls, of: Grammar) -> _Counts:
        fields = (of.binary_chance, of.unary_chance, of.emission, of.first, of.then)
        return cls(*(np.zeros_like(one) for one in fields))


class _Chart:
    """The probability of every category over every span, summed over its trees or that of the best one."""

    def __init__(self, grammar: Grammar, leaf: FloatArray, best: bool = False) -> None:
        """leaf: of each category to be each chord, (categories, places)."""
        self.grammar, self.leaf, self.best, places = grammar, leaf, best, leaf.shape[1]
        self.start = np.zeros((len(leaf), grammar.longest + 1, places))  # by where a span starts
        self.end = np.zeros((len(leaf), grammar.longest + 1, places + 1))  # by where it ends
        self.start[:, 1] = leaf
        for size in range(1, min(grammar.longest, places) + 1):
            width = places - size + 1
            here = self.start[:, size, :width]
            for (parent, left, right), chance in zip(grammar.binary.tolist(), grammar.binary_chance, strict=True):
                if size > 1:
                    self._add(here[parent], chance * self._pairs(left, right, size, width))
            for (parent, child), chance in zip(grammar.unary.tolist(), grammar.unary_chance, strict=True):
                self._add(here[parent], chance * here[child])
            self.end[:, size, size : size + width] = here

    def _pairs(self, left: int, right: int, size: int, width: int) -> FloatArray:
        """Of two categories side by side over each span, over all places to cut it, (width,)."""
        first, second = self.start[left, 1:size, :width], self.end[right, size - 1 : 0 : -1, size : size + width]
        return np.asarray((first * second).max(axis=0) if self.best else np.einsum("cw,cw->w", first, second))

    def _add(self, to: FloatArray, more: FloatArray) -> None:
        if self.best:
            np.maximum(to, more, out=to)
        else:
            to += more

    def expect(self, weight: FloatArray, flat: IntArray, counts: _Counts) -> None:
        """Add to `counts` what is expected of each rule and chord.

        weight: of each kind of phrase over each span, its share in all trees over its own inside probability.
        """
        grammar, places = self.grammar, len(flat)
        start, end = np.zeros_like(self.start), np.zeros_like(self.end)  # outside probabilities, added up apart
        start[grammar.kinds] = weight
        for size in range(min(grammar.longest, places), 0, -1):
            width = places - size + 1
            outside = start[:, size, :width] + end[:, size, size : size + width]
            for at in range(len(grammar.unary) - 1, -1, -1):
                parent, child = grammar.unary[at]
                passed = grammar.unary_chance[at] * outside[parent]
                counts.unary[at] += passed @ self.start[child, size, :width]
                outside[child] += passed
            if size == 1:
                np.add.at(counts.emission.T, flat, (outside * grammar.emission[:, flat]).T)
                break
            for at, (parent, left, right) in enumerate(grammar.binary.tolist()):
                passed = grammar.binary_chance[at] * outside[parent]
                before, behind = (
                    self.start[left, 1:size, :width],
                    self.end[right, size - 1 : 0 : -1, size : size + width],
                )
                to_left = passed * behind
                counts.binary[at] += np.einsum("cw,cw->", to_left, before)
                start[left, 1:size, :width] += to_left
                end[right, size - 1 : 0 : -1, size : size + width] += passed * before

    def tree(self, category: int, start: int, end: int, leaves: Sequence[str]) -> Tree:
        """The best tree of a category over a span; the chart must be one of best trees."""
        grammar, size = self.grammar, end - start
        options: list[tuple[float, tuple[tuple[int, int, int], ...]]] = []
        if size == 1:
            options.append((self.leaf[category, start], ()))
        for at in np.flatnonzero(grammar.unary[:, 0] == category):
            child = int(grammar.unary[at, 1])
            options.append((grammar.unary_chance[at] * self.start[child, size, start], ((child, start, end),)))
        for at in np.flatnonzero(grammar.binary[:, 0] == category):
            left, right = grammar.binary[at, 1:].tolist()
            for cut in range(start + 1, end):
                pair = self.start[left, cut - start, start] * self.start[right, end - cut, cut]
                options.append((grammar.binary_chance[at] * pair, ((left, start, cut), (right, cut, end))))
        _, parts = max(options, key=lambda one: one[0])
        children = tuple(self.tree(*part, leaves) for part in parts) or (Tree(leaves[start], start, end),)
        return Tree(grammar.names[category], start, end, children)


def _check(sequence: IntArray, symbols: int) -> None:
    if len(sequence) and not (sequence.min() >= 0 and sequence.max() < symbols):
        found = f"{sequence.min()} to {sequence.max()}"
        raise InvalidValueError(f"symbols are numbers from 0 to {symbols - 1}; got {found}")


def _log_sum(logs: FloatArray) -> FloatArray:
    """log(sum(exp(logs))) over the last axis; minus infinity where all are."""
    peak = logs.max(axis=-1, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray((np.log(np.exp(logs - peak).sum(axis=-1, keepdims=True)) + peak)[..., 0])
