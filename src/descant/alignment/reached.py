"""When each onset of a score was first reached, from positions as a follower tells them one by one."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from descant.alignment.page_turner import FASTEST, JUMP
from descant.types.alignment import LOST, WAITING, Alignment, Position
from descant.types.arrays import FloatArray

BACK = 1.0  # quarters that a place may tremble back by; further back is a jump


class Reached:
    """Takes positions in order of time. onsets: of the score, in quarters, rising.

    A row is an onset when the position comes to it or passes it, first and last positions, and either end of a jump.
    What is told while the follower waits or is lost is left out.
    """

    def __init__(self, onsets: FloatArray) -> None:
        self.onsets = onsets.tolist()
        self.rows: list[tuple[float, float, float]] = []  # seconds, quarters, confidence
        self.last: Position | None = None
        self.furthest = 0.0  # quarters, since the last jump

    def push(self, position: Position) -> None:
        """What a new position adds."""
        if position.state in (WAITING, LOST) or (self.last is not None and position.time <= self.last.time):
            return
        last, self.last = self.last, position
        if last is None:
            self._start(position)
            return
        limit = max(JUMP, 2 * FASTEST * (position.time - last.time))
        if not -BACK <= position.quarter - self.furthest <= limit:
            self._add(last.time, last.quarter, last.confidence)
            self._start(position)
        elif position.quarter > self.furthest:
            self._go_on(last.time, position)

    def alignment(self) -> Alignment:
        """The way so far."""
        rows = list(self.rows)
        if self.last is not None and self.last.time > rows[-1][0] and self.last.quarter > rows[-1][1]:
            rows.append((self.last.time, self.last.quarter, self.last.confidence))
        time, quarter, confidence = np.array(rows, dtype=np.float64).reshape(-1, 3).T
        return Alignment(time, quarter, confidence)

    def _start(self, position: Position) -> None:
        self.furthest = position.quarter
        self._add(position.time, position.quarter, position.confidence)

    def _go_on(self, since: float, position: Position) -> None:
        """Rows for the onsets between the furthest place, where the player was at `since`, and a new one."""
        first, stop = (bisect_right(self.onsets, one) for one in (self.furthest, position.quarter))
        for quarter in self.onsets[first:stop]:
            share = (quarter - self.furthest) / (position.quarter - self.furthest)
            self._add(since + share * (position.time - since), quarter, position.confidence)
        self.furthest = position.quarter

    def _add(self, time: float, quarter: float, confidence: float) -> None:
        if not self.rows or time > self.rows[-1][0]:
            self.rows.append((time, quarter, confidence))
