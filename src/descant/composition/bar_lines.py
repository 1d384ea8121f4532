"""Bars of a piece on a grid: every bar has a metre that says its whole length, as the vocabulary of REMI needs it.

A bar that is cut short (an upbeat, a change of metre within a bar) gets the metre of its own length, as MIDI files have
it: an upbeat of a quarter is a bar of 1/4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from descant.errors import InvalidValueError
from descant.types.arrays import IntArray

TICKS = 24  # a quarter: sixteenths, thirty-seconds, and triplets down to sixteenths
LONGEST = 8  # quarters in a bar
FINEST = 32  # what a metre counts in at the finest
THIRTY_SECOND = 4 * TICKS // FINEST  # ticks
CLOSE = 1e-3  # ticks: nearer than that a place lies on the grid

Meter = tuple[int, int]

METERS: tuple[Meter, ...] = tuple(
    (beats, unit) for unit in (1, 2, 4, 8, 16, 32) for beats in range(1, LONGEST * unit // 4 + 1)
)
USUAL: Meter = (4, 4)


def bar_ticks(meter: Meter) -> int:
    """The length of a bar."""
    return 4 * TICKS * meter[0] // meter[1]


@dataclass(frozen=True, eq=False)
class BarLines:
    """The bars of a piece, one after another from tick 0."""

    start: IntArray  # ticks
    meter: tuple[Meter, ...]
    rewritten: int  # metres that were given another place or form

    def bar_at(self, tick: int) -> int:
        """The index of the bar that a place lies in."""
        return int(np.searchsorted(self.start, tick, side="right")) - 1


def bar_lines(meters: Sequence[tuple[float, int, int]], last: int) -> BarLines:
    """The bars up to the one that holds the tick `last`, or the last metre; metres come with their places in quarters.

    A bar of more than eight quarters is said as two, four or more. Raises InvalidValueError where a bar is no whole
    number of thirty-seconds.
    """
    changes, rewritten = _on_grid(meters)
    last = max(last, changes[-1][0])
    starts: list[int] = []
    found: list[Meter] = []
    for (begin, meter), (end, _) in pairwise([*changes, (last + 1, USUAL)]):
        length = bar_ticks(meter)
        at = begin
        while at < end:
            short = end != last + 1 and at + length > end
            starts.append(at)
            found.append(_meter_of(end - at) if short else meter)
            at += length
    return BarLines(np.array(starts, dtype=np.int64), tuple(found), rewritten)


def _on_grid(meters: Sequence[tuple[float, int, int]]) -> tuple[list[tuple[int, Meter]], int]:
    """Metres and their ticks, each a whole number of thirty-seconds from the one before; and how many were rewritten.

    Metres that only repeat at a bar line what holds already are left out.
    """
    found: list[tuple[int, Meter]] = []
    rewritten = 0
    for place, beats, unit in meters:
        meter = _known(beats, unit)
        tick = round(place * TICKS)
        moved = abs(place * TICKS - tick) > CLOSE
        if not found and tick > 0:
            found.append((0, USUAL))
            rewritten += 1
        if found and (tick - found[-1][0]) % bar_ticks(found[-1][1]):
            steps = round((tick - found[-1][0]) / THIRTY_SECOND)
            moved |= tick != found[-1][0] + steps * THIRTY_SECOND
            tick = found[-1][0] + steps * THIRTY_SECOND
        rewritten += moved or meter != (beats, unit)
        if found and found[-1][0] == tick:
            rewritten += found[-1][1] != meter
            found.pop()
        if not found or found[-1][1] != meter or (tick - found[-1][0]) % bar_ticks(meter):
            found.append((tick, meter))
    return (found, rewritten) if found else ([(0, USUAL)], 1)


def _known(beats: int, unit: int) -> Meter:
    """The metre among METERS of the same length; of a bar that is too long, that of its half, its quarter and so on."""
    length = Fraction(4 * beats, unit)
    while length > LONGEST:
        length /= 2
    ticks = length * TICKS
    if ticks % THIRTY_SECOND:
        raise InvalidValueError(
            f"a bar of {beats}/{unit} is no whole number of thirty-seconds: bars are said in nothing finer"
        )
    return (beats, unit) if (beats, unit) in METERS else _meter_of(int(ticks))


def _meter_of(ticks: int) -> Meter:
    """The metre of a bar of this length: 2/4 rather than 4/8, and 1/4 rather than 8/32."""
    unit = FINEST
    beats = ticks // THIRTY_SECOND
    while unit > 4 and beats % 2 == 0:
        beats, unit = beats // 2, unit // 2
    return beats, unit
