"""A score played as it is written: every note in time, at the tempo and the loudness that the page asks for.

Repeats are played, with their endings, and jumps. Nothing is added that a player would: no rubato, no pedal; grace
notes come just before the beat, a staccato note lasts half as long, and ornaments are not played out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from descant.io.score.unfolded import unfolded
from descant.types import MeterChange, Notes, TempoChange
from descant.types.score import BPM, Event, Measure, Score, ScorePart, SpelledPitch

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


def as_written(score: Score, *, repeats: bool = True) -> Notes:
    """The notes of a score in seconds, as one performance of the page. repeats: and jumps; or each measure once."""
    if repeats:
        score = unfolded(score).score
    clock = _Clock(score)
    rows = [
        (start, max(end, start + 0.01), pitch, velocity, number)
        for number, part in enumerate(score.parts)
        for start, end, pitch, velocity in _part(part, score.measures, clock)
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
        meters=tuple(_meters(score.measures, clock)),
    )


class _Clock:
    """When the places of a score come, in seconds."""

    def __init__(self, score: Score) -> None:
        marks = {Fraction(0): BPM, **{one.at: one.bpm for one in score.tempos if one.at < score.length}}
        self.marks, self.bpm = list(marks), list(marks.values())
        self.until = [0.0]  # seconds before each mark
        for (low, high), bpm in zip(pairwise(self.marks), self.bpm, strict=False):
            self.until.append(self.until[-1] + 60.0 / bpm * float(high - low))
        self.tempos = [
            TempoChange(time, bpm)
            for time, bpm, before in zip(self.until, self.bpm, [None, *self.bpm], strict=False)
            if bpm != before
        ]

    def seconds(self, quarter: Fraction) -> float:
        """To a place from the score's beginning."""
        at = bisect_right(self.marks, quarter) - 1
        return self.until[at] + 60.0 / self.bpm[at] * float(quarter - self.marks[at])


def _part(part: ScorePart, measures: Sequence[Measure], clock: _Clock) -> Iterator[tuple[float, float, int, int]]:
    """(onset, offset, pitch, velocity) of every note, ties joined."""
    loudness = _Loudness(part)
    held: dict[SpelledPitch, tuple[float, float, int, int]] = {}  # what the last event ties on
    for measure, row in zip(measures, part.measures, strict=True):
        for event, place in _with_graces(row):
            start = max(0.0, clock.seconds(measure.start + event.onset) - place)
            end = clock.seconds(measure.start + event.end) if not event.grace else start + GRACE
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


def _meters(measures: Sequence[Measure], clock: _Clock) -> Iterator[MeterChange]:
    last = None
    for measure in measures:
        if measure.time != last:
            yield MeterChange(clock.seconds(measure.start), sum(measure.time.beats), measure.time.unit)
        last = measure.time
