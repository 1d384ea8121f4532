"""Frames of a score's sound, read at the pace of the performance.

What is written is played once and analysed. From there each onset keeps its attack as it sounds, and what follows it is
held longer or cut shorter, so that the next onset comes when the performer, who plays at `pace`, will come to it. So a
follower compares what it hears with music of the same tempo.

The idea of stretching the reference to the current tempo: Arzt and Widmer: Simple Tempo Models for Real-Time Music
Tracking, SMC 2010. Here it is read frame by frame and no sound is stretched.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.types.arrays import IntArray

SLOWEST, FASTEST = 0.4, 2.5  # times the page's tempo
MEMORY = 12.0  # seconds of which the pace is told
SOONEST = 1.5  # seconds after which it is told for the first time
GAIN = 1.0  # of the difference from the pace so far, in a second

Array = npt.NDArray[np.floating]


class ScoreFrames:
    """An iterator over frames. `pace` may be set at any time: frames of the page for each frame that is read.

    frames: (n, bins) of the score as written, of which the first `rises` bins tell what sets in. onsets: the frames in
    which notes set in. `place` keeps, for each frame read, where on the page it is.
    """

    def __init__(self, frames: Array, onsets: IntArray, rises: int, start: float = 0.0) -> None:
        first = int(start)
        inside = onsets[(onsets > first) & (onsets < len(frames))]
        self.frames, self.rises, self.pace = frames, rises, 1.0
        self.starts = np.unique(np.append(first, inside))
        self.ends = np.append(self.starts[1:], len(frames))
        self.segment, self.since = 0, 0.0  # which onset, and frames read since
        self.place: list[float] = []

    def __iter__(self) -> ScoreFrames:
        return self

    def __next__(self) -> Array:
        while self.segment < len(self.starts) and self.since >= max(self._length(), 1e-9):
            self.since -= self._length()
            self.segment += 1
        if self.segment == len(self.starts):
            raise StopIteration
        start, end = int(self.starts[self.segment]), int(self.ends[self.segment])
        at = start + int(self.since)
        self.place.append(start + min(self.since * self.pace, end - start - 1e-3))
        self.since += 1.0
        if at < end:
            frame: Array = self.frames[at]
            return frame
        held: Array = self.frames[end - 1].copy()  # it sounds on, and nothing sets in
        held[: self.rises] = 0.0
        return held

    def _length(self) -> float:
        """Frames that the current onset lasts at this pace."""
        return float(self.ends[self.segment] - self.starts[self.segment]) / self.pace


class Pace:
    """How fast the performer goes through the page: the slope of the places of the last seconds, smoothed.

    fps: places a second.
    """

    def __init__(self, fps: float) -> None:
        self.most, self.least = round(MEMORY * fps), round(SOONEST * fps)
        self.gain = GAIN / fps
        self.value, self.heard = 1.0, 0
        self.restart()

    def restart(self) -> None:
        """Forget the places, not the pace: after a jump."""
        self.lately: list[float] = []

    @property
    def known(self) -> bool:
        """Whether enough was heard to tell."""
        return self.heard >= self.most // 4

    def push(self, place: float) -> float:
        """The pace after a new frame's place on the page, in frames of the page a frame."""
        self.heard += 1
        self.lately = [*self.lately[-self.most :], place]
        if len(self.lately) >= self.least:
            y = np.asarray(self.lately, dtype=np.float64)
            x = np.arange(len(y)) - (len(y) - 1) / 2
            slope = float(np.clip(x @ y / (x @ x), SLOWEST, FASTEST))
            gain = self.gain if len(y) > self.most // 2 else 4 * self.gain
            self.value += gain * (slope - self.value)
        return self.value
