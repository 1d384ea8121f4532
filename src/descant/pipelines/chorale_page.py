"""A chorale on its grid as notes to be heard and as a page: four parts, bars of 4/4, pitches spelled in its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from descant.composition.jsb_raster import CHOIR, LOUDNESS, REST, STEP, VOICES
from descant.errors import InvalidValueError
from descant.io.score.transposing import key_named
from descant.pipelines.chorale_spelling import spelled_together
from descant.transcription.notation.page import Chord, rows
from descant.types import MeterChange, Notes, Part, Provenance, Score
from descant.types.arrays import IntArray
from descant.types.clock import Clock
from descant.types.score import (
    ChordSymbol,
    Clef,
    KeySignature,
    Measure,
    ScorePart,
    TempoMark,
    TimeSignature,
)

BAR = 16  # steps
CLEFS = ("G2", "G2", "G2-8", "F4")
FOUR = TimeSignature((4,), 4)


class GridNote(NamedTuple):
    """A note of one voice, in steps."""

    start: int
    stop: int
    pitch: int
    velocity: int = LOUDNESS


@dataclass(frozen=True)
class ChoralePage:
    """What is written and played."""

    voices: tuple[tuple[GridNote, ...], ...]  # soprano to bass
    length: int  # steps
    key: KeySignature
    tempos: tuple[tuple[float, float], ...]  # from a place in quarters on, quarters a minute
    upbeat: int = 0  # steps before the first bar line
    chords: tuple[tuple[int, str], ...] = ()  # from a step on, in Harte's syntax
    title: str = ""
    fermata: bool = True  # over the last chord
    phrases: tuple[int, ...] = ()  # the steps where they end, under a fermata each
    made_by: Provenance | None = None

    def notes(self) -> Notes:
        """A part a voice."""
        clock = Clock.of_quarters(self.tempos)
        each = [(one, voice) for voice, line in enumerate(self.voices) for one in line]
        place = float(STEP)
        meters = [MeterChange(float(clock.seconds(self.upbeat * place)), 4, 4)]
        if self.upbeat:
            beats = Fraction(self.upbeat, BAR)
            meters.insert(0, MeterChange(0.0, beats.numerator, beats.denominator))
        return Notes(
            clock.seconds([one.start * place for one, _ in each]),
            clock.seconds([one.stop * place for one, _ in each]),
            np.array([one.pitch for one, _ in each], dtype=np.int64),
            np.array([one.velocity for one, _ in each], dtype=np.int64),
            np.array([voice for _, voice in each], dtype=np.int64),
            tuple(Part(name, CHOIR) for name in VOICES),
            tempos=clock.tempos,
            meters=tuple(meters),
            made_by=self.made_by,
        )

    def score(self) -> Score:
        """Four staves."""
        measures = tuple(self._measures())
        order = sorted(
            ((one, voice) for voice, line in enumerate(self.voices) for one in line),
            key=lambda each: (each[0].start, -each[0].pitch),
        )
        names = spelled_together([one[:3] for one, _ in order], [self.key.sharps] * len(order))
        lines: list[list[Chord]] = [[] for _ in VOICES]
        for (one, voice), name in zip(order, names, strict=True):
            closes = one.stop in self.phrases or (self.fermata and one.stop == self.length)
            marks = ("fermata",) if closes else ()
            lines[voice].append(Chord(one.start * STEP, (one.stop - one.start) * STEP, (name,), marks=marks))
        parts = tuple(
            ScorePart(
                rows(line, measures, 1),
                name=name.capitalize(),
                sound=Part(name.capitalize(), CHOIR),
                clefs=(Clef(Fraction(0), clef),),
            )
            for line, name, clef in zip(lines, VOICES, CLEFS, strict=True)
        )
        return Score(
            measures,
            parts,
            title=self.title,
            tempos=tuple(TempoMark(Fraction(at).limit_denominator(96), bpm) for at, bpm in self.tempos),
            chords=tuple(ChordSymbol(at * STEP, label) for at, label in self.chords),
            made_by=self.made_by,
        )

    def _measures(self) -> Iterator[Measure]:
        edges = sorted({0, *range(self.upbeat, self.length, BAR), self.length})
        first = 0 if self.upbeat else 1
        for number, (low, high) in enumerate(pairwise(edges)):
            measure = Measure(low * STEP, (high - low) * STEP, FOUR, self.key, str(number + first))
            yield replace(measure, barline="final") if high == self.length else measure


def signature(name: str) -> KeySignature:
    """The signature of a key such as `Eb major`. Raises InvalidValueError where it would need more than seven signs."""
    tonic, _, mode = name.partition(" ")
    found = key_named(f"{tonic}m" if mode == "minor" else tonic)
    if found is None:
        raise InvalidValueError(f"{name} is not written on a page: it would need more than seven sharps or flats")
    return found


def grid_notes(frames: IntArray, start: int, struck: Iterable[int]) -> tuple[tuple[GridNote, ...], ...]:
    """The notes of frames that begin at step `start`, by voice.

    Equal pitches are held on, and struck again at the steps `struck`: the raster does not say which.
    """
    cut = {one - start for one in struck}
    return tuple(tuple(_line(row, start, cut)) for row in frames.T.tolist())


def _line(row: Sequence[int], start: int, cut: set[int]) -> Iterator[GridNote]:
    edges = [at for at in range(1, len(row)) if row[at] != row[at - 1] or at in cut]
    for low, high in zip([0, *edges], [*edges, len(row)], strict=True):
        if row[low] != REST:
            yield GridNote(start + low, start + high, row[low])
