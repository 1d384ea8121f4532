"""The log-mel spectrum summed up over half seconds: what a network needs that listens to whole pieces.

Of each step of 25 frames: every band's mean, and of groups of four bands how much they move (standard deviation) and
how much sets in (mean rise from frame to frame). An hour takes 10 MB, the frames themselves 160.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.log_mel import BANDS, Array, LogMel
from descant.features.stream import FRAME_RATE

FRAMES = 25  # of a step
STEP_RATE = FRAME_RATE / FRAMES  # steps a second: 2
GROUP = 4  # bands
GROUPS = BANDS // GROUP
COLUMNS = BANDS + 2 * GROUPS


@dataclass(frozen=True)
class MelSteps:
    """The feature: float32 (steps, COLUMNS). Step `i` covers half a second from `i / STEP_RATE`; the last may be
    shorter.
    """

    rate = None
    source = LogMel()

    def start(self, sample_rate: int, channels: int) -> _MelStepsStream:  # noqa: ARG002
        return _MelStepsStream()


class _MelStepsStream:
    def __init__(self) -> None:
        self.rest: Array = np.zeros((0, BANDS), dtype=np.float32)
        self.before: Array | None = None  # the groups of the last frame
        self.steps: list[Array] = []

    def push(self, heard: Array) -> None:
        frames = np.concatenate([self.rest, heard])
        whole = len(frames) // FRAMES * FRAMES
        for start in range(0, whole, FRAMES):
            self._sum_up(frames[start : start + FRAMES])
        self.rest = frames[whole:]

    def finish(self) -> Array:
        if len(self.rest):
            self._sum_up(self.rest)
        return np.stack(self.steps) if self.steps else np.zeros((0, COLUMNS), dtype=np.float32)

    def _sum_up(self, frames: Array) -> None:
        groups = frames[:, : GROUPS * GROUP].reshape(len(frames), GROUPS, GROUP).mean(axis=2)
        before = groups[:1] if self.before is None else self.before
        rise = np.maximum(np.diff(np.concatenate([before, groups]), axis=0), 0.0)
        self.before = groups[-1:]
        self.steps.append(np.concatenate([frames.mean(axis=0), groups.std(axis=0), rise.mean(axis=0)]))
