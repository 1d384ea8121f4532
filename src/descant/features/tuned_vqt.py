"""The variable-Q transform, tuned to the recording: what all who hear harmony or notes are made from.

The tuning is estimated on the first minute in which something sounds; the sound so far is held back, then the
transform follows the tuning found. The spectra are handed on and never stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.stream import HOP, RATE, Frames, Samples
from descant.features.tuning import FirstMinuteStream
from descant.features.vqt import BINS, FRAME, Array, VariableQ


@dataclass(frozen=True, eq=False)
class TunedFrames:
    """Consecutive frames and the tuning that they follow."""

    magnitudes: Array  # (frames, BINS)
    tuning_cents: float = 0.0  # in [-50, 50]
    tuning_confidence: float = 0.0  # in [0, 1]


@dataclass(frozen=True)
class TunedVqt:
    """The frame source: bundles of `TunedFrames`, frame `i` centred on `i / FRAME_RATE` seconds."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self) -> TunedVqtStream:
        return TunedVqtStream()


class TunedVqtStream:
    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        self.beginning = FirstMinuteStream()
        self.tuning: tuple[float, float] | None = None

    def push(self, block: Samples) -> TunedFrames:
        if self.tuning is not None:
            return self._hear([self.frames.push(block)])
        self.beginning.push(block)
        if self.beginning.enough:
            return self._tune()
        return TunedFrames(np.zeros((0, BINS), dtype=np.float32))

    def finish(self) -> TunedFrames:
        before = self._tune().magnitudes if self.tuning is None else np.zeros((0, BINS), dtype=np.float32)
        last = self._hear([self.frames.finish()])
        return TunedFrames(np.concatenate([before, last.magnitudes]), last.tuning_cents, last.tuning_confidence)

    def _tune(self) -> TunedFrames:
        """Judge the tuning by what was held back, then hear that in tune."""
        self.tuning = self.beginning.finish()
        self.vqt = VariableQ(self.tuning[0])
        held, self.beginning = self.beginning.held, FirstMinuteStream()
        return self._hear([self.frames.push(block) for block in held])

    def _hear(self, parts: list[Samples]) -> TunedFrames:
        assert self.tuning is not None
        return TunedFrames(np.concatenate([self.vqt.transform(frames) for frames in parts]), *self.tuning)
