"""A hundred queries in words, written before training, and how well a piece of known attributes answers each.

The truth is graded: 3 where a piece has all that a query asks, 1 where it lacks one thing of several, else 0. Rankings
are scored by the normalised discounted cumulative gain of their first ten (Järvelin and Kekäläinen, TOIS 2002).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

ALL, NEARLY = 3, 1  # grades
DEPTH = 10  # places that are scored
RANGES = ("tempo", "density", "pitch")  # asked as [least, most]


@dataclass(frozen=True)
class WrittenQuery:
    """Words, and what they ask for: by field the range or the values that are good."""

    words: str
    asks: Mapping[str, Sequence[Any]]

    def grade(self, attributes: Mapping[str, Any]) -> int:
        """How well a piece answers. `attributes` holds the fields by name, `instruments` as a collection."""
        lacking = sum(not _holds(field, asked, attributes) for field, asked in self.asks.items())
        if lacking == 0:
            return ALL
        return NEARLY if lacking == 1 and len(self.asks) > 1 else 0


def _holds(field: str, asked: Sequence[Any], attributes: Mapping[str, Any]) -> bool:
    if field == "instruments":
        return set(asked) <= set(attributes["instruments"])
    if field == "without":
        return not set(asked) & set(attributes["instruments"])
    value = attributes[field]
    if value is None:
        return False
    return bool(asked[0] <= value <= asked[1]) if field in RANGES else value in asked


@cache
def written_queries() -> tuple[WrittenQuery, ...]:
    """The queries, as they are part of the package."""
    document = tomllib.loads(files("descant.evaluation.find").joinpath("queries.toml").read_text(encoding="utf-8"))
    return tuple(WrittenQuery(one.pop("words"), one) for one in document["queries"])


def ndcg(grades: Sequence[int], known: Sequence[int]) -> float:
    """The gain of a ranking's first ten beside the best that was possible.

    grades: of the pieces in the order found. known: of all pieces; one at least above 0.
    """
    found = np.asarray(grades[:DEPTH], dtype=np.float64)
    best = np.sort(np.asarray(known, dtype=np.float64))[::-1][:DEPTH]
    discount = 1.0 / np.log2(np.arange(2, DEPTH + 2))
    return float(found @ discount[: len(found)] / (best @ discount[: len(best)]))
