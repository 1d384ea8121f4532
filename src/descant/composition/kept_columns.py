"""What attention keeps of the past: keys and values of every layer in columns, and the place that each column is of.

Columns are made in blocks, so that a new one is written without moving the old. With a window the newest is written
over the oldest, which attention no longer looks at, so that memory stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.types.arrays import IntArray
from descant.weights import Array

BLOCK = 64  # columns
EMPTY = -1  # the place of a column that holds nothing


@dataclass(eq=False)
class Columns:
    """Of some pieces side by side: `kept` (2 * layers, pieces, heads, columns, width), keys and values in turn."""

    kept: Array
    places: IntArray  # (columns,)
    window: int | None = None
    read: int = 0  # places so far

    @classmethod
    def none(cls, layers: int, pieces: int, heads: int, width: int, window: int | None = None) -> Columns:
        """Nothing was read."""
        columns = window or 0
        kept = np.zeros((2 * layers, pieces, heads, columns, width), dtype=np.float32)
        return cls(kept, np.full(columns, EMPTY, dtype=np.int64), window)

    def add(self, present: Array) -> None:
        """Keep what was read after all that is kept, (layers, 2, pieces, heads, new, width).

        Of fewer pieces than there are, the first are meant; the others are at their end.
        """
        new = present.shape[-2]
        skipped = max(0, new - self.window) if self.window else 0  # are out of sight at once
        places = np.arange(self.read + skipped, self.read + new)
        self.read += new
        if self.window is None and self.read > len(self.places):
            more = -(-(self.read - len(self.places)) // BLOCK) * BLOCK
            self.kept = np.pad(self.kept, [(0, 0), (0, 0), (0, 0), (0, more), (0, 0)])
            self.places = np.pad(self.places, (0, more), constant_values=EMPTY)
        columns = places % max(1, len(self.places))
        self.places[columns] = places
        self.kept[:, : present.shape[2], :, columns] = np.concatenate(present[..., skipped:, :], axis=0)

    def copy(self) -> Columns:
        """The same, that can be changed without changing this."""
        return Columns(self.kept.copy(), self.places.copy(), self.window, self.read)

    def repeated(self, pieces: int) -> Columns:
        """Of one piece for many that begin with it."""
        return Columns(np.repeat(self.kept, pieces, axis=1), self.places.copy(), self.window, self.read)
