"""The logarithmic mel spectrum: what most neural listeners look at.

229 bands as in Onsets and Frames (Hawthorne et al., ISMIR 2018), here from 30 Hz to 11 kHz at the house's 50 frames a
second instead of 31. Magnitudes, compressed as log(1 + GAIN * magnitude): a full-scale sinusoid reads about 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import HOP, RATE, Frames, Samples

Array = npt.NDArray[np.float32]

FRAME = 2048  # samples at RATE: 93 ms, so a frame knows 46 ms of what follows its centre
BANDS = 229
LOWEST, HIGHEST = 30.0, 11_025.0  # Hz
GAIN = 1000.0  # -60 dB re full scale reads log(2): what is softer fades linearly

_FRAMES_AT_ONCE = 1024


@dataclass(frozen=True)
class LogMel:
    """The frame source: float32 (frames, BANDS), frame `i` centred on `i / FRAME_RATE` seconds."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self) -> LogMelStream:
        return LogMelStream()


class LogMelStream:
    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        window = np.hanning(FRAME + 1)[:-1]
        self.window = (window * (2.0 / window.sum())).astype(np.float32)  # a full-scale sinusoid reads 1
        self.filters = filters()

    def push(self, block: Samples) -> Array:
        return self._spectrum(self.frames.push(block))

    def finish(self) -> Array:
        return self._spectrum(self.frames.finish())

    def _spectrum(self, frames: Samples) -> Array:
        from scipy import fft

        result = np.empty((len(frames), BANDS), dtype=np.float32)
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            part = slice(start, start + _FRAMES_AT_ONCE)
            magnitude = np.abs(fft.rfft(frames[part] * self.window, axis=1))
            result[part] = np.log1p(GAIN * (magnitude @ self.filters))
        return result


def filters() -> Array:
    """Triangles of equal width in mel (Slaney's scale), each of peak 1, (FRAME // 2 + 1, BANDS).

    Below 500 Hz the bands are narrower than the FFT's bins; there each band reads between its two nearest bins.
    """
    edges = _hz(np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2))
    bin_width = RATE / FRAME
    low = np.minimum(edges[:-2], edges[1:-1] - bin_width)
    high = np.maximum(edges[2:], edges[1:-1] + bin_width)
    bins = np.arange(FRAME // 2 + 1)[:, None] * bin_width
    rising, falling = (bins - low) / (edges[1:-1] - low), (high - bins) / (high - edges[1:-1])
    return np.asarray(np.maximum(np.minimum(rising, falling), 0.0), dtype=np.float32)


def centres() -> npt.NDArray[np.float64]:
    """The centre of each band in Hz, (BANDS,)."""
    return _hz(np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2))[1:-1]


# Slaney's scale: linear to 1 kHz, logarithmic above.
_LINEAR = 200.0 / 3.0  # Hz a mel below 1 kHz
_BREAK = 1000.0
_STEP = np.log(6.4) / 27.0


def _mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    hz = np.asarray(hz, dtype=np.float64)
    return np.where(hz < _BREAK, hz / _LINEAR, _BREAK / _LINEAR + np.log(np.maximum(hz, _BREAK) / _BREAK) / _STEP)


def _hz(mel: npt.ArrayLike) -> npt.NDArray[np.float64]:
    mel = np.asarray(mel, dtype=np.float64)
    return np.where(mel < _BREAK / _LINEAR, mel * _LINEAR, _BREAK * np.exp(_STEP * (mel - _BREAK / _LINEAR)))
