"""A score followed by online time warping, read at the performer's pace, its onsets passed when they are heard."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.alignment.online_dtw import OnlineDtw
from descant.alignment.onset_gate import OnsetGate
from descant.alignment.score_frames import Pace, ScoreFrames
from descant.features.following import FPS
from descant.types.arrays import FloatArray

WIDTH = 8.0  # seconds of either side that a frame is held against
INERTIA = 0.2

Array = npt.NDArray[np.floating]


class WarpedPath:
    """page: (n, bins) of the score as written, of which the first `rises` tell what sets in. onsets: where notes set
    in, in frames, not rounded.
    """

    def __init__(self, page: Array, rises: int, onsets: FloatArray) -> None:
        self.page, self.rises = page, rises
        self.starts = np.round(onsets).astype(np.int64)
        self.gate = OnsetGate(page[:, :rises], onsets)
        self.steady = Pace(FPS)
        self.begin_at(0.0)

    def begin_at(self, place: float) -> None:
        """Follow on from a place, in frames of the page."""
        self.read = ScoreFrames(self.page, self.starts, self.rises, place)
        self.read.pace = self.steady.value
        self.warping = OnlineDtw(self.read, round(WIDTH * FPS), inertia=INERTIA, together=1)
        self.steady.restart()
        self.gate.jump(place)

    @property
    def finished(self) -> bool:
        """Whether the last onset was heard."""
        return self.gate.next >= len(self.starts)

    def push(self, frame: npt.NDArray[np.floating]) -> float:
        """The place, in frames of the page, after a new frame, (bins,)."""
        path = self.read.place[self.warping.push(frame)]
        place = self.gate.push(frame[: self.rises], path, self.read.pace, known=self.steady.known)
        self.read.pace = self.steady.push(place)
        return place
