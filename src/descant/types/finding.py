"""What is searched with and what is found: words, a vector in a named space, and a ranking with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.types._check import require
from descant.types.provenance import Provenance

UNIT = 1e-3  # greatest distance of an embedding's length from 1


@dataclass(frozen=True)
class Text:
    """Words about music, as somebody wrote them."""

    words: str

    def __post_init__(self) -> None:
        require(isinstance(self.words, str), f"a text is made of words, not {type(self.words).__name__}")
        require(bool(self.words.strip()), "a text needs at least one word")


@dataclass(frozen=True, eq=False)
class Embedding:
    """A point in a named space, in which what is alike lies near. Only vectors of one space are compared."""

    space: str
    vector: npt.NDArray[np.float32]  # (dimensions,), of length 1; all zeros where nothing could be said
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        require(bool(self.space), "an embedding needs the name of its space")
        vector: npt.NDArray[Any] = np.array(self.vector, dtype=np.float32)
        require(vector.ndim == 1 and len(vector) > 0, f"an embedding is one vector, got shape {vector.shape}")
        require(bool(np.all(np.isfinite(vector))), "an embedding must be finite")
        length = float(np.linalg.norm(vector))
        require(length == 0.0 or abs(length - 1.0) <= UNIT, f"an embedding has length 1, got {length:.3g}")
        vector.setflags(write=False)
        object.__setattr__(self, "vector", vector)

    def similarity(self, other: Embedding) -> float:
        """The cosine between two embeddings of one space, from -1 to 1. Raises InvalidValueError for two spaces."""
        require(self.space == other.space, f"{self.space} and {other.space} are two spaces; nothing compares them")
        require(len(self.vector) == len(other.vector), f"two versions of {self.space} differ in their dimensions")
        return float(self.vector @ other.vector)


@dataclass(frozen=True)
class Ranked:
    """One thing found, with how far it beats the rest and why."""

    item: int  # its number in the library
    name: str
    percentile: float  # the share of the library that it beats, 0 to 100
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(0.0 <= self.percentile <= 100.0, f"a percentile lies between 0 and 100, got {self.percentile}")
        object.__setattr__(self, "reasons", tuple(self.reasons))


@dataclass(frozen=True)
class Ranking:
    """What was found, the best first, each thing once."""

    items: tuple[Ranked, ...]
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        require(all(isinstance(one, Ranked) for one in self.items), "a ranking is made of Ranked")
        numbers = [one.item for one in self.items]
        require(len(set(numbers)) == len(numbers), "a ranking names each item once")
        falls = np.diff([one.percentile for one in self.items]) <= 0
        require(bool(np.all(falls)), "a ranking goes from the best down")

    def __len__(self) -> int:
        return len(self.items)
