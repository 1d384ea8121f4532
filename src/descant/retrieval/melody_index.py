"""Many melodies as one row of notes, and the melodies in it that a hum may be of.

Every melody is tried: the hum is aligned locally with the whole row at once, in whole numbers of eight bits, so that
one step of NumPy does a note of the hum for all notes of the row. Intervals are compared, and ratios of times, so that
neither key nor tempo matters; a note of either side may be passed over, almost freely where it has its neighbour's
pitch, since it may be held or repeated. A right interval gains the more, the rarer it is among the melodies. What is
found so is aligned again, with more care, in `melody_alignment.py`.

Smith and Waterman: Identification of Common Molecular Subsequences, J. Mol. Biol. 147, 1981. Farrar: Striped
Smith-Waterman Speeds Database Searches Six Times Over Other SIMD Implementations, Bioinformatics 23, 2007, fits the
same into bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.types.arrays import FloatArray, IntArray
from descant.types.melody import note_columns

UNITS = 6  # of cost, for a semitone off
WIDEST = 9  # semitones: wider intervals count as this
APART = 73  # the interval between two melodies: with any of a hum's it costs the most, and stays within a byte
RATIOS = 8  # units of an octave between ratios of times
SLOWER = 2  # by so many times two such a unit costs less than one of pitch
BYTE, LARGEST = 120, 100  # what fits into a byte; gains of a note at most
BLOCK = 1 << 16  # notes aligned at once: what stays in a processor's cache
SMALLEST = 1e-3  # of a time between two notes, in either unit
DENSITY_SPREAD = 0.5  # semitones by which hums blur what intervals are usual
GRID = 10  # places in a semitone where that is known


@dataclass(frozen=True, eq=False)
class Line:
    """A hum: notes one after another."""

    pitch: FloatArray  # semitones
    onset: FloatArray  # in any unit
    timed: bool = True  # whether the onsets mean anything

    def __len__(self) -> int:
        return len(self.pitch)


@dataclass(frozen=True)
class Coarse:
    """What the alignment in bytes gains and pays; a semitone off costs UNITS. Tuned on hums of other tunes."""

    right: float = 6.0  # what a usual interval gains
    rare: float = 2.5  # what it gains for each natural logarithm that it is rarer
    most: int = 11  # what a wrong interval costs at most
    skipped: float = 5.0  # what a note costs that is passed over
    held: float = 1.0  # what it costs at the pitch of its neighbour
    apart: float = 2.0  # semitones from its neighbour from which on a note costs all
    late: int = 3  # what a wrong ratio of times costs at most


COARSE = Coarse()


class MelodyIndex:
    """The notes of all melodies, one melody after the other. Columns hold one entry a note, or one a melody."""

    def __init__(self, melodies: Iterable[tuple[int, int, str, bytes]]) -> None:
        """melodies: the library's: item, number, label, bytes."""
        item: list[int] = []
        number: list[int] = []
        pitches: list[FloatArray] = [np.zeros(0)]
        onsets: list[FloatArray] = [np.zeros(0)]
        for one, which, _, data in melodies:
            pitch, onset, _ = note_columns(data)
            if len(pitch):
                item.append(one)
                number.append(which)
                pitches.append(pitch)
                onsets.append(onset)
        self.item = np.array(item, dtype=np.int64)
        self.number = np.array(number, dtype=np.int64)
        self.bounds = np.cumsum([len(one) for one in pitches])  # where each melody begins, and the end
        self.pitch = np.concatenate(pitches).astype(np.float32)
        self.onset = np.concatenate(onsets)
        note = np.arange(len(self.pitch)) - np.repeat(self.bounds[:-1], np.diff(self.bounds))
        self._one, self._two = (_intervals(self.pitch, note, back) for back in (1, 2))
        self._near = _nearest(self.pitch, note)
        self._ratio = _ratios(self.onset, note)
        self._blocks = list(_blocks(self.bounds))
        self.surprise = _surprise(np.diff(self.pitch)[note[1:] > 0])

    def __len__(self) -> int:
        return len(self.item)

    def rarity(self, steps: npt.NDArray[np.floating[Any]]) -> FloatArray:
        """How much rarer intervals are than the usual one, natural logarithms."""
        at = np.clip(np.round(np.abs(steps) * GRID), 0, len(self.surprise) - 1).astype(np.int64)
        found: FloatArray = self.surprise[at]
        return found

    def gains(self, hum: Line, costs: Coarse = COARSE) -> npt.NDArray[Any]:
        """(n,) what the hum gains at most if it ends at each note of the row."""
        count = len(hum)
        step = np.diff(hum.pitch, prepend=hum.pitch[:1])
        gain = costs.right + costs.rare * self.rarity(step)
        gain[0] = costs.right
        gain = np.minimum(np.round(gain), LARGEST).astype(np.int64)
        kind = np.int8 if gain.sum() <= BYTE else np.int16
        neighbour = np.minimum(np.append(np.inf, np.abs(step[1:])), np.append(np.abs(step[1:]), np.inf))
        skip = np.round(_skipping(neighbour, costs)).astype(np.int64).tolist()
        passed = np.round(_skipping(self._near.astype(np.float64), costs)).astype(np.int8)
        ratio = np.zeros(count, dtype=np.int64)
        if count > 2:
            times = np.log2(np.maximum(np.diff(hum.onset), SMALLEST))
            ratio[2:] = np.clip(np.round(np.diff(times) * RATIOS), -5 * RATIOS, 5 * RATIOS)
        best = np.zeros(len(self.pitch), dtype=kind)
        for first, last in self._blocks:
            inside = slice(first, last)
            block = _Block(self._one[inside], self._two[inside], passed[inside], self._ratio[inside], kind)
            block.fill(hum, gain.tolist(), skip, ratio.tolist(), costs, best[inside])
        return best

    def best(self, gains: npt.NDArray[Any], count: int) -> tuple[IntArray, IntArray]:
        """The melodies that gain most, at most `count`, the best first; and the note of the row where each does."""
        if not len(self):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        each = np.maximum.reduceat(gains, self.bounds[:-1])
        order = np.argsort(-each.astype(np.int64), kind="stable")[:count]
        spans = zip(self.bounds[order].tolist(), self.bounds[order + 1].tolist(), strict=True)
        ends = [first + int(gains[first:last].argmax()) for first, last in spans]
        return order, np.array(ends, dtype=np.int64)


