"""Time warping while the music is heard: where in the reference each new frame is, in time and memory that do not grow.

The table of path costs is filled only along its forward edge: a new frame of the live row against the last c frames of
the reference, a new frame of the reference against the last c live ones. Which row goes on is told by the cheapest path
to the edge, its cost divided by its length: where it ends in the newest live frame but an earlier one of the reference,
the reference has gone too far and waits, and the other way round; neither goes on alone more than MaxRunCount times, so
that tempi between a third and three times the reference's can be followed.

Frames are compared by what they do not share, as a part of all that is in both, so that soft music counts; where both
are near silence it counts less.

Added here: `inertia`, a cost of every step in which one row goes on alone. With 0 the steps are those published; with
more the path keeps its pace where the frames say little, which is right where the reference is read at the pace of the
performance (`score_frames.py`). And `together`: for so many frames at the start both rows go on, as published for c.

Dixon: Live Tracking of Musical Performances Using On-Line Time Warping, DAFx 2005; Dixon and Widmer: MATCH: A Music
Alignment Tool Chest, ISMIR 2005 (the distance).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray

WIDTH = 500  # c: frames of either row that a new frame is held against
MAX_RUN_COUNT = 3
USUAL = 50.0  # what frames sum up to on average
SILENT, LOUD = -8.0, 2.0  # logarithms of two frames' sum at which a distance counts for nothing, and in full
LEAST = 1e-12
LIVE, REFERENCE, BOTH = range(3)  # which row goes on

Frame = npt.NDArray[np.floating]


class OnlineDtw:
    """Follows a live row of frames through a reference, one frame at a time.

    reference: frames of (bins,), at least one, read one by one as they are needed; no value below zero, the mean sum of
    a frame about USUAL.
    """

    def __init__(
        self,
        reference: Iterable[Frame],
        width: int = WIDTH,
        max_run_count: int = MAX_RUN_COUNT,
        inertia: float = 0.0,
        together: int | None = None,
    ) -> None:
        self.unread = iter(reference)
        first = next(self.unread, None)
        if first is None or np.ndim(first) != 1:
            raise InvalidValueError("a reference has at least one frame, each a row of bins")
        self.width, self.max_run_count, self.inertia = width, max_run_count, inertia
        self.together = width if together is None else together
        self.reference, self.live = _Last(width, len(first)), _Last(width, len(first))
        self.reference.append(first)
        self.heard = 0  # live frames so far
        self.reached = 0  # the newest frame of the reference in the table
        self.across: FloatArray = np.zeros(0)  # costs of the newest live frame and the last c of the reference
        self.down: FloatArray = np.zeros(0)  # costs of the last c live frames and the newest of the reference
        self.next, self.previous, self.run = BOTH, BOTH, 1

    def push(self, frame: Frame) -> int:
        """The frame of the reference that a new live frame, (bins,), belongs to."""
        self._hear(frame)
        if self.next == BOTH and self.heard > 1:
            self._read_on()
        while True:
            goes_on = self._decided()
            self.run = self.run + 1 if goes_on == self.previous else 1
            if goes_on != BOTH:
                self.previous = goes_on
            if goes_on != REFERENCE or not self._read_on():
                break
        self.next = goes_on
        return self._first_in_window + int(np.argmin(self._ranked_across()))

    @property
    def _first_in_window(self) -> int:
        """The frame of the reference that `across` begins with."""
        return self.reached - len(self.across) + 1

    def _hear(self, frame: Frame) -> None:
        """A new live frame against the last c frames of the reference."""
        cost = self.reference.distances(frame)
        if self.heard == 0:
            self.across = 2 * cost
        else:
            above = self.across[-len(cost) :]
            beside = np.append(np.inf, above)[: len(cost)]
            if len(self.across) > len(cost):
                beside[0] = self.across[-len(cost) - 1]
            self.across = self._extended(cost, above, beside)
        self.live.append(frame)
        self.down = np.append(self.down, self.across[-1])[-self.width :]
        self.heard += 1

    def _read_on(self) -> bool:
        """A new frame of the reference against the last c live ones; whether there is one."""
        frame = next(self.unread, None)
        if frame is None:
            return False
        self.reached += 1
        self.reference.append(frame)
        cost = self.live.distances(frame)
        beside = np.append(np.inf, self.down)[: len(cost)]
        self.down = self._extended(cost, self.down, beside)
        self.across = np.append(self.across, self.down[-1])[-self.width :]
        return True

    def _decided(self) -> int:
        """Which row goes on: GetInc in the paper."""
        if self.heard < self.together and self.reached + 1 < self.together:
            return BOTH
        if self.run > self.max_run_count:
            return LIVE if self.previous == REFERENCE else REFERENCE
        across, down = self._ranked_across(), self._ranked_down()
        if across.min() < down.min():
            return BOTH if across.argmin() == len(across) - 1 else LIVE
        return BOTH if down.argmin() == len(down) - 1 else REFERENCE

    def _ranked_across(self) -> FloatArray:
        """Costs by length of path, of the newest live frame."""
        return self.across / (self.heard + self._first_in_window + 1 + np.arange(len(self.across)))

    def _ranked_down(self) -> FloatArray:
        """Costs by length of path, of the newest frame of the reference."""
        return self.down / (self.reached + 1 + self.heard - len(self.down) + 1 + np.arange(len(self.down)))

    def _extended(self, cost: FloatArray, above: FloatArray, beside: FloatArray) -> FloatArray:
        """Costs of paths to a new row of pairs, (k,), from those of the row before: straight, and from beside by both.

        A step in both rows counts its pair twice, so that paths of one end have one length. Along the new row costs add
        up; the best way to each is a running minimum.
        """
        alone = cost + self.inertia
        entry = np.minimum(above + alone, beside + 2 * cost)
        total = np.cumsum(alone)
        found: FloatArray = np.minimum.accumulate(entry - total) + total
        return found


class _Last:
    """The last so many rows, in one piece of memory."""

    def __init__(self, count: int, bins: int) -> None:
        self.count, self.end = count, 0
        self.memory = np.zeros((4 * count, bins), dtype=np.float32)
        self.sums = np.zeros(4 * count)  # of each row

    def __len__(self) -> int:
        return min(self.end, self.count)

    def append(self, row: Frame) -> None:
        if self.end == len(self.memory):
            self.memory[: self.count] = self.memory[-self.count :]
            self.sums[: self.count] = self.sums[-self.count :]
            self.end = self.count
        self.memory[self.end] = row
        self.sums[self.end] = np.sum(row, dtype=np.float64)
        self.end += 1

    def distances(self, frame: Frame) -> FloatArray:
        """Of the last rows, the newest at the end, to a frame: (up to count,)."""
        last = slice(max(0, self.end - self.count), self.end)
        return distances(self.memory[last], self.sums[last], frame)


def distances(rows: npt.NDArray[np.floating], sums: FloatArray, frame: Frame) -> FloatArray:
    """(k,) from 0 to 1, of rows (k, bins) and what they sum up to to a frame (bins,); 0 between silences."""
    row = np.asarray(frame, dtype=rows.dtype)
    total = np.maximum(sums + np.sum(row, dtype=np.float64), LEAST)
    loudness = np.clip((np.log(total) - SILENT) / (LOUD - SILENT), 0.0, 1.0)
    found: FloatArray = np.abs(rows - row).sum(axis=1) / total * loudness
    return found
