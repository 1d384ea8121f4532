"""Timbre and level at a low rate: what a change of instruments or of loudness shows in.

Mel-frequency cepstral coefficients (Davis and Mermelstein: Comparison of Parametric Representations for Monosyllabic
Word Recognition, TASSP 1980) of short frames, averaged over a fifth of a second: small enough to keep for hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import RATE, Frames, Samples

FRAME = 2048  # samples at RATE: 93 ms
HOP = 882  # samples: 25 frames a second
AVERAGED = 5  # frames a row
ROW_RATE = RATE / HOP / AVERAGED  # rows a second: 5

BANDS = 32
LOWEST, HIGHEST = 60.0, 10_000.0  # Hz
COEFFICIENTS = 12
FLOOR_DB = -80.0  # re full scale: quieter bands count as this loud

_FRAMES_AT_ONCE = 1024


@dataclass(frozen=True)
class Timbre:
    """The feature: float32 (rows, 1 + COEFFICIENTS). Row `i` is the mean over `i` to `i + 1` fifths of a second.

    Column 0 is the level, the mean of the bands in dB re full scale; the others are cepstral coefficients 1 to 12 in
    dB, which do not change with the level.
    """

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _TimbreStream:  # noqa: ARG002
        return _TimbreStream()


class _TimbreStream:
    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        window = np.hanning(FRAME + 1)[:-1]
        self.window = (window * (2.0 / window.sum())).astype(np.float32)  # a full-scale sinusoid reads 1
        self.filters = mel_filters()
        self.cosines = _cosines()
        self.rest: Samples = np.zeros((0, 1 + COEFFICIENTS), dtype=np.float32)
        self.rows: list[Samples] = []

    def push(self, block: Samples) -> None:
        self._hear(self.frames.push(block))

    def finish(self) -> Samples:
        self._hear(self.frames.finish())
        if len(self.rest):
            self.rows.append(self.rest.mean(axis=0, keepdims=True))
        return np.concatenate(self.rows)

    def _hear(self, frames: Samples) -> None:
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            self._keep(self._cepstrum(frames[start : start + _FRAMES_AT_ONCE]))

    def _cepstrum(self, frames: Samples) -> Samples:
        """Level and coefficients of each frame, (frames, 1 + COEFFICIENTS)."""
        from scipy import fft

        power = np.square(np.abs(fft.rfft(frames * self.window, axis=1))) @ self.filters  # (frames, BANDS)
        decibels = 10.0 * np.log10(np.maximum(power, 10.0 ** (FLOOR_DB / 10)))
        return np.asarray(decibels @ self.cosines, dtype=np.float32)

    def _keep(self, columns: Samples) -> None:
        held = np.concatenate([self.rest, columns])
        whole = len(held) // AVERAGED * AVERAGED
        self.rest = held[whole:]
        self.rows.append(held[:whole].reshape(-1, AVERAGED, held.shape[1]).mean(axis=1))


def mel_filters() -> npt.NDArray[np.float32]:
    """Triangles of equal width on the mel scale (O'Shaughnessy's), each of peak 1, (FRAME // 2 + 1, BANDS)."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    bins = _mel(np.arange(FRAME // 2 + 1) * (RATE / FRAME))[:, None]
    low, mid, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid))
    return np.maximum(triangles, 0.0).astype(np.float32)


def _mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hz) / 700.0))


def _cosines() -> npt.NDArray[np.float32]:
    """The orthonormal cosine transform, (BANDS, 1 + COEFFICIENTS), its first column scaled to the mean."""
    at = (np.arange(BANDS) + 0.5) * np.pi / BANDS
    table = np.sqrt(2.0 / BANDS) * np.cos(at[:, None] * np.arange(1 + COEFFICIENTS))
    table[:, 0] = 1.0 / BANDS
    return np.asarray(table, dtype=np.float32)
