"""Fundamental frequency by SwiftF0, a small convolutional network over a band of the spectrogram, streamed.

The network (95,842 parameters, in the wheel of `swift-f0`) hears 16 kHz and gives, every 16 ms, a pitch and the
confidence that a pitched voice sounds. It sees 0.18 s to either side, so a stream gives the same frames as the whole.

Nieradzik: SwiftF0: Fast and Accurate Monophonic Pitch Detection, 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descant.features.stream import Samples

RATE = 16_000  # Hz
HOP = 256  # samples: 62.5 frames a second
FMIN = 46.875  # Hz: the network's own range
FMAX = 2093.75  # Hz
DITHER = 9e-4  # amplitude: below what the network's wrapper calls silence


class F0Frames(NamedTuple):
    """Frame `i` is centred on `i * HOP / RATE` seconds; all columns have one entry a frame, float32."""

    hz: npt.NDArray[np.float32]  # the best guess, voiced or not
    confidence: npt.NDArray[np.float32]  # in [0, 1]; 0.5 is the network's own threshold of voicing
    level_db: npt.NDArray[np.float32]  # dB re full scale, over 32 ms


@dataclass(frozen=True)
class F0:
    """Pitch, voicing confidence and level every 16 ms, the pitch sought within `fmin` to `fmax` Hz."""

    fmin: float = FMIN
    fmax: float = FMAX

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _F0Stream:  # noqa: ARG002
        return _F0Stream(self.fmin, self.fmax)


class _F0Stream:
    def __init__(self, fmin: float, fmax: float) -> None:
        from swift_f0 import SwiftF0

        # One thread, not spinning: the same bytes on every machine, and no cycles taken from the other features.
        self.stream = SwiftF0(threads=1, spin=False).stream(fmin, fmax)
        # The network learnt from recordings, which are never quite silent between the partials. A little noise makes
        # clean synthesised tones look like them, and is lost in the noise of any recording.
        self.noise = np.random.default_rng(0)
        self.parts: list[F0Frames] = []

    def push(self, block: Samples) -> None:
        noise = self.noise.random(len(block), dtype=np.float32)
        self._keep(self.stream.push(block + np.float32(2 * DITHER) * (noise - np.float32(0.5)), RATE))

    def finish(self) -> F0Frames:
        self._keep(self.stream.flush())
        hz, confidence, level = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return F0Frames(hz, confidence, level)

    def _keep(self, result: Any) -> None:
        self.parts.append(
            F0Frames(
                result.pitch_hz.astype(np.float32),
                np.clip(result.confidence, 0.0, 1.0).astype(np.float32),
                result.loudness_db.astype(np.float32),
            )
        )
