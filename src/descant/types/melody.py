"""A melody: notes one after another, as they are sung or written, and the bars that they stand in.

It is what a library keeps of each tune that can be found by humming, a few bytes a note, and what a hum becomes.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from descant.types import _check
from descant.types._check import require
from descant.types.arrays import FloatArray

UNITS = ("quarters", "seconds")
HEAD = struct.Struct("<BBIII")  # version, unit, notes, bars, bytes of the bars' numbers
VERSION = 1
NEAR = 1e-3  # in either unit: a note so little before a bar line begins the bar


@dataclass(frozen=True, eq=False)
class Melody:
    """Notes in order of onset, none beginning together. Columns hold one entry a note."""

    pitch: FloatArray  # MIDI numbers, with fractions where they are sung
    onset: FloatArray  # in `unit`, strictly rising
    duration: FloatArray  # in `unit`, above 0
    unit: str  # of time: one of UNITS
    bars: FloatArray | None = None  # in `unit`: where each bar begins, as played; none where bars are unknown
    numbers: tuple[str, ...] = ()  # of the bars, as printed
    label: str = ""  # which of a piece's melodies it is: a part's name

    def __post_init__(self) -> None:
        onset = _check.floats("melody onsets", self.onset)
        _check.ordered("melody notes", onset, strictly=True)
        pitch = _check.floats("melody pitches", self.pitch, len(onset))
        _check.within("melody pitch", pitch, 0.0, 127.0)
        duration = _check.floats("melody durations", self.duration, len(onset))
        require(bool(np.all(duration > 0)), "a melody's notes last longer than nothing")
        require(self.unit in UNITS, f"a melody's time is in {' or '.join(UNITS)}, got {self.unit!r}")
        bars = _check.floats("bars", () if self.bars is None else self.bars)
        _check.ordered("bars", bars, strictly=False)
        require(len(self.numbers) == len(bars), f"{len(bars)} bars need as many numbers, got {len(self.numbers)}")
        for name, column in {"onset": onset, "pitch": pitch, "duration": duration, "bars": bars}.items():
            object.__setattr__(self, name, column)
        object.__setattr__(self, "numbers", tuple(self.numbers))

    def __len__(self) -> int:
        return len(self.onset)

    def bar_of(self, note: int) -> str:
        """The printed number of the bar that a note begins in; empty where it is unknown."""
        assert self.bars is not None
        at = bisect_right(self.bars, float(self.onset[note]) + NEAR) - 1
        return self.numbers[at] if at >= 0 else ""

    def to_bytes(self) -> bytes:
        """All but the label: pitches to a cent, times as 32-bit floats."""
        assert self.bars is not None
        numbers = "\n".join(self.numbers).encode()
        head = HEAD.pack(VERSION, UNITS.index(self.unit), len(self), len(self.bars), len(numbers))
        steps = (np.diff(one, prepend=0.0) for one in (self.onset, self.bars))  # what lies close stays apart
        times = np.concatenate([*steps, self.duration]).astype("<f4")
        return head + times.tobytes() + np.round(100 * self.pitch).astype("<i2").tobytes() + numbers

    @classmethod
    def from_bytes(cls, data: bytes, label: str = "") -> Melody:
        """The melody that `to_bytes` wrote. Raises InvalidValueError where the bytes are none."""
        onset, duration, pitch, bars, numbers, unit = _parsed(data)
        names = tuple(numbers.decode(errors="replace").split("\n")) if len(bars) else ()
        return cls(pitch, onset, duration, UNITS[unit], bars, names, label)


def note_columns(data: bytes) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pitch, onset and duration of the notes in a melody's bytes, unchecked but for their number: for reading many.

    Raises InvalidValueError where the bytes are no melody.
    """
    onset, duration, pitch, *_ = _parsed(data)
    return pitch, onset, duration


def _parsed(data: bytes) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, bytes, int]:
    """Onset, duration, pitch, bars, the bars' numbers and the unit."""
    whole = len(data) >= HEAD.size
    version, unit, notes, bars, numbers = HEAD.unpack_from(data) if whole else (0, 0, 0, 0, 0)
    require(whole and version == VERSION, "these bytes are no melody, or one of another version; index the file again")
    size = HEAD.size + 4 * (2 * notes + bars) + 2 * notes + numbers
    require(len(data) == size and unit < len(UNITS), "a melody's bytes are damaged; index the file again")
    times = np.frombuffer(data, "<f4", 2 * notes + bars, HEAD.size).astype(np.float64)
    pitch = np.frombuffer(data, "<i2", notes, HEAD.size + 4 * len(times)) / 100.0
    onset, bar = np.cumsum(times[:notes]), np.cumsum(times[notes : notes + bars])
    return onset, times[notes + bars :], pitch, bar, data[len(data) - numbers :], unit
