"""Performed notes: what a MIDI file holds and what transcription hears."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from descant.types import _check
from descant.types._check import require
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.provenance import Provenance


@dataclass(frozen=True)
class Part:
    """One player: a General MIDI programme (0 to 127) or a drum kit."""

    name: str = ""
    program: int = 0
    drum: bool = False

    def __post_init__(self) -> None:
        require(self.program in range(128), f"a General MIDI programme lies in 0 to 127, got {self.program}")
        object.__setattr__(self, "program", int(self.program))


@dataclass(frozen=True)
class PitchBend:
    """From `time` on, the part sounds `semitones` away from its written pitches."""

    part: int
    time: float  # seconds
    semitones: float

    def __post_init__(self) -> None:
        require(0 <= self.time < np.inf, f"a pitch bend cannot come at {self.time} s")
        require(-24 <= self.semitones <= 24, f"a pitch bend lies within 24 semitones, got {self.semitones}")


@dataclass(frozen=True)
class ControlChange:
    """A MIDI control change: 64 is the sustain pedal (down from 64 on), 7 the volume."""

    part: int
    time: float  # seconds
    number: int
    value: int

    def __post_init__(self) -> None:
        require(0 <= self.time < np.inf, f"a control change cannot come at {self.time} s")
        require(self.number in range(128) and self.value in range(128), "control numbers and values lie in 0 to 127")


@dataclass(frozen=True)
class TempoChange:
    """From `time` on, a quarter note takes 60 / `bpm` seconds."""

    time: float  # seconds
    bpm: float  # quarter notes a minute

    def __post_init__(self) -> None:
        require(0 <= self.time < np.inf, f"a tempo change cannot come at {self.time} s")
        require(0 < self.bpm < 10_000, f"a tempo must be positive, got {self.bpm} bpm")


@dataclass(frozen=True)
class MeterChange:
    """From `time` on, the metre is `numerator`/`denominator`."""

    time: float  # seconds
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        require(0 <= self.time < np.inf, f"a metre change cannot come at {self.time} s")
        require(1 <= self.numerator <= 64, f"a metre has 1 to 64 beats, got {self.numerator}")
        require(
            self.denominator in (1, 2, 4, 8, 16, 32, 64), f"a metre counts in powers of two, got {self.denominator}"
        )


@dataclass(frozen=True, eq=False)
class Notes:
    """Performed notes in order of onset, with their parts, bends, controls, tempo map and metre map.

    Columns hold one entry a note. An empty `parts` stands for one piano.
    """

    onset: FloatArray  # seconds
    offset: FloatArray  # seconds, after the onset
    pitch: IntArray  # MIDI number, 60 is middle C; for drums the General MIDI percussion key
    velocity: IntArray  # 1 to 127
    part: IntArray | None = None  # index into parts
    parts: tuple[Part, ...] = (Part(),)
    bends: tuple[PitchBend, ...] = ()
    controls: tuple[ControlChange, ...] = ()
    tempos: tuple[TempoChange, ...] = ()  # empty: 120 bpm
    meters: tuple[MeterChange, ...] = ()  # empty: unknown
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        onset = _check.floats("note onsets", self.onset)
        count = len(onset)
        _check.within("note onset", onset, 0.0, np.inf, " s")
        offset = _check.floats("note offsets", self.offset, count)
        late = np.flatnonzero(offset <= onset)
        if late.size:
            at = int(late[0])
            require(False, f"note {at} ends at {offset[at]:.6g} s, not after its onset at {onset[at]:.6g} s")
        pitch = _check.integers("note pitches", self.pitch, count)
        _check.within("note pitch", pitch, 0, 127)
        velocity = _check.integers("note velocities", self.velocity, count)
        _check.within("note velocity", velocity, 1, 127)
        part = _check.integers("note parts", np.zeros(count) if self.part is None else self.part, count)
        parts = tuple(self.parts) or (Part(),)
        _check.within("note part", part, 0, len(parts) - 1)
        named: list[int] = [bend.part for bend in self.bends] + [control.part for control in self.controls]
        for part_of in named:
            require(0 <= part_of < len(parts), f"a bend or control names part {part_of}; there are {len(parts)}")
        confidence = _check.confidences("note", self.confidence, count)
        order = np.lexsort((pitch, part, onset))
        columns = {"onset": onset, "offset": offset, "pitch": pitch, "velocity": velocity, "part": part}
        for name, column in {**columns, "confidence": confidence}.items():
            object.__setattr__(self, name, _check.frozen(column[order]))
        object.__setattr__(self, "parts", parts)
        for name in ("bends", "controls", "tempos", "meters"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=lambda event: event.time)))

    def __len__(self) -> int:
        return len(self.onset)

    def only(self, kept: BoolArray) -> Notes:
        """The notes for which `kept`, (n,), is true; bends, controls, tempi, metres and parts stay."""
        return replace(
            self,
            onset=self.onset[kept],
            offset=self.offset[kept],
            pitch=self.pitch[kept],
            velocity=self.velocity[kept],
            part=np.asarray(self.part)[kept],
            confidence=np.asarray(self.confidence)[kept],
        )

    @property
    def program(self) -> IntArray:
        """The General MIDI programme of each note."""
        return np.array([one.program for one in self.parts], dtype=np.int64)[self.part]

    @property
    def drum(self) -> np.ndarray:
        """Whether each note is a drum stroke, bool."""
        return np.array([one.drum for one in self.parts], dtype=bool)[self.part]

    @property
    def duration(self) -> float:
        """The end of the last note, seconds; 0 where there are none."""
        return float(np.max(self.offset, initial=0.0))
