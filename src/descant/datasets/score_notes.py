"""Written notes, plainly: what a score's notes and bars are before anybody plays them. Times are quarter notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class ScoreNotes:
    """The notes of a piece in order of onset (then pitch), with its beats. Columns hold one entry a note.

    Raises InvalidValueError where columns differ in length, a note has no duration, or beats do not rise.
    """

    name: str
    onset: FloatArray  # quarters, 0 or later
    duration: FloatArray  # quarters, above 0
    pitch: IntArray  # MIDI numbers
    part: IntArray  # voice, staff or hand: the highest is 0
    beats: FloatArray  # quarters, strictly rising
    downbeats: FloatArray  # quarters, some of the beats
    bpm: float | None = None  # quarters a minute, where the score asks for a tempo
    fifths: IntArray | None = None  # the spelling, where it is known: 0 is C, 1 is G, -1 is F

    def __post_init__(self) -> None:
        columns = {
            "onset": np.array(self.onset, dtype=np.float64),
            "duration": np.array(self.duration, dtype=np.float64),
            "pitch": np.array(self.pitch, dtype=np.int64),
            "part": np.array(self.part, dtype=np.int64),
        }
        if self.fifths is not None:
            columns["fifths"] = np.array(self.fifths, dtype=np.int64)
        if len({column.shape for column in columns.values()}) != 1 or columns["onset"].ndim != 1:
            raise InvalidValueError(f"{self.name}: the columns of its notes differ in length")
        good = (columns["onset"] >= 0) & (columns["duration"] > 0) & (columns["pitch"] >= 0) & (columns["pitch"] < 128)
        if not np.all(good):
            raise InvalidValueError(f"{self.name}: note {int(np.flatnonzero(~good)[0])} has no place, length or pitch")
        if self.bpm is not None and not self.bpm > 0:
            raise InvalidValueError(f"{self.name}: a tempo must be positive, got {self.bpm}")
        order = np.lexsort((columns["pitch"], columns["onset"]))
        columns = {name: column[order] for name, column in columns.items()}
        for name in ("beats", "downbeats"):
            columns[name] = np.array(getattr(self, name), dtype=np.float64)
            if np.any(np.diff(columns[name]) <= 0):
                raise InvalidValueError(f"{self.name}: its {name} do not rise")
        for name, column in columns.items():
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.onset)

    def only(self, kept: npt.NDArray[np.integer]) -> ScoreNotes:
        """The same with these notes alone, by their indices, rising."""
        fifths = None if self.fifths is None else self.fifths[kept]
        columns = {name: getattr(self, name)[kept] for name in ("onset", "duration", "pitch", "part")}
        return replace(self, **columns, fifths=fifths)

    @property
    def end(self) -> float:
        """The end of the last note, quarters; 0 where there are none."""
        return float(np.max(self.onset + self.duration, initial=0.0))

    @property
    def positions(self) -> IntArray:
        """Each beat's number in its bar, from 1; 0 where no bars are known. Beats before the first bar count up to it,
        as in a bar of the first one's length.
        """
        number = np.arange(len(self.beats))
        start = np.searchsorted(self.beats, self.downbeats - 1e-6)
        if not len(start):
            return np.zeros(len(number), dtype=np.int64)
        bar = int(start[1] - start[0]) if len(start) > 1 else max(len(number) - int(start[0]), 1)
        last = np.searchsorted(start, number, side="right") - 1
        return np.where(last >= 0, number - start[np.maximum(last, 0)] + 1, (number - start[0]) % bar + 1)


def beat_length(numerator: int, denominator: int) -> float:
    """The length of a beat, quarters: the dotted note in 6/8, 9/8, 12/16 and the like, else the denominator's."""
    compound = denominator >= 8 and numerator % 3 == 0 and numerator > 3
    return (12 if compound else 4) / denominator
