"""When the places of a page were played: from its quarters to seconds, through the notes that stand on it."""

from __future__ import annotations

import numpy as np

from descant.evaluation.transcribe.page import Page
from descant.types.arrays import FloatArray

ENDS = 8  # places at each end whose tempo goes on beyond
USUAL = 0.5  # seconds a quarter, where too little was played to tell


class Clock:
    """Seconds of places of a page; between the places of notes time runs evenly."""

    def __init__(self, page: Page, seconds: FloatArray) -> None:
        """seconds: the onset of each played note."""
        self.quarter, where = np.unique(page.onset[page.known], return_inverse=True)
        played = np.bincount(where, seconds[page.known], len(self.quarter))
        mean = played / np.maximum(np.bincount(where, minlength=len(self.quarter)), 1)
        self.second = np.maximum.accumulate(mean) if len(mean) else mean

    def seconds(self, quarters: FloatArray) -> FloatArray:
        """When these places come."""
        if not len(self.quarter):
            return quarters * USUAL
        inside = np.interp(quarters, self.quarter, self.second)
        before = np.minimum(quarters - self.quarter[0], 0.0) * self._pace(slice(0, ENDS))
        after = np.maximum(quarters - self.quarter[-1], 0.0) * self._pace(slice(-ENDS, None))
        found: FloatArray = inside + before + after
        return found

    def _pace(self, where: slice) -> float:
        """Seconds a quarter over a stretch of places."""
        quarter, second = self.quarter[where], self.second[where]
        if len(quarter) < 2 or second[-1] <= second[0]:
            return USUAL
        return float((second[-1] - second[0]) / (quarter[-1] - quarter[0]))
