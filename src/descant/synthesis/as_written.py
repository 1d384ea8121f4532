"""A score played as it is written: every note in time, at the tempo and the loudness that the page asks for.

Repeats are played, with their endings. Nothing is added that a player would: no rubato, no pedal; grace notes come just
before the beat, a staccato note lasts half as long, and ornaments are not played out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from descant.types import MeterChange, Notes, TempoChange
from descant.types.score import Event, Measure, Score, ScorePart, SpelledPitch

BPM = 120.0  # quarters a minute, where the score names no tempo
LOUDNESS = {  # dynamics -> velocity
    "pppp": 10,
    "ppp": 20,
    "pp": 33,
    "p": 49,
    "mp": 64,
    "mf": 80,
    "f": 96,
    "ff": 112,
    "fff": 122,
    "ffff": 127,
}
USUAL = 80
ACCENTED = 16  # velocity
GRACE = 0.08  # seconds
SHORT = ("staccato", "staccatissimo", "spiccato")
MOST_TIMES = 8  # that a passage is played


def as_written(score: Score, *, repeats: bool = True) -> Notes:
    """The notes of a score in seconds, as one performance of the page. repeats: or each measure once."""
    order = play_order(score.measures) if repeats else list(range(len(score.measures)))
    clock = _Clock(score, order)
    rows = [
        (start, max(end, start + 0.01), pitch, velocity, number)
        for number, part in enumerate(score.parts)
        for start, end, pitch, velocity in _part(part, score, order, clock)
    ]
    columns = np.array(rows, dtype=np.float64).reshape(len(rows), 5)
    return Notes(
        columns[:, 0],
        columns[:, 1],
        columns[:, 2].astype(np.int64),
        columns[:, 3].astype(np.int64),
        columns[:, 4].astype(np.int64),
        tuple(replace(part.sound, name=part.name or part.sound.name) for part in score.parts),
        tempos=tuple(clock.tempos),
        meters=tuple(_meters(score, order, clock)),
    )


def play_order(measures: Sequence[Measure]) -> list[int]:
    """The measures in the order in which they are played, by index."""
    order: list[int] = []
    at, start, time = 0, 0, 1  # where the passage began, and how often it has been begun
    while at < len(measures):
        measure = measures[at]
        if measure.repeat_start and at != start:
            start, time = at, 1
        if measure.ending and str(time) not in measure.ending.replace(",", " ").split():
            at += 1  # an ending of another time
            continue
        order.append(at)
        times = min(measure.repeat_end, MOST_TIMES)
        if measure.ending and measure.repeat_end:
            times = max(times, _endings(measures, at))
        if time < times:
            at, time = start, time + 1
            continue
        at += 1
        if times:  # the passage is over; what follows may be repeated from here
            in_ending = at < len(measures) and measures[at].ending
            start, time = (start, time) if in_ending else (at, 1)
    return order


def _endings(measures: Sequence[Measure], at: int) -> int:
    """The highest number of the endings that this one is among."""
    highest = 1
    while at < len(measures) and measures[at].ending:
        numbers = [int(one) for one in measures[at].ending.replace(",", " ").split() if one.isdigit()]
        highest = max([highest, *numbers])
        at += 1
    return highest


class _Clock:
    """When each played measure begins, in seconds, and how its quarters run."""

    def __init__(self, score: Score, order: Sequence[int]) -> None:
        marks = {Fraction(0): BPM, **{one.at: one.bpm for one in score.tempos}}
        self.marks, self.bpm = list(marks), list(marks.values())
        self.until = [0.0]  # seconds of the page before each mark
        for (low, high), bpm in zip(pairwise(self.marks), self.bpm, strict=False):
            self.until.append(self.until[-1] + 60.0 / bpm * float(high - low))
        self.tempos: list[TempoChange] = []
        self.begins: list[float] = []
        now = 0.0
        for number in order:
            start, end = score.measures[number].start, score.measures[number].end
            self.begins.append(now)
            first, last = bisect_right(self.marks, start) - 1, bisect_left(self.marks, end)
            for at in range(first, last):
                if not self.tempos or self.tempos[-1].bpm != self.bpm[at]:
                    passed = max(0.0, self.until[at] - self.page(start))
                    self.tempos.append(TempoChange(now + passed, self.bpm[at]))
            now += self.page(end) - self.page(start)

    def page(self, quarter: Fraction) -> float:
        """Seconds to a place of the page from its beginning, without repeats."""
        at = bisect_right(self.marks, quarter) - 1
        return self.until[at] + 60.0 / self.bpm[at] * float(quarter - self.marks[at])

    def within(self, measure: Measure, place: Fraction) -> float:
        """Seconds from a measure's start to a place, quarters from it, which may lie beyond its end."""
        return self.page(measure.start + place) - self.page(measure.start)


def _part(
    part: ScorePart, score: Score, order: Sequence[int], clock: _Clock
) -> Iterator[tuple[float, float, int, int]]:
    """(onset, offset, pitch, velocity) of every note, ties joined as long as measures follow one another."""
    loudness = _Loudness(part)
    held: dict[SpelledPitch, tuple[float, float, int, int]] = {}  # what the last event ties on
    before = -1
    for begin, number in zip(clock.begins, order, strict=True):
        measure = score.measures[number]
        if number != before + 1:
            yield from held.values()
            held = {}
        before = number
        for event, place in _with_graces(part.measures[number]):
            start = max(0.0, begin + clock.within(measure, event.onset) - place)
            end = begin + clock.within(measure, event.end) if not event.grace else start + GRACE
            if not event.grace and any(mark in SHORT for mark in event.marks):
                end = start + (end - start) / 2
            velocity = loudness.at(measure.start + event.onset, event)
            keys = event.drums or tuple(pitch.midi for pitch in event.pitches)
            for pitch, tied, key in zip(event.pitches, event.tied, keys, strict=True):
                note = (start, end, key, velocity)
                if pitch in held and abs(held[pitch][1] - start) < 1e-6:
                    note = (held[pitch][0], end, key, held[pitch][3])
                    del held[pitch]
                if tied:
                    held[pitch] = note
                else:
                    yield note
    yield from held.values()


def _with_graces(events: Sequence[Event]) -> Iterator[tuple[Event, float]]:
    """Events, each with the seconds by which it comes before its place: the last of some grace notes comes last."""
    after: Counter[tuple[Fraction, int, int]] = Counter()  # grace notes from here on, by their place
    early = []
    for event in reversed(events):
        place = event.onset, event.staff, event.voice
        after[place] += bool(event.grace)
        early.append(GRACE * after[place] if event.grace else 0.0)
    yield from zip(events, reversed(early), strict=True)


class _Loudness:
    """The velocity that the page asks for: of the part's last sign, on whichever staff."""

    def __init__(self, part: ScorePart) -> None:
        signs = [one for one in part.directions if one.kind == "dynamics" and one.text in LOUDNESS]
        self.signs = sorted(signs, key=lambda one: one.at)
        self.places = [one.at for one in self.signs]

    def at(self, quarter: Fraction, event: Event) -> int:
        last = bisect_right(self.places, quarter) - 1
        velocity = LOUDNESS[self.signs[last].text] if last >= 0 else USUAL
        accented = any(mark in ("accent", "marcato") for mark in event.marks)
        return min(127, velocity + (ACCENTED if accented else 0))


def _meters(score: Score, order: Sequence[int], clock: _Clock) -> Iterator[MeterChange]:
    last = None
    for begin, number in zip(clock.begins, order, strict=True):
        time = score.measures[number].time
        if time != last:
            yield MeterChange(begin, sum(time.beats), time.unit)
        last = time
