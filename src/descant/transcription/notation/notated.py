"""A page with the performance that it was made from: which written note stands for which played one, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from descant.types import Score
from descant.types.arrays import FloatArray

LEFT_OUT = -1


@dataclass(frozen=True, eq=False)
class Notated:
    """A score, of every played note the written note that stands for it, and where the page is at what time."""

    score: Score
    written: tuple[int, ...]  # index into tuple(score.sounding()); LEFT_OUT where the page has no such note
    second: FloatArray = field(default_factory=lambda: np.zeros(0))  # rising; of the beats, in the performance
    quarter: FloatArray = field(default_factory=lambda: np.zeros(0))  # of the same beats, on the page

    def quarters_at(self, second: npt.ArrayLike) -> FloatArray:
        """Where the page is at times of the performance, in seconds; before and after it, its ends."""
        return np.interp(np.asarray(second, dtype=np.float64), self.second, self.quarter)
