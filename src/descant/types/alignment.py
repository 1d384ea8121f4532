"""Where in a score a performance is: one place at a time while it is heard, or all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.types import _check
from descant.types._check import require
from descant.types.arrays import FloatArray
from descant.types.provenance import Provenance

WAITING = "waiting"  # nothing has been heard yet
FOLLOWING = "following"
LOST = "lost"  # what is heard is nowhere in the score, or could be in several places
ENDED = "ended"  # the score's last note has been heard
STATES = (WAITING, FOLLOWING, LOST, ENDED)


@dataclass(frozen=True)
class Position:
    """What a follower says of one moment."""

    time: float  # seconds of what is heard
    quarter: float  # of the score in the order in which it is played, from its beginning
    confidence: float  # that this is the place, 0 to 1
    state: str = FOLLOWING  # one of STATES; where it is `lost`, `quarter` is the last place that was sure

    def __post_init__(self) -> None:
        require(self.state in STATES, f"a follower is one of {', '.join(STATES)}, got {self.state!r}")


@dataclass(frozen=True, eq=False)
class Alignment:
    """A performance's way through a score. Between two rows it goes on evenly; a player may jump, back or forth."""

    time: FloatArray  # seconds of the performance, strictly rising
    quarter: FloatArray  # quarters of the score in the order in which it is played, from its beginning
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        time = _check.floats("alignment times", self.time)
        _check.within("alignment time", time, 0.0, np.inf, " s")
        _check.ordered("alignment rows", time, strictly=True)
        quarter = _check.floats("alignment quarters", self.quarter, len(time))
        _check.within("alignment quarter", quarter, 0.0, np.inf, " quarters")
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "quarter", quarter)
        object.__setattr__(self, "confidence", _check.confidences("alignment", self.confidence, len(time)))

    def __len__(self) -> int:
        return len(self.time)

    def quarters(self, seconds: npt.ArrayLike) -> FloatArray:
        """The places of the score that are played at these times; before the first row and after the last, those."""
        found: FloatArray = np.interp(np.asarray(seconds, dtype=np.float64), self.time, self.quarter)
        return found

    def seconds(self, quarters: npt.ArrayLike) -> FloatArray:
        """When places of the score are first reached; places that are never reached come with the nearest end."""
        reached = np.maximum.accumulate(self.quarter)
        new = np.append(True, np.diff(reached) > 0)
        found: FloatArray = np.interp(np.asarray(quarters, dtype=np.float64), reached[new], self.time[new])
        return found
