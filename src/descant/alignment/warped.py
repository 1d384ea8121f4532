"""Notes moved to where a performance plays them, with a tempo map by which a sequencer's bars are the performance's.

Every beat gets a tempo of its own. What lies before the first onset that was played and after the last one would go on
at the pace of the whole; time before the first bar becomes a bar of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from descant.alignment.bars import MusicBar
from descant.alignment.written import Written
from descant.types import Alignment, ControlChange, MeterChange, Notes, PitchBend, TempoChange
from descant.types.arrays import FloatArray
from descant.types.score import BPM

SLOWEST, FASTEST = 4.0, 6000.0  # quarters a minute that a MIDI file holds; beyond them a beat is not the performance's
SHORTEST = 0.005  # seconds that a note lasts at least
MOST_BEATS = 64  # of the bar that comes before the first one

Event = TypeVar("Event", ControlChange, PitchBend)


@dataclass(frozen=True, eq=False)
class TimeMap:
    """Quarters of a score and seconds of a performance that belong together, both strictly rising."""

    quarter: FloatArray
    second: FloatArray

    @property
    def pace(self) -> float:
        """Seconds of a quarter, over all."""
        span = float(self.quarter[-1] - self.quarter[0])
        return float(self.second[-1] - self.second[0]) / span if span > 0 else 60.0 / BPM

    def seconds(self, quarters: FloatArray) -> FloatArray:
        """When places are played; beyond the ends, when they would be."""
        inside = np.interp(quarters, self.quarter, self.second)
        before, after = np.minimum(quarters - self.quarter[0], 0), np.maximum(quarters - self.quarter[-1], 0)
        found: FloatArray = inside + (before + after) * self.pace
        return found


def time_map(alignment: Alignment) -> TimeMap:
    """An alignment as a map: where it goes back, as far as it had come."""
    reached = np.maximum.accumulate(alignment.quarter)
    new = np.append(True, np.diff(reached) > 0)
    return TimeMap(reached[new], alignment.time[new])


def warped(notes: Notes, score: Written, bars: Sequence[MusicBar], alignment: Alignment) -> Notes:
    """The notes that were played, with their bends and controls, at the performance's times and in its bars.

    score: the same notes on the page. What was not played, because a recording begins late or ends early, is left out.
    """
    passage = time_map(alignment)
    first = max((bar.start for bar in bars if bar.start <= passage.quarter[0] + 1e-6), default=0.0)
    if passage.second[0] > 0 > passage.seconds(np.array([first]))[0]:  # a bar that begins before the recording
        passage = TimeMap(np.append(first, passage.quarter), np.append(0.0, passage.second))
    onset, offset = (passage.seconds(score.quarters(one)) for one in (notes.onset, notes.offset))
    whole = alignment.quarter[0] <= score.onset[0], alignment.quarter[-1] >= score.end
    place = score.quarters(notes.onset)
    played = (whole[0] | (place >= alignment.quarter[0] - 1e-6)) & (whole[1] | (place <= alignment.quarter[-1] + 1e-6))
    onset = np.maximum(onset, 0.0)
    tempos, meters = _tempo_map(passage, [bar for bar in bars if first <= bar.start < passage.quarter[-1]])
    return replace(
        notes,
        onset=onset[played],
        offset=np.maximum(offset, onset + SHORTEST)[played],
        pitch=notes.pitch[played],
        velocity=notes.velocity[played],
        part=np.asarray(notes.part)[played],
        confidence=np.asarray(notes.confidence)[played],
        bends=tuple(_moved(notes.bends, score, passage)),
        controls=tuple(_moved(notes.controls, score, passage)),
        tempos=tempos,
        meters=meters,
    )


def _moved(events: Sequence[Event], score: Written, passage: TimeMap) -> Iterator[Event]:
    """Events up to the end; those before the beginning hold from there."""
    times = passage.seconds(score.quarters([one.time for one in events]))
    for one, time in zip(events, times.tolist(), strict=True):
        if time <= passage.second[-1]:
            yield replace(one, time=max(0.0, time))


def _tempo_map(passage: TimeMap, bars: Sequence[MusicBar]) -> tuple[tuple[TempoChange, ...], tuple[MeterChange, ...]]:
    tempos: list[TempoChange] = []
    meters: list[MeterChange] = []
    starts = passage.seconds(np.array([bar.start for bar in bars]))
    for bar, start in zip(bars, np.maximum(starts, 0.0).tolist(), strict=True):
        if not meters and start > 0:
            count = int(np.clip(round(start / passage.pace), 1, MOST_BEATS))
            meters.append(MeterChange(0.0, count, 4))
            tempos.append(TempoChange(0.0, _bpm(count, start)))
        if not meters or (bar.count, bar.unit) != (meters[-1].numerator, meters[-1].denominator):
            meters.append(MeterChange(start, bar.count, bar.unit))
        beats = bar.start + np.arange(bar.count + 1) * 4 / bar.unit
        times = np.maximum(passage.seconds(beats), 0.0)
        for time, seconds in zip(times[:-1].tolist(), np.diff(times).tolist(), strict=True):
            tempos.append(TempoChange(time, _bpm(4 / bar.unit, seconds)))
    return tuple(tempos), tuple(meters)


def _bpm(quarters: float, seconds: float) -> float:
    return float(np.clip(60.0 * quarters / max(seconds, 1e-6), SLOWEST, FASTEST))
