"""A tempo map read both ways: places of a piece in quarters from its beginning, and their times in seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.types.arrays import FloatArray
from descant.types.notes import Notes, TempoChange
from descant.types.score import BPM, Score


@dataclass(frozen=True, eq=False)
class Clock:
    """Tempi, the first at the beginning, each until the next one; time runs evenly within each."""

    second: FloatArray  # rising from 0: where each tempo begins
    quarter: FloatArray  # the same in quarters
    bpm: FloatArray  # quarters a minute

    @classmethod
    def of_seconds(cls, changes: Iterable[tuple[float, float]]) -> Clock:
        """From (seconds, quarters a minute) in order; of two at one time the later holds."""
        marks = dict([(0.0, BPM), *changes])
        second, bpm = np.array(list(marks)), np.array(list(marks.values()))
        return cls(second, np.append(0.0, np.cumsum(np.diff(second) * bpm[:-1] / 60.0)), bpm)

    @classmethod
    def of_quarters(cls, changes: Iterable[tuple[float, float]]) -> Clock:
        """From (quarters, quarters a minute) in order; of two at one place the later holds."""
        marks = dict([(0.0, BPM), *changes])
        quarter, bpm = np.array(list(marks)), np.array(list(marks.values()))
        return cls(np.append(0.0, np.cumsum(np.diff(quarter) * 60.0 / bpm[:-1])), quarter, bpm)

    @classmethod
    def of(cls, piece: Notes | Score) -> Clock:
        """Of a piece's own tempi; 120 quarters a minute until it names one."""
        if isinstance(piece, Score):
            return cls.of_quarters((float(one.at), one.bpm) for one in piece.tempos)
        return cls.of_seconds((one.time, one.bpm) for one in piece.tempos)

    def quarters(self, seconds: npt.ArrayLike) -> FloatArray:
        """The places that come at these times."""
        times = np.asarray(seconds, dtype=np.float64)
        at = np.maximum(np.searchsorted(self.second, times, side="right") - 1, 0)
        found: FloatArray = self.quarter[at] + (times - self.second[at]) * self.bpm[at] / 60.0
        return found

    def seconds(self, quarters: npt.ArrayLike) -> FloatArray:
        """When these places come."""
        places = np.asarray(quarters, dtype=np.float64)
        at = np.maximum(np.searchsorted(self.quarter, places, side="right") - 1, 0)
        found: FloatArray = self.second[at] + (places - self.quarter[at]) * 60.0 / self.bpm[at]
        return found

    @property
    def tempos(self) -> tuple[TempoChange, ...]:
        """As `Notes` keep them."""
        return tuple(TempoChange(float(time), float(bpm)) for time, bpm in zip(self.second, self.bpm, strict=True))