class _Block:
    """A stretch of the row, and room to work in."""

    def __init__(
        self,
        one: npt.NDArray[np.int8],
        two: npt.NDArray[np.int8],
        passed: npt.NDArray[np.int8],
        ratio: npt.NDArray[np.int8],
        kind: type[Any],
    ) -> None:
        self.one, self.two, self.passed, self.ratio, self.kind = one, two, passed, ratio, kind
        self.off = np.empty(len(one), dtype=np.int8)
        self.late = np.empty(len(one), dtype=np.int8)
        self.sum = np.empty(len(one), dtype=kind)

    def fill(
        self, hum: Line, gain: list[int], skip: list[int], ratio: list[int], costs: Coarse, best: npt.NDArray[Any]
    ) -> None:
        """Raise `best` to what the hum gains where it ends at each note."""
        before: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = []  # of the two notes of the hum before this one
        for at in range(len(hum)):
            now = np.zeros(len(self.one), dtype=self.kind)
            for back in range(1, min(at, 2) + 1):
                plain, over = before[-back]
                if back == 2:
                    plain, over = plain - self.kind(skip[at - 1]), over - self.kind(skip[at - 1])
                step = float(hum.pitch[at] - hum.pitch[at - back])
                late = hum.timed and back == 1 and at > 1
                self._raise(now, plain, step, self.one, 1, costs, ratio[at] if late else None)
                self._raise(now, over, step, self.two, 2, costs, None)
            now += self.kind(gain[at])
            over = now.copy()
            over[:-1] -= self.passed[1:]
            before = [*before[-1:], (now, over)]
            np.maximum(best, now, out=best)

    def _raise(
        self,
        now: npt.NDArray[Any],
        before: npt.NDArray[Any],
        step: float,
        steps: npt.NDArray[np.int8],
        over: int,
        costs: Coarse,
        ratio: int | None,
    ) -> None:
        """Where the way over an interval is better, take it."""
        whole = round(UNITS * max(-WIDEST, min(WIDEST, step)))
        np.subtract(steps, np.int8(whole), out=self.off)
        np.abs(self.off, out=self.off)
        np.minimum(self.off, np.int8(costs.most), out=self.off)
        if ratio is not None:
            np.subtract(self.ratio, np.int8(ratio), out=self.late)
            np.abs(self.late, out=self.late)
            np.right_shift(self.late, SLOWER, out=self.late)
            np.minimum(self.late, np.int8(costs.late), out=self.late)
            np.add(self.off, self.late, out=self.off)
        np.subtract(before[:-over], self.off[over:], out=self.sum[over:])
        np.maximum(now[over:], self.sum[over:], out=now[over:])


