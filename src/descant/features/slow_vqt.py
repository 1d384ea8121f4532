"""The tuned variable-Q transform at a quarter of its rate: what the listeners of chords and keys look at.

Levels are compressed before they are averaged, so that a row says how loud a pitch sounds and for how long. A song
takes 7 kB a second, so that stretches of any length (half beats, seconds) can be cut from it once the beats are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.posteriors import compressed
from descant.features.stream import FRAME_RATE
from descant.features.tuned_vqt import TunedFrames, TunedVqt
from descant.features.vqt import BINS, Array

POOLED = 4  # frames a row
SLOW_RATE = FRAME_RATE / POOLED  # rows a second
_FIRST = 0.5 / POOLED  # rows: row 0 begins half a frame before the sound

_STRETCHES_AT_ONCE = 512

Levels = npt.NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class SlowFrames:
    """Row `i` is the mean of the frames `POOLED * i` and the following, each log(1 + GAIN * magnitude)."""

    levels: Levels  # (rows, BINS)
    tuning_cents: float = 0.0  # that the spectrum was tuned to, in [-50, 50]


@dataclass(frozen=True)
class SlowVqt:
    """The feature: a `SlowFrames`."""

    rate = None
    source = TunedVqt()

    def start(self, sample_rate: int, channels: int) -> _SlowStream:  # noqa: ARG002
        return _SlowStream()


class _SlowStream:
    def __init__(self) -> None:
        self.left = np.zeros((0, BINS), dtype=np.float32)  # frames of a row that is not full yet
        self.rows: list[Levels] = []
        self.tuning_cents = 0.0

    def push(self, heard: TunedFrames) -> None:
        if len(heard.magnitudes):
            self.tuning_cents = heard.tuning_cents
        frames = np.concatenate([self.left, compressed(heard.magnitudes)])
        full = len(frames) - len(frames) % POOLED
        self.rows.append(slowed(frames[:full]))
        self.left = frames[full:]

    def finish(self) -> SlowFrames:
        return SlowFrames(np.concatenate([*self.rows, slowed(self.left)]), self.tuning_cents)


def slowed(frames: Array) -> Levels:
    """The means of every `POOLED` frames, float16 (rows, BINS); the last row of what is left."""
    starts = np.arange(0, len(frames), POOLED)
    if not len(starts):
        return np.zeros((0, frames.shape[1]), dtype=np.float16)
    counts = np.diff([*starts, len(frames)])[:, np.newaxis]
    return np.asarray(np.add.reduceat(frames, starts, axis=0) / counts, dtype=np.float16)


def stretch_means(levels: Levels, edges: npt.NDArray[np.floating]) -> Array:
    """The mean levels between consecutive `edges` in seconds, never falling, float32 (len(edges) - 1, BINS).

    Rows count as far as they lie within a stretch; what lies outside the sound counts as silence.
    """
    where = np.clip(edges * SLOW_RATE + _FIRST, 0, len(levels))
    result = np.zeros((len(edges) - 1, levels.shape[1]), dtype=np.float32)
    for low in range(0, len(result), _STRETCHES_AT_ONCE):
        part = where[low : low + _STRETCHES_AT_ONCE + 1]
        first = int(part[0])
        sums = np.cumsum(levels[first : int(np.ceil(part[-1])) + 1], axis=0, dtype=np.float32)
        sums = np.concatenate([np.zeros((1, levels.shape[1]), dtype=np.float32), sums])
        below = np.minimum((part - first).astype(int), len(sums) - 1)
        share = (part - first - below).astype(np.float32)[:, np.newaxis]
        reached = sums[below] + share * (sums[np.minimum(below + 1, len(sums) - 1)] - sums[below])
        width = np.maximum(np.diff(edges[low : low + len(part)]) * SLOW_RATE, 1e-6)[:, np.newaxis]
        result[low : low + len(part) - 1] = np.diff(reached, axis=0) / width
    return result
