"""What a recording's samples look like, before any music is heard in them: length, peak, offset, clipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.stream import Samples

# A digital recording that was driven too hard shows flat tops: this many neighbouring samples at the very peak.
FLAT_TOP = 3


@dataclass(frozen=True)
class LevelReport:
    """Facts about all samples of all channels."""

    frames: int  # samples a channel, as decoded
    peak: float  # the largest magnitude
    offset: float  # the mean sample (DC), of the channel where it is largest
    clipped: float  # the share of samples inside flat tops at full scale


@dataclass(frozen=True)
class Levels:
    """The feature: a `LevelReport` from the file's own samples."""

    rate: int | None = None

    def start(self, sample_rate: int, channels: int) -> LevelStream:  # noqa: ARG002 (part of the protocol)
        return LevelStream(channels)


class LevelStream:
    """Adds up blocks of shape (channels, n)."""

    def __init__(self, channels: int) -> None:
        self.frames = 0
        self.peak = 0.0
        self.sum = np.zeros(channels)
        self.flat = 0

    def push(self, block: Samples) -> None:
        if not block.shape[1]:
            return
        self.frames += block.shape[1]
        magnitude = np.abs(block)
        self.peak = max(self.peak, float(magnitude.max()))
        self.sum += block.sum(axis=1, dtype=np.float64)
        full = magnitude >= 0.999
        if full.any():
            runs = full[:, : -FLAT_TOP + 1].copy()
            for step in range(1, FLAT_TOP):
                runs &= full[:, step : full.shape[1] - FLAT_TOP + 1 + step]
            self.flat += int(runs.sum())

    def finish(self) -> LevelReport:
        total = max(1, self.frames)
        offsets = self.sum / total
        return LevelReport(
            frames=self.frames,
            peak=self.peak,
            offset=float(offsets[np.argmax(np.abs(offsets))]),
            clipped=self.flat / (total * len(self.sum)),
        )
