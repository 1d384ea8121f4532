"""Cadences over written time: where phrases of a score come to rest, and how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.errors import InvalidValueError
from descant.types import _check
from descant.types.arrays import FloatArray
from descant.types.provenance import Provenance
from descant.types.roman_numerals import KEY

KINDS = ("PAC", "IAC", "HC", "DC", "PC")  # perfect and imperfect authentic, half, deceptive, plagal


@dataclass(frozen=True, eq=False)
class Cadences:
    """Cadences of a score, in order, each at the onset of its last chord."""

    time: FloatArray  # quarters from the score's beginning, strictly rising
    kind: tuple[str, ...]  # one of KINDS
    key: tuple[str, ...]  # in which it is made, such as `Eb major`
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        time = _check.floats("cadence times", self.time)
        _check.require(bool(np.all(np.diff(time) > 0)), "cadences come one after the other")
        kind = _check.labels("cadence", self.kind, len(time))
        for one in kind:
            if one not in KINDS:
                raise InvalidValueError(f"a cadence is one of {', '.join(KINDS)}, got {one!r}")
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "key", _check.labels("key", self.key, len(time), KEY))
        object.__setattr__(self, "confidence", _check.confidences("cadence", self.confidence, len(time)))

    def __len__(self) -> int:
        return len(self.time)
