"""What a recording's samples look like, before any music is heard in them: length, peak, offset, clipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.stream import Samples

# A recording that was driven too hard shows flat tops: at least so many neighbouring samples at full scale or beyond,
# all but equal. (Floats may exceed full scale and still be round.)
FLAT_TOP = 3
FULL = 0.999
EQUAL = 1e-5  # the top of a full-scale 50 Hz sine at 44.1 kHz falls by 2.5e-5 in one sample; a 16-bit step is 3e-5


@dataclass(frozen=True)
class LevelReport:
    """Facts about all samples of all channels."""

    frames: int  # samples a channel, as decoded
    peak: float  # the largest magnitude
    offset: float  # the mean sample (DC), of the channel where it is largest
    clipped: float  # the share of samples inside flat tops at or beyond full scale


@dataclass(frozen=True)
class Levels:
    """The feature: a `LevelReport` from the file's own samples."""

    @property
    def rate(self) -> None:
        return None

    def start(self, sample_rate: int, channels: int) -> LevelStream:  # noqa: ARG002 (part of the protocol)
        return LevelStream(channels)


class LevelStream:
    """Adds up blocks of shape (channels, n)."""

    def __init__(self, channels: int) -> None:
        self.frames = 0
        self.peak = 0.0
        self.sum = np.zeros(channels)
        self.flat = 0
        self.last: Samples = np.zeros((channels, FLAT_TOP), dtype=np.float32)

    def push(self, block: Samples) -> None:
        if not block.shape[1]:
            return
        self.frames += block.shape[1]
        peak = float(max(block.max(), -block.min()))
        self.peak = max(self.peak, peak)
        self.sum += block.sum(axis=1, dtype=np.float64)
        if peak >= FULL:
            self.flat += _in_flat_tops(np.concatenate([self.last, block], axis=1))
        self.last = np.concatenate([self.last, block[:, -FLAT_TOP:]], axis=1)[:, -FLAT_TOP:]

    def finish(self) -> LevelReport:
        total = max(1, self.frames)
        offsets = self.sum / total
        return LevelReport(
            frames=self.frames,
            peak=self.peak,
            offset=float(offsets[np.argmax(np.abs(offsets))]),
            clipped=self.flat / (total * len(self.sum)),
        )


def _in_flat_tops(samples: Samples) -> int:
    """How many samples lie in flat tops, less those that the first FLAT_TOP samples, counted before, hold alone."""
    full = np.abs(samples) >= FULL
    level = full[:, 1:] & full[:, :-1] & (np.abs(np.diff(samples)) < EQUAL)
    # Where a run of FLAT_TOP begins: a flat top of n samples holds n + 1 - FLAT_TOP of them.
    tops = np.logical_and.reduce(np.lib.stride_tricks.sliding_window_view(level, FLAT_TOP - 1, axis=1), axis=2)
    first = tops[:, 1:] & ~tops[:, :-1]
    return int(tops[:, 1:].sum() + (FLAT_TOP - 1) * first.sum())
