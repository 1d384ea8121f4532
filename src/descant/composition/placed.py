"""Notes and scores alike as notes in quarters: what the vocabularies that count in beats are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError
from descant.types import Notes, Part, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.clock import Clock
from descant.types.score import Measure

LONGEST = 100_000  # quarters: half a day
UNITS = (1, 2, 4, 8, 16, 32, 64)  # what a metre counts in
UNWRITTEN = 80  # velocity of a score's notes: what its dynamics mean is for whoever plays it


@dataclass(frozen=True, eq=False)
class Placed:
    """Columns hold one entry a note."""

    onset: FloatArray  # quarters from the beginning
    end: FloatArray  # quarters; that of a grace note is its onset
    pitch: IntArray  # MIDI numbers; of a drum stroke the General MIDI key
    velocity: IntArray
    part: IntArray
    voice: IntArray  # of its part, staff by staff; 0 where only parts are told apart
    parts: tuple[Part, ...]
    clock: Clock
    meters: tuple[tuple[float, int, int], ...]  # from a place in quarters on: numerator and denominator
    length: float  # quarters

    def only(self, kept: BoolArray) -> Placed:
        """The notes for which `kept`, (n,), is true."""
        columns = {name: getattr(self, name)[kept] for name in ("onset", "end", "pitch", "velocity", "part", "voice")}
        return Placed(**columns, parts=self.parts, clock=self.clock, meters=self.meters, length=self.length)


def placed(music: Notes | Score) -> Placed:
    """The notes of a piece; a score's repeats are not played, its ties are joined.

    Raises InvalidValueError where it is longer than any grid should be.
    """
    found = _of_score(music) if isinstance(music, Score) else _of_notes(music)
    last = max(found.length, found.clock.quarter[-1], *(at for at, _, _ in found.meters), 0.0)
    if last > LONGEST:
        raise InvalidValueError(f"the piece goes on for {last:,.0f} quarters; {LONGEST:,} are the most: cut it")
    return found


def _of_notes(notes: Notes) -> Placed:
    clock = Clock.of(notes)
    end = clock.quarters(notes.offset)
    return Placed(
        onset=clock.quarters(notes.onset),
        end=end,
        pitch=notes.pitch,
        velocity=notes.velocity,
        part=np.asarray(notes.part),
        voice=np.zeros(len(notes), dtype=np.int64),
        parts=notes.parts,
        clock=clock,
        meters=tuple((float(clock.quarters(one.time)), one.numerator, one.denominator) for one in notes.meters),
        length=float(np.max(end, initial=0.0)),
    )


def _of_score(score: Score) -> Placed:
    notes = sorted(score.sounding(), key=lambda one: (one.onset, one.part, one.pitch.midi))
    return Placed(
        onset=np.array([float(one.onset) for one in notes]),
        end=np.array([float(one.onset + one.duration) for one in notes]),
        pitch=np.array([one.pitch.midi if one.drum is None else one.drum for one in notes], dtype=np.int64),
        velocity=np.full(len(notes), UNWRITTEN),
        part=np.array([one.part for one in notes], dtype=np.int64),
        voice=np.array([one.staff * 100 + one.voice for one in notes], dtype=np.int64),
        parts=tuple(one.sound for one in score.parts) or (Part(),),
        clock=Clock.of(score),
        meters=tuple((float(one.start), *_meter(one)) for one in score.measures),
        length=float(score.length),
    )


def _meter(measure: Measure) -> tuple[int, int]:
    """The metre of a measure's whole length: a quarter of 4/4 is 1/4; as written, where none says that."""
    beats = sum(measure.time.beats) * measure.length / measure.time.length
    unit = measure.time.unit * beats.denominator
    return (beats.numerator, unit) if unit in UNITS else (sum(measure.time.beats), measure.time.unit)
