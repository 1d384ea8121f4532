"""The bars of a piece on a raster of steps: where they begin, and where their beats are.

A step is a sixteenth, or an eighth where all beats are halves. Beats are as the metre has them: in eighths by threes
where it goes (6/8, 9/8), else by twos, the last of an odd number by three; groups that are written stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from descant.composition.placed import placed
from descant.composition.pulse import LENGTHS, Pulse
from descant.errors import InvalidValueError
from descant.types import Notes, Score
from descant.types.arrays import IntArray
from descant.types.score import KeySignature, Measure, TimeSignature

SIXTEENTH, EIGHTH = Fraction(1, 4), Fraction(1, 2)  # quarters
FOUR = TimeSignature((4,), 4)
FINEST = 96  # a metre changes at so many places a quarter at most


@dataclass(frozen=True)
class Bar:
    """A bar, or what is there of it."""

    start: int  # steps from the beginning of the piece
    stop: int
    beats: tuple[int, ...]  # lengths in steps, of a whole bar
    missing: int  # steps of its beginning that are not there

    @property
    def beat_starts(self) -> list[int]:
        """Where its beats begin, of a whole bar: steps of the piece."""
        edges = np.cumsum([0, *self.beats[:-1]]) + self.start - self.missing
        return [int(one) for one in edges]


@dataclass(frozen=True)
class BarGrid:
    """All bars of a piece in order."""

    step: Fraction  # quarters
    bars: tuple[Bar, ...]

    @classmethod
    def of(cls, measures: Sequence[Measure], step: Fraction | None = None) -> BarGrid:
        """From measures. Raises InvalidValueError where a metre or a measure does not go on the raster."""
        if step is None:
            step = EIGHTH if all(one.time.unit <= 2 for one in measures) else SIXTEENTH
        return cls(step, tuple(_bars(measures, step)))

    @property
    def length(self) -> int:
        """Steps."""
        return self.bars[-1].stop

    def pulse(self) -> Pulse:
        """As the denoiser is told of it."""
        return Pulse.of_bars(
            (
                one.beats * -(-(one.missing + one.stop - one.start) // sum(one.beats)),
                one.missing,
                one.missing + one.stop - one.start,
            )
            for one in self.bars
        )

    def numbered(self) -> list[Bar]:
        """Bars as they are counted: what completes one that was begun, and an upbeat, count for none."""
        return [one for one in self.bars if not one.missing]

    def end_of(self, bar: Bar) -> int:
        """Where a bar ends, with what completes it."""
        after = (one.start for one in self.bars if one.start > bar.start and not one.missing)
        return next(after, self.length)

    def steps(self, quarters: object) -> IntArray:
        """The step nearest to each place, of two that are as near the later one."""
        return np.floor(np.asarray(quarters, dtype=np.float64) / float(self.step) + 0.5 + 1e-4).astype(np.int64)


def measures_of(music: Notes | Score, key: KeySignature | None = None) -> tuple[tuple[Measure, ...], bool]:
    """The measures of a piece, and whether it says its metre; of MIDI that does not, 4/4 is taken.

    key: for MIDI, which says none.
    """
    if isinstance(music, Score):
        return music.measures, True
    piece = placed(music)
    meters = piece.meters or ((0.0, 4, 4),)
    edges = [Fraction(at).limit_denominator(FINEST) for at, _, _ in meters[1:]]
    end = Fraction(piece.length).limit_denominator(FINEST)
    found: list[Measure] = []
    at = Fraction(0)
    first = 0 if len(edges) and edges[0] == Fraction(4 * meters[0][1], meters[0][2]) < _length(meters[1]) else 1
    for number, (_, beats, unit) in enumerate(meters):
        time, length = TimeSignature((beats,), unit), Fraction(4 * beats, unit)
        until = edges[number] if number < len(edges) else max(end, at + length)
        whole = meters[1] if number == 0 and first == 0 else None
        while at < until and (number < len(edges) or at < end or not found):
            long = min(length, until - at) if number < len(edges) else length
            written = TimeSignature((whole[1],), whole[2]) if whole else time
            found.append(Measure(at, long, written, key or KeySignature(0), str(len(found) + first)))
            at += long
    found[-1] = replace(found[-1], barline="final")
    return tuple(found), bool(piece.meters)


def _length(meter: tuple[float, int, int]) -> Fraction:
    return Fraction(4 * meter[1], meter[2])


def _bars(measures: Sequence[Measure], step: Fraction) -> Iterator[Bar]:
    before = Fraction(0)  # what the measure before lacks
    for number, measure in enumerate(measures):
        beats = tuple(_beats(measure.time, step))
        whole = measure.time.length
        if (measure.length / step).denominator != 1:
            raise InvalidValueError(
                f"bar {measure.number} is {measure.length} quarters long, which is no whole number of "
                f"{'sixteenths' if step == SIXTEENTH else 'eighths'}"
            )
        begins = (number == 0 and measure.pickup) or (measure.pickup and measure.length == before)
        missing = whole - measure.length if begins else Fraction(0)
        before = whole - measure.length if measure.pickup and not begins else Fraction(0)
        yield Bar(int(measure.start / step), int(measure.end / step), beats, int(missing / step))


def _beats(time: TimeSignature, step: Fraction) -> Iterator[int]:
    """The lengths of a metre's beats in steps. Raises InvalidValueError."""
    number = sum(time.beats)
    written = f"{'+'.join(map(str, time.beats))}/{time.unit}"
    if time.unit > 8:
        raise InvalidValueError(f"is in {written}; its beats are too short for a chord each: write it in eighths")
    if time.unit <= 2:
        yield from [int(2 / step)] * (number * 2 // time.unit)
    elif time.unit == 4:
        yield from [int(1 / step)] * number
    else:
        groups = time.beats if len(time.beats) > 1 else _groups(number)
        for one in groups:
            length = int(one * EIGHTH / step)
            if length not in LENGTHS:
                raise InvalidValueError(f"is in {written}; beats of {one} eighths are not harmonised")
            yield length


def _groups(eighths: int) -> list[int]:
    """Threes, or twos; the last of an odd number is three."""
    if eighths % 3 == 0:
        return [3] * (eighths // 3)
    if eighths == 1:
        return [1]
    return [2] * (eighths // 2) if eighths % 2 == 0 else [*([2] * (eighths // 2 - 1)), 3]
