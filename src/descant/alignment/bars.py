"""The bars of a score, written or MIDI: for telling places, and for giving a sequencer its bars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from descant.alignment.written import Written
from descant.io.score.whole_bars import Bar, whole_bars
from descant.types import MeterChange, Notes, Score

COMMON = MeterChange(0.0, 4, 4)  # where a file says nothing


@dataclass(frozen=True)
class MusicBar:
    """A bar: a whole one, or an upbeat. Places are quarters from the score's beginning."""

    start: float
    end: float
    downbeat: float  # of an upbeat, where the whole bar would begin
    beat: float  # quarters
    count: int  # its metre, as long as the bar is: so many
    unit: int  # of these; 4 is a quarter
    number: str  # as printed


def bars_of_score(score: Score) -> tuple[MusicBar, ...]:
    """The bars of a page, each measure once."""
    return tuple(_bar(one, score) for one in whole_bars(score))


def bars_of_notes(notes: Notes, page: Written) -> tuple[MusicBar, ...]:
    """The bars of a MIDI file, by its metres; from 1 on."""
    meters = [one for one in notes.meters if one.time > 0]
    first = next((one for one in reversed(notes.meters) if one.time <= 0), COMMON)
    changes = [(0.0, first), *zip(page.quarters([one.time for one in meters]).tolist(), meters, strict=True)]
    ends = [*(at for at, _ in changes[1:]), max(page.end, changes[-1][0] + 1e-3)]
    return tuple(_stretch(changes, ends))


def place(bars: Sequence[MusicBar], quarter: float) -> tuple[str, float]:
    """The number of the bar that a place is in, and the beat, 1 on the downbeat."""
    bar = bars[max(0, bisect_right(bars, quarter + 1e-6, key=lambda one: one.start) - 1)]
    return bar.number, round(1 + (quarter - bar.downbeat) / bar.beat, 3)


def _bar(bar: Bar, score: Score) -> MusicBar:
    start = max(bar.start, Fraction(0))
    count = bar.count if start == bar.start else max(1, round((bar.end - start) * bar.unit / 4))
    measure = score.measure_at(start)
    number = score.measures[measure].number or str(measure + 1)
    beat = float((bar.end - bar.start) / (bar.beat(bar.end) - 1))
    return MusicBar(float(start), float(bar.end), float(bar.start), beat, count, bar.unit, number)


def _stretch(changes: Sequence[tuple[float, MeterChange]], ends: Sequence[float]) -> Iterator[MusicBar]:
    number = 0
    for (at, meter), end in zip(changes, ends, strict=True):
        length = 4 * meter.numerator / meter.denominator
        for k in range(max(1, round((end - at) / length + 0.49))):
            number += 1
            start = at + k * length
            threes = meter.numerator % 3 == 0 and (meter.numerator > 3 or meter.denominator >= 8)
            beat = (12 if threes else 4) / meter.denominator
            yield MusicBar(start, start + length, start, beat, meter.numerator, meter.denominator, str(number))