def _intervals(pitch: npt.NDArray[np.float32], note: IntArray, back: int) -> npt.NDArray[np.int8]:
    """UNITS from the note so many before; APART where that is another melody's."""
    steps = np.zeros(len(pitch))
    steps[back:] = UNITS * np.clip(pitch[back:] - pitch[:-back], -WIDEST, WIDEST)
    steps[note < back] = APART
    return np.round(steps).astype(np.int8)


def _nearest(pitch: npt.NDArray[np.float32], note: IntArray) -> npt.NDArray[np.float32]:
    """Semitones from each note to the nearer one of its neighbours."""
    before = np.abs(np.diff(pitch, prepend=np.nan))
    before[note == 0] = np.inf
    found: npt.NDArray[np.float32] = np.minimum(before, np.append(before[1:], np.inf))[: len(pitch)].astype(np.float32)
    return found


def _ratios(onset: FloatArray, note: IntArray) -> npt.NDArray[np.int8]:
    """Of each note, the time from the one before to it over the time before that, as RATIOS in an octave."""
    found = np.zeros(len(onset))
    if len(onset) > 2:
        times = np.log2(np.maximum(np.diff(onset), SMALLEST))
        found[2:] = np.clip(np.diff(times) * RATIOS, -5 * RATIOS, 5 * RATIOS)
    found[note < 2] = 0
    return np.round(found).astype(np.int8)


def _blocks(bounds: IntArray) -> Iterator[tuple[int, int]]:
    """Stretches of whole melodies of about BLOCK notes."""
    edges = [0]
    for bound in bounds[1:].tolist():
        if bound - edges[-1] >= BLOCK:
            edges.append(bound)
    if edges[-1] != int(bounds[-1]):
        edges.append(int(bounds[-1]))
    yield from pairwise(edges)


def _skipping(near: FloatArray, costs: Coarse) -> FloatArray:
    """What it costs to pass over a note so many semitones from its neighbour."""
    found: FloatArray = costs.held + (costs.skipped - costs.held) * np.minimum(near / costs.apart, 1.0)
    return found


def _surprise(steps: npt.NDArray[np.float32]) -> FloatArray:
    """How much rarer than the most usual interval one of 0, 0.1, 0.2... semitones is, up or down, as hums blur them."""
    size = 2 * WIDEST * GRID
    grid = np.arange(-size, size + 1) / GRID
    count = np.bincount(np.clip(np.round(steps), -12, 12).astype(np.int64) + 12, minlength=25) + 1.0
    apart = grid[:, None] - np.arange(-12, 13)
    density = np.exp(-0.5 * (apart / DENSITY_SPREAD) ** 2) @ (count / count.sum())
    either = np.maximum((density + density[::-1]) / 2, density.max() * 1e-3)[size:]
    found: FloatArray = np.log(either.max() / either)
    return found
