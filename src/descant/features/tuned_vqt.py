"""The variable-Q transform, tuned to the recording: what all who hear harmony or notes are made from.

The tuning is estimated on the first minute in which something sounds; the sound so far is held back, then the
transform follows the tuning found. The spectra are handed on and never stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.stream import HOP, RATE, Frames, Samples
from descant.features.tuning import estimate_tuning
from descant.features.vqt import BINS, FRAME, Array, VariableQ

TUNING_SECONDS = 60.0  # of audible sound to judge the tuning by
PATIENCE_SECONDS = 300.0  # of sound to hold back, at most, while waiting for it
TUNING_HOP = 10 * HOP
AUDIBLE = 1e-3  # root mean square of a block that counts as audible


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
        self.held: list[Samples] = []
        self.audible = 0  # samples
        self.tuning: tuple[float, float] | None = None

    def push(self, block: Samples) -> TunedFrames:
        if self.tuning is not None:
            return self._hear([self.frames.push(block)])
        self.held.append(block)
        if len(block) and np.sqrt(np.mean(np.square(block))) > AUDIBLE:
            self.audible += len(block)
        if self.audible >= TUNING_SECONDS * RATE or sum(map(len, self.held)) >= PATIENCE_SECONDS * RATE:
            return self._tune()
        return TunedFrames(np.zeros((0, BINS), dtype=np.float32))

    def finish(self) -> TunedFrames:
        before = self._tune().magnitudes if self.tuning is None else np.zeros((0, BINS), dtype=np.float32)
        last = self._hear([self.frames.finish()])
        return TunedFrames(np.concatenate([before, last.magnitudes]), last.tuning_cents, last.tuning_confidence)

    def _tune(self) -> TunedFrames:
        """Judge the tuning by what was held back, then hear that in tune."""
        sound = np.concatenate([*self.held, np.zeros(FRAME, dtype=np.float32)])
        self.tuning = estimate_tuning(np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::TUNING_HOP])
        self.vqt = VariableQ(self.tuning[0])
        held, self.held = self.held, []
        return self._hear([self.frames.push(block) for block in held])

    def _hear(self, parts: list[Samples]) -> TunedFrames:
        assert self.tuning is not None
        return TunedFrames(np.concatenate([self.vqt.transform(frames) for frames in parts]), *self.tuning)
