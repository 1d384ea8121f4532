"""Where beats lie on a raster of steps, and how a model that counts in beats of four steps is told of other metres.

A beat of three eighths has six steps: its last eighth is told as what is half a beat away from a beat, as an eighth is
to a quarter. Beats of eight steps are told as two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from descant.types.arrays import IntArray

BEAT = 4  # steps of the model's own
LEVELS = 3  # a beat; half a beat away from one, or what leads to it; all else
_COUNTED = {2: (0, 2), 4: (0, 1, 2, 3), 6: (0, 1, 2, 3, 2, 3), 8: (0, 1, 2, 3, 0, 1, 2, 3)}
_LEVELS = {2: (0, 2), 4: (0, 2, 1, 2), 6: (0, 2, 2, 2, 1, 2), 8: (0, 2, 2, 2, 1, 2, 2, 2)}
LENGTHS = tuple(_COUNTED)  # steps that a beat may have


class Pulse(NamedTuple):
    """Of every step of a piece."""

    level: IntArray  # (steps,) below LEVELS
    step: IntArray  # (steps,) as the model counts: every beat begins at a multiple of BEAT

    @classmethod
    def of_bars(cls, bars: Iterable[tuple[tuple[int, ...], int, int]]) -> Pulse:
        """Bars as the lengths of their beats in steps, and the steps from which and up to which they are there."""
        level, place = [], []
        for beats, low, high in bars:
            level += [one for beat in beats for one in _LEVELS[beat]][low:high]
            place += [one for beat in beats for one in _COUNTED[beat]][low:high]
        begins = np.array(place, dtype=np.int64) == 0
        before = np.cumsum(begins) - int(begins[:1].sum())  # beats before the one that a step belongs to
        return cls(np.array(level, dtype=np.int64), BEAT * before + np.array(place, dtype=np.int64))

    @classmethod
    def of_quarters(cls, length: int, first: int = 0) -> Pulse:
        """So many steps of a piece in quarters, the first one so many steps after a beat."""
        first %= BEAT
        return cls.of_bars([((BEAT,) * (-(-(first + length) // BEAT)), first, first + length)])
