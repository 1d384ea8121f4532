"""The bars of a score as RomanText counts them: measures that are halves of one bar are one, and beats are its own.

Bars are counted on from the first measure's number, an upbeat is 0; the page may leave numbers out (X1) or repeat them.
A metre whose number divides by three counts in threes, and a bar of three eighths or less is one beat.

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format: A Flexible and Standard Method for Representing Roman
Numeral Analyses, ISMIR 2019.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from descant.types.score import Measure, Score

UNITS = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Bar:
    """One bar, of one measure or of several."""

    number: int
    start: Fraction  # quarters from the score's beginning; of an upbeat, where the whole bar would begin
    end: Fraction
    count: int  # its metre: so many of
    unit: int

    def beat(self, at: Fraction) -> Fraction:
        """The beat of a place, 1 on the downbeat."""
        threes = self.count % 3 == 0 and (self.count > 3 or self.unit >= 8)
        return 1 + (at - self.start) / Fraction(12 if threes else 4, self.unit)


def whole_bars(score: Score) -> list[Bar]:
    """All bars in order."""
    found: list[Bar] = []
    group: list[Measure] = []
    for measure in score.measures:
        if group and not _goes_on(group, measure):
            found.append(_bar(group, found))
            group = []
        group.append(measure)
    if group:
        found.append(_bar(group, found))
    return found


def bar_at(bars: Sequence[Bar], at: Fraction) -> Bar:
    """The bar that a place lies in."""
    return bars[min(bisect_right(bars, at, key=lambda one: one.end), len(bars) - 1)]


def _goes_on(group: Sequence[Measure], measure: Measure) -> bool:
    """Whether a measure fills up the bar that these began."""
    if group[0].start == 0 and group[0].pickup:
        return False
    return measure.time == group[0].time and sum(one.length for one in (*group, measure)) <= measure.time.length


def _bar(group: Sequence[Measure], before: Sequence[Bar]) -> Bar:
    first, end = group[0], group[-1].end
    time, length = first.time, end - first.start
    if not before:
        upbeat = first.pickup
        number = 0 if upbeat else int(first.number) if first.number.isdecimal() else 1
        return Bar(number, end - time.length if upbeat else first.start, end, sum(time.beats), time.unit)
    count, unit = sum(time.beats), time.unit
    if length != time.length:
        unit = next((one for one in UNITS if one >= unit and (length * one / 4).denominator == 1), unit)
        count = max(1, round(length * unit / 4))
    return Bar(before[-1].number + 1, first.start, end, count, unit)
