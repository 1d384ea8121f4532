"""How loud each semitone is, a hundred times a second: what a recording is held against its score by.

A short window tells when a key is struck better than which; one FFT is summed in bands a semitone wide that follow the
recording's tuning. Below C4 bands are narrower than the window can part, and neighbours share what sounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import RATE, Frames, Samples

FRAME = 2048  # samples: 93 ms
LEVEL_HOP = 210  # samples at RATE
LEVEL_RATE = RATE // LEVEL_HOP  # 105 frames a second, exactly
LOWEST_PITCH = 21  # MIDI number of A0
KEYS = 88

_FRAMES_AT_ONCE = 512

Levels = npt.NDArray[np.float16]  # (frames, KEYS), A0 first; frame i is centred on i / LEVEL_RATE seconds


@dataclass(frozen=True)
class SemitoneLevels:
    """The feature: amplitudes, float16 (frames, KEYS), of bands tuned so many cents from A440. A full-scale sinusoid
    on a band's centre reads 1.
    """

    cents: float = 0.0

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _LevelStream:  # noqa: ARG002 (part of the protocol)
        return _LevelStream(self.cents)


class _LevelStream:
    def __init__(self, cents: float) -> None:
        self.frames = Frames(FRAME, LEVEL_HOP)
        self.window = (np.hanning(FRAME + 1)[:-1] * (4.0 / FRAME)).astype(np.float32)  # a full-scale sinusoid reads 1
        self.filters = band_response(np.arange(FRAME // 2 + 1) * (RATE / FRAME), cents)
        self.parts: list[Levels] = []

    def push(self, block: Samples) -> None:
        self._hear(self.frames.push(block))

    def finish(self) -> Levels:
        self._hear(self.frames.finish())
        return np.concatenate(self.parts)

    def _hear(self, frames: Samples) -> None:
        from scipy import fft

        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            power = np.square(np.abs(fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * self.window, axis=1)))
            self.parts.append(np.sqrt(power @ self.filters).astype(np.float16))


def band_response(hz: npt.ArrayLike, cents: float = 0.0) -> npt.NDArray[np.float32]:
    """The share of its power that a frequency gives to each band, (..., KEYS): a triangle a semitone to either side,
    at least as wide as an FFT bin.
    """
    centre = 440.0 * 2.0 ** ((LOWEST_PITCH + np.arange(KEYS) + cents / 100 - 69) / 12)
    width = np.maximum(centre * (2 ** (1 / 12) - 1), RATE / FRAME)
    away = np.abs(np.asarray(hz, dtype=np.float64)[..., np.newaxis] - centre)
    found: npt.NDArray[np.float32] = np.clip(1.0 - away / width, 0.0, None).astype(np.float32)
    return found
