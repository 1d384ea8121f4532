"""What the page shows and plays of the recording itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError

# The outline comes on the grid that all frame-wise features share: 50 columns a second.
SECONDS_PER_COLUMN = 1 / 50


@dataclass(frozen=True, eq=False)
class Preview:
    """The outline of a recording and, if it is small enough to embed, its sound.

    peaks: shape (columns, 2), the lowest and highest sample of the mono mix in each column;
        int8 (127 is full scale) or floating point in [-1, 1].
    audio: a file's bytes in a format that browsers play; None where the sound stays in the original file.
    mime: the format of `audio`, such as `audio/mpeg`.
    source_url: where the page finds the original file, relative to the page or a file URL; empty if unknown.
    """

    peaks: npt.NDArray[Any]
    audio: bytes | None = None
    mime: str = ""
    source_url: str = ""
    seconds_per_column: float = SECONDS_PER_COLUMN

    def __post_init__(self) -> None:
        shape = np.shape(self.peaks)
        if len(shape) != 2 or shape[1] != 2:
            raise InvalidValueError(f"an outline has shape (columns, 2), got {shape}")
        if self.seconds_per_column <= 0:
            raise InvalidValueError("a column of the outline must last longer than 0 s")

    def outline(self, most: int) -> tuple[npt.NDArray[np.int8], float]:
        """At most `most` columns, int8, and the seconds that each lasts; neighbours are joined by their extremes."""
        peaks = np.asarray(self.peaks)
        if np.issubdtype(peaks.dtype, np.floating):
            peaks = np.round(np.clip(peaks, -1.0, 1.0) * 127)
        join = max(1, -(-len(peaks) // most))
        starts = np.arange(0, len(peaks), join)
        if not len(starts):
            return np.zeros((0, 2), dtype=np.int8), self.seconds_per_column
        low = np.minimum.reduceat(peaks[:, 0], starts)
        high = np.maximum.reduceat(peaks[:, 1], starts)
        return np.stack([low, high], axis=1).astype(np.int8), self.seconds_per_column * join
