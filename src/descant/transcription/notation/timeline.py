"""The bars of a performance: which beats there are, in seconds and in quarters, and which of them begin bars.

Heard beats are carried on to cover all notes. A bar has as many beats as lie between its downbeats; where no downbeats
are known, four. Whether the beat is a quarter or a dotted one is for the caller to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from descant.types import Beats
from descant.types.arrays import FloatArray
from descant.types.score import TimeSignature

USUAL_BAR = 4  # beats, where nothing is known
SECONDS = 0.5  # a beat, where nothing is known
EARLY = 0.06  # seconds that a note may come before the first beat and still belong to it
GAP = 1.7  # times the usual beat: a longer one holds beats that nobody heard
MOST_BEATS = 21  # that a bar may have: three times as many eighths can still be written


@dataclass(frozen=True, eq=False)
class Timeline:
    """Beats, the first before all notes and the last after them, and bars."""

    seconds: FloatArray  # (beats,)
    quarters: tuple[Fraction, ...]  # (beats,) from the first bar's beginning, the first beat at or after 0
    bars: tuple[tuple[Fraction, Fraction, TimeSignature], ...]  # start, length and metre of each, quarters

    def beat(self, second: FloatArray) -> FloatArray:
        """Places in beats from the first one, of times in seconds."""
        return np.asarray(np.interp(second, self.seconds, np.arange(len(self.seconds), dtype=np.float64)))

    def quarter(self, beat: Fraction) -> Fraction:
        """Quarters of a place in beats."""
        at = min(int(beat), len(self.quarters) - 2)
        return self.quarters[at] + (beat - at) * (self.quarters[at + 1] - self.quarters[at])

    def quarters_at(self, second: FloatArray) -> FloatArray:
        """Quarters, not on any grid, of times in seconds."""
        return np.asarray(np.interp(second, self.seconds, np.array([float(one) for one in self.quarters])))


def timeline(beats: Beats, first: float, last: float, compound: bool) -> Timeline:
    """The bars that cover the time from the first to the last onset, seconds.

    compound: whether the beat is a dotted quarter; else it is a quarter.
    """
    seconds, position = covering(beats, first, last)
    unit = Fraction(3, 2) if compound else Fraction(1)
    starts = bar_starts(position)
    before = starts[0]  # beats of an upbeat
    bars: list[tuple[Fraction, Fraction, TimeSignature]] = []
    counts = [two - one for one, two in pairwise([*starts, len(seconds)])]
    counts[-1] = max(counts[-1], min(_bar_length(position, at_end=True), MOST_BEATS))  # the last bar is a whole one
    place = Fraction(0)
    if before:
        whole = counts[0]
        # An upbeat of more than half a bar is a bar with rests.
        length = before if before * 2 <= whole or before > whole else whole
        bars.append((place, length * unit, metre(whole if before <= whole else before, compound)))
        place += length * unit
        quarters = [place + (at - before) * unit for at in range(len(seconds))]
    else:
        quarters = [at * unit for at in range(len(seconds))]
    for count in counts:
        bars.append((place, count * unit, metre(count, compound)))
        place += count * unit
    return Timeline(seconds, tuple(quarters), tuple(bars))


def metre(beats: int, compound: bool) -> TimeSignature:
    """The signature of a bar of so many beats."""
    return TimeSignature((3 * beats,), 8) if compound else TimeSignature((beats,), 4)


def covering(beats: Beats, first: float, last: float) -> tuple[FloatArray, np.ndarray]:
    """(seconds, positions in the bar) of beats that begin with the one of the first note and end after the last."""
    time: FloatArray = beats.time
    position: np.ndarray = beats.position
    if len(time) < 2:
        time, position = np.array([first, first + SECONDS]), np.array([1, 2])
    if not np.any(position == 1):
        position = np.arange(len(time)) % USUAL_BAR + 1
    time, position = _without_gaps(time, position)
    lengths = np.diff(time)
    early, late = float(np.median(lengths[:4])), float(np.median(lengths[-4:]))
    more = int(np.ceil(max(0.0, (time[0] - EARLY - first) / early)))
    after = int(np.ceil(max(0.0, (last + EARLY - time[-1]) / late))) + 1
    before = time[0] - early * np.arange(more, 0, -1)
    time = np.concatenate([before, time, time[-1] + late * np.arange(1, after + 1)])
    position = np.concatenate([_back(position, more), position, _on(position, after)])
    start = max(0, int(np.searchsorted(time, first + EARLY, side="right")) - 1)
    end = int(np.searchsorted(time, last + EARLY, side="right")) + 1
    return time[start:end], position[start:end]


def _without_gaps(time: FloatArray, position: np.ndarray) -> tuple[FloatArray, np.ndarray]:
    """The beats with those that are missing where a stretch was without pulse, in bars of the length before it."""
    lengths = np.diff(time)
    usual = np.array([np.median(lengths[max(0, at - 4) : at + 5]) for at in range(len(lengths))])
    counts = np.where(lengths > GAP * usual, np.round(lengths / usual), 1).astype(int)
    if np.all(counts == 1):
        return time, position
    bar = int(np.median(np.diff(np.flatnonzero(position == 1)))) if np.sum(position == 1) > 1 else USUAL_BAR
    times, positions = [time[:1]], [position[:1]]
    for at, count in enumerate(counts.tolist()):
        times.append(time[at] + lengths[at] * np.arange(1, count + 1) / count)
        between = (position[at] - 1 + np.arange(1, count)) % bar + 1
        positions.append(np.append(between, position[at + 1]))
    return np.concatenate(times), np.concatenate(positions)


def bar_starts(position: np.ndarray) -> list[int]:
    """The beats that bars begin with, by index; at least one."""
    found = np.flatnonzero(position == 1).tolist() or [0]
    starts = [found[0]]
    while starts[0] > MOST_BEATS:
        starts.insert(0, starts[0] - USUAL_BAR)
    for one in [*found[1:], len(position)]:
        while one - starts[-1] > MOST_BEATS:
            starts.append(starts[-1] + USUAL_BAR)
        starts.append(one)
    starts.pop()
    return starts


def _bar_length(position: np.ndarray, at_end: bool) -> int:
    downbeats = np.flatnonzero(position == 1)
    if len(downbeats) < 2:
        return max(USUAL_BAR, int(position.max(initial=1)))
    return int(downbeats[-1] - downbeats[-2] if at_end else downbeats[1] - downbeats[0])


def _back(position: np.ndarray, count: int) -> np.ndarray:
    """Positions of so many beats before."""
    length = _bar_length(position, at_end=False)
    downbeat = int(np.flatnonzero(position == 1)[0])
    return (np.arange(-count, 0) - downbeat) % length + 1


def _on(position: np.ndarray, count: int) -> np.ndarray:
    """Positions of so many beats after."""
    length = _bar_length(position, at_end=True)
    downbeat = int(np.flatnonzero(position == 1)[-1])
    return (np.arange(len(position), len(position) + count) - downbeat) % length + 1
