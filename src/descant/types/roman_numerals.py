"""Roman numerals over written time: what each chord is in the key of its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from descant.types import _check
from descant.types.arrays import FloatArray
from descant.types.provenance import Provenance

KEY = re.compile(r"[A-G](?:#{0,2}|b{0,2}) (?:major|minor)")
FIGURE = re.compile(r"[#b]*(?:[IV]+|[iv]+|Ger|Fr|It)[o+ø]?\d*(?:/[#b]*[IViv]+)?")


@dataclass(frozen=True, eq=False)
class RomanNumerals:
    """Chords of a score, in order, with the local key of each. Equal neighbours are one."""

    start: FloatArray  # quarters from the score's beginning, strictly rising
    end: FloatArray  # quarters
    key: tuple[str, ...]  # such as `Eb major`
    figure: tuple[str, ...]  # such as `V65/ii`
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        start = _check.floats("numeral starts", self.start)
        end = _check.floats("numeral ends", self.end, len(start))
        _check.require(bool(np.all(np.diff(start) > 0)), "numerals start one after the other")
        _check.require(bool(np.all(end > start)), "a numeral ends after its start")
        _check.require(bool(np.all(start[1:] >= end[:-1] - 1e-6)), "numerals do not overlap")
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)
        object.__setattr__(self, "key", _check.labels("key", self.key, len(start), KEY))
        object.__setattr__(self, "figure", _check.labels("numeral", self.figure, len(start), FIGURE))
        object.__setattr__(self, "confidence", _check.confidences("numeral", self.confidence, len(start)))

    def __len__(self) -> int:
        return len(self.start)
