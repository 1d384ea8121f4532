"""The likeliest chords and keys of a piece, found by a beam of hypotheses over its segmentations.

The places where a chord may begin are given, and which chords each segment between two of them may be. A hypothesis at
a place has told everything before it: a row of chords, each in its key. It goes on with the key that it has or another
one, and with a chord of any segment that begins there. Its score is a sum of log probabilities: what its segments
have, and what the sequence modules say of the next key and the next chord, given the row so far. Those that reach the
same place compete; of hypotheses whose last two chords and keys are the same, the best is kept.

McLeod and Rohrmeier: A Modular System for the Harmonic Analysis of Musical Scores using a Large Vocabulary, ISMIR 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.harmony.chord_vocabulary import HOMES, KINDS, MODES, MOVED, STEP, STEPS, KeyedChord, change_of, home_of
from descant.harmony.roman import ROOTS
from descant.types.arrays import FloatArray, IntArray

KEYS_TRIED = 4  # of a hypothesis, besides the one that it has
ROWS = 2  # hypotheses with a next key that go on, for each in the beam

Array = npt.NDArray[np.float32]


class SequenceModules(Protocol):
    """What is asked of chords in a row; `told` has a row a hypothesis, (n, 4), as `ChordReader` takes them.

    What a module remembers of the chords before is (n, key_memory) or (n, chord_memory), zeros at the beginning.
    """

    key_memory: int
    chord_memory: int

    def initial(self, mode: IntArray, home: IntArray) -> tuple[Array, Array]:
        """ICM: log probabilities that a piece begins in a key, (n,), and of its first chord, (n, RELATIVE)."""
        ...

    def keys(self, told: IntArray, memory: Array) -> tuple[Array, Array, Array, Array]:
        """KTM: log probabilities that the key stays, that it changes, (n,); KSM: of the next one, (n, CHANGES - 1)."""
        ...

    def chords(self, told: IntArray, memory: Array) -> tuple[Array, Array]:
        """CSM: log probabilities of the next chord, (n, RELATIVE); here a chord is told in the key of the next one."""
        ...


@dataclass(frozen=True)
class Exponents:
    """By how much the log probabilities of the modules count; tuned on AugmentedNet's validation pieces."""

    key_transition: float = 0.26
    key_sequence: float = 0.44
    chord_sequence: float = 0.39


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments between places 0 to p, in order of their beginning; with c chords each that they may be."""

    begin: IntArray  # (s,) place
    end: IntArray  # (s,) place
    root: IntArray  # (s, c) in ROOTS
    kind: IntArray  # (s, c) in KINDS
    score: FloatArray  # (s, c)


@dataclass(frozen=True, eq=False)
class _Rows:
    """n hypotheses that have reached one place."""

    score: FloatArray
    root: IntArray  # of the last chord
    kind: IntArray
    tonic: IntArray
    mode: IntArray
    change: IntArray  # of the key, to that of the last chord
    segment: IntArray  # of the last chord
    came: IntArray  # the number of the hypothesis that it goes on from; -1 at the beginning
    code: IntArray  # of the last chord in its key
    before: IntArray  # of the one before
    key_memory: Array
    chord_memory: Array

    def take(self, which: IntArray) -> _Rows:
        return _Rows(*(one[which] for one in vars(self).values()))


@dataclass(frozen=True, eq=False)
class _Ready:
    """n hypotheses with the key of their next chord, and what it may be."""

    score: FloatArray
    tonic: IntArray
    mode: IntArray
    change: IntArray
    came: IntArray
    before: IntArray
    key_memory: Array
    chord_memory: Array
    chords: Array  # (n, RELATIVE)


def best_row(
    segments: Segments, sharps: IntArray, modules: SequenceModules, exponents: Exponents, beam: int
) -> list[tuple[int, KeyedChord]]:
    """The segments of the best hypothesis and their chords. sharps: (p,) of the key signature at each place."""
    places = len(sharps)
    waiting: list[list[_Rows]] = [[] for _ in range(places + 1)]
    past: list[tuple[int, int, KeyedChord]] = []  # of every hypothesis: where it came from, its segment and chord
    for place in range(places):
        if place == 0:
            ready = _beginnings(int(sharps[0]), modules, exponents)
        elif waiting[place]:
            rows = _best(waiting[place], beam)
            waiting[place] = []
            numbers = np.arange(len(past), len(past) + len(rows.score))
            past += _kept(rows)
            ready = _onwards(rows, numbers, int(sharps[place]), modules, exponents, ROWS * beam)
        else:
            continue
        for at in range(*np.searchsorted(segments.begin, [place, place + 1])):
            waiting[segments.end[at]].append(_told(ready, segments, at, exponents, beam))
    came, segment, chord = _kept(_best(waiting[places], 1))[0]
    found = [(segment, chord)]
    while came >= 0:
        came, segment, chord = past[came]
        found.append((segment, chord))
    return found[::-1]


def _beginnings(sharps: int, modules: SequenceModules, exponents: Exponents) -> _Ready:
    """Every key near the key signature."""
    mode, home = (one.ravel() for one in np.indices((len(MODES), HOMES)))
    tonic = sharps + home - HOMES // 2 + 3 * mode - ROOTS[0]
    within = (tonic >= 0) & (tonic < len(ROOTS))
    mode, home, tonic = mode[within], home[within], tonic[within]
    key, chords = modules.initial(mode, home)
    none = np.full(len(tonic), -1)
    return _Ready(
        score=exponents.key_sequence * key.astype(np.float64),
        tonic=tonic,
        mode=mode,
        change=np.zeros_like(tonic),
        came=none,
        before=none,
        key_memory=np.zeros((len(tonic), modules.key_memory), np.float32),
        chord_memory=np.zeros((len(tonic), modules.chord_memory), np.float32),
        chords=chords,
    )


def _onwards(
    rows: _Rows, numbers: IntArray, sharps: int, modules: SequenceModules, exponents: Exponents, most: int
) -> _Ready:
    """Hypotheses with the key that they have and with others that are likely."""
    home = home_of(rows.tonic, rows.mode, np.full(len(numbers), sharps))
    told = np.stack([_relative(rows.tonic, rows.root, rows.kind), rows.change, rows.mode, home], axis=1)
    stays, changes, following, key_memory = modules.keys(told, rows.key_memory)
    tried = np.argpartition(following, -KEYS_TRIED, axis=1)[:, -KEYS_TRIED:]
    moves = exponents.key_transition * changes[:, None]
    moves = moves + exponents.key_sequence * np.take_along_axis(following, tried, axis=1)
    score = rows.score[:, None] + np.column_stack([exponents.key_transition * stays, moves])
    chosen = np.argsort(-score, axis=None, kind="stable")[:most]
    row, at = np.unravel_index(chosen, score.shape)
    mode, steps = np.divmod(tried[row, np.maximum(at - 1, 0)], STEPS)
    mode = np.where(at > 0, mode, rows.mode[row])
    tonic = np.where(at > 0, MOVED[rows.tonic[row], steps], rows.tonic[row])
    change = change_of(rows.tonic[row], rows.mode[row], tonic, mode)
    home = home_of(tonic, mode, np.full(len(row), sharps))
    told = np.stack([_relative(tonic, rows.root[row], rows.kind[row]), change, mode, home], axis=1)
    chords, chord_memory = modules.chords(told, rows.chord_memory[row])
    code = rows.code[row]
    return _Ready(score[row, at], tonic, mode, change, numbers[row], code, key_memory[row], chord_memory, chords)


def _told(ready: _Ready, segments: Segments, at: int, exponents: Exponents, beam: int) -> _Rows:
    """The best hypotheses that go on with a segment."""
    roots, kinds = segments.root[at], segments.kind[at]
    said = np.take_along_axis(ready.chords, _relative(ready.tonic[:, None], roots, kinds), axis=1)
    score = ready.score[:, None] + segments.score[at] + exponents.chord_sequence * said
    chosen = np.argsort(-score, axis=None, kind="stable")[:beam]
    row, which = np.unravel_index(chosen, score.shape)
    tonic, mode, root, kind = ready.tonic[row], ready.mode[row], roots[which], kinds[which]
    return _Rows(
        score=score[row, which],
        root=root,
        kind=kind,
        tonic=tonic,
        mode=mode,
        change=ready.change[row],
        segment=np.full(len(row), at),
        came=ready.came[row],
        code=((tonic * len(MODES) + mode) * len(ROOTS) + root) * len(KINDS) + kind,
        before=ready.before[row],
        key_memory=ready.key_memory[row],
        chord_memory=ready.chord_memory[row],
    )


def _best(waiting: Sequence[_Rows], beam: int) -> _Rows:
    """The best hypotheses, one for each two last chords."""
    rows = _Rows(*(np.concatenate(parts) for parts in zip(*(vars(one).values() for one in waiting), strict=True)))
    order = np.argsort(-rows.score, kind="stable")
    alike = rows.before[order] * (int(rows.code.max()) + 1) + rows.code[order]
    _, first = np.unique(alike, return_index=True)
    return rows.take(order[np.sort(first)[:beam]])


def _kept(rows: _Rows) -> list[tuple[int, int, KeyedChord]]:
    columns = (rows.came, rows.segment, rows.root, rows.kind, rows.tonic, rows.mode)
    return [(came, segment, KeyedChord(*chord)) for came, segment, *chord in np.stack(columns, axis=1).tolist()]


def _relative(tonic: IntArray, root: IntArray, kind: IntArray) -> IntArray:
    found: IntArray = STEP[tonic, root] * len(KINDS) + kind
    return found
