"""What a library knows of its items, as columns in memory: 100,000 items are filtered in a millisecond.

Read once, and again when the library has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descant.library.item import KINDS, Facts
from descant.retrieval.metadata import Metadata
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.instruments import INSTRUMENTS

if TYPE_CHECKING:
    from descant.library.store import Library

_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
KEYS = (*(f"{name} major" for name in _MAJOR), *(f"{name} minor" for name in _MINOR))  # by `key_number`


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of n items, in rising order of their numbers; entry i of each is of item `ids[i]`."""

    ids: IntArray  # (n,)
    facts: Facts
    year: FloatArray  # NaN where unknown
    meter: IntArray  # into `meters`
    meters: tuple[str, ...]  # "" where unknown
    share: npt.NDArray[np.float32]  # (n, len(INSTRUMENTS)) of the duration in which each instrument sounds
    listened: BoolArray  # whether instruments were listened for
    copies: IntArray  # where the items stand that the library has as several recordings of the same
    metadata: Metadata

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def key(self) -> npt.NDArray[np.int8]:
        """Into `KEYS`, -1 where unknown."""
        return self.facts.key

    def number(self, name: str) -> npt.NDArray[Any]:
        """A column of numbers by its name, NaN where unknown."""
        column: npt.NDArray[Any] = self.year if name == "year" else getattr(self.facts, name)
        return column

    def of_kind(self, kind: str) -> BoolArray:
        """Which items are of one of `KINDS`."""
        found: BoolArray = self.facts.kind == KINDS.index(kind)
        return found

    def saying(self, expression: str) -> BoolArray:
        """Which items' words an FTS5 expression matches."""
        found = np.zeros(len(self), dtype=np.bool_)
        found[self.metadata.matching(expression)] = True
        return found


def read_columns(library: Library) -> Columns:
    """The columns as they are now."""
    facts = library.facts()
    meters, meter = np.unique(facts.meter.astype(str), return_inverse=True)
    share = np.zeros((len(facts), len(INSTRUMENTS)), dtype=np.float32)
    items, labels, shares = library.instruments()
    number = {label: at for at, label in enumerate(INSTRUMENTS)}
    known = np.isin(items, facts.id)  # something may have been written between the two readings
    at = np.searchsorted(facts.id, items[known])
    share[at, [number[str(one)] for one in labels[known]]] = shares[known]
    return Columns(
        ids=facts.id,
        facts=facts,
        year=np.where(facts.year == 0, np.nan, facts.year).astype(np.float64),
        meter=meter.astype(np.int64),
        meters=tuple(meters.tolist()),
        share=share,
        listened=np.any(share > 0.0, axis=1),
        copies=np.flatnonzero(_repeated(facts.recording)),
        metadata=Metadata(library, facts.id),
    )


def _repeated(values: IntArray) -> BoolArray:
    """Which values are there more than once."""
    _, group, times = np.unique(values, return_inverse=True, return_counts=True)
    repeated: BoolArray = (times > 1)[group]
    return repeated
