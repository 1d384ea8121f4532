"""What a page says of each played note: where it stands, how long it is written, how spelled, in which voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import Measure, SpelledPitch, TimeSignature

FIFTHS = {letter: number for number, letter in enumerate("FCGDAEB", -1)}  # C is 0, G 1, F -1
VOICES = 1000  # more than a part has


@dataclass(frozen=True)
class Bar:
    """A measure of a page. Places are quarters from the page's beginning."""

    line: float  # where its bar begins: before `start` where it is an upbeat or the rest of a divided bar
    start: float
    end: float
    time: TimeSignature
    sharps: int  # of the key signature; flats below 0

    @property
    def beats(self) -> FloatArray:
        """The beats that the measure holds, quarters."""
        places = self.line + np.arange(float(self.time.length / self.time.beat)) * float(self.time.beat)
        return places[(places > self.start - 1e-6) & (places < self.end - 1e-6)]


@dataclass(frozen=True, eq=False)
class Page:
    """A page, one entry a played note in every column; what is not known of a true page is None."""

    known: BoolArray  # whether it is on the page; where it is not, the other columns mean nothing
    onset: FloatArray  # quarters from the page's beginning
    duration: FloatArray  # quarters, ties joined; 0 for a grace note, or where it is not known
    bar: IntArray  # index into bars
    bars: tuple[Bar, ...]
    fifths: IntArray | None = None  # the spelling on the line of fifths: F -1, C 0, G 1, F sharp 6
    staff: IntArray | None = None  # 1 is the upper one, 2 the lower; 0 where it is not a keyboard's
    voice: IntArray | None = None  # any number, the same throughout the page

    @classmethod
    def of(cls, notated: Notated) -> Page:
        """The page that a performance was written as."""
        written = np.array(notated.written, dtype=np.int64)
        known = written != LEFT_OUT
        if not known.any():
            return cls.empty(len(written))
        notes = tuple(notated.score.sounding())

        def column(values: Iterable[Any], kind: type) -> Any:
            return np.where(known, np.array(list(values), dtype=kind)[written], 0)

        return cls(
            known=known,
            onset=column((one.onset for one in notes), float),
            duration=column((one.duration for one in notes), float),
            bar=column((one.measure for one in notes), int),
            bars=bars_of(notated.score.measures),
            fifths=column((fifths(one.pitch) for one in notes), int),
            staff=column((one.staff for one in notes), int),
            voice=column((VOICES * one.part + one.voice for one in notes), int),
        )

    @classmethod
    def empty(cls, count: int) -> Page:
        """A page on which none of so many played notes stands."""
        nothing = np.zeros(count, dtype=np.int64)
        none = np.zeros(count, dtype=bool)
        bar = Bar(0.0, 0.0, 4.0, TimeSignature((4,), 4), 0)
        return cls(none, np.zeros(count), np.zeros(count), nothing, (bar,), nothing, nothing, nothing)

    @property
    def place(self) -> FloatArray:
        """Quarters from each note's bar line."""
        lines: FloatArray = np.array([one.line for one in self.bars])
        return self.onset - lines[self.bar]

    @property
    def bar_length(self) -> FloatArray:
        """Quarters that the metre of each note's bar asks for."""
        lengths: FloatArray = np.array([float(one.time.length) for one in self.bars])
        return lengths[self.bar]

    @property
    def time(self) -> IntArray:
        """(beats, unit) of each note's time signature."""
        return np.array([(sum(one.time.beats), one.time.unit) for one in self.bars], dtype=np.int64)[self.bar]

    @property
    def sharps(self) -> IntArray:
        """Each note's key signature."""
        return np.array([one.sharps for one in self.bars], dtype=np.int64)[self.bar]


def bars_of(measures: Sequence[Measure]) -> tuple[Bar, ...]:
    """The measures as bars. A short first one is an upbeat; one that fills up the short one before it goes on there."""
    bars: list[Bar] = []
    divided = False  # whether the last one has already been filled up
    for at, one in enumerate(measures):
        line = one.start
        if one.pickup and at == 0:
            line = one.end - one.time.length
        elif one.pickup and at > 1 and not divided and measures[at - 1].length + one.length == one.time.length:
            line, divided = measures[at - 1].start, True
        else:
            divided = False
        bars.append(Bar(float(line), float(one.start), float(one.end), one.time, one.key.sharps))
    return tuple(bars)


def fifths(pitch: SpelledPitch) -> int:
    """A pitch's letter and alteration as a place on the line of fifths; C is 0, F sharp 6, G flat -6."""
    return FIFTHS[pitch.step] + 7 * pitch.alter
