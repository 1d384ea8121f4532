"""The spectrum in two channels: what holds on in time (harmonic) and what is struck at once (percussive).

In a spectrogram a held tone is a line along time and a stroke a line along frequency. So the median of each point's
neighbours in time keeps tones and drops strokes, the median of its neighbours in frequency does the opposite, and the
two together make a soft mask that divides every point between the channels.

Fitzgerald: Harmonic/Percussive Separation Using Median Filtering, DAFx 2010. Here the filters run over bands instead
of single bins: the FFT's own bins up to 250 Hz, semitones above. The channels add up to the mixture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.features.stream import HOP, RATE, Frames, Samples

Array = npt.NDArray[np.float32]

FRAME = 2048  # samples at RATE: 93 ms
LOW_BINS = 23  # FFT bins 1 to 23 (11 to 248 Hz) are bands of their own
SEMITONES = 65  # above: from 262 Hz (C4) to 10.5 kHz
BANDS = LOW_BINS + SEMITONES
CHANNELS = 2  # harmonic, percussive
WIDTH = 17  # frames that the median in time looks at: 0.34 s
HEIGHT = 11  # bands that the median in frequency looks at
GAIN = 1000.0  # compressed as log(1 + GAIN * magnitude)

_AROUND = WIDTH // 2
_FRAMES_AT_ONCE = 1024
_TINY = 1e-12


@dataclass(frozen=True)
class HarmonicPercussive:
    """The frame source: float32 (frames, CHANNELS * BANDS), the harmonic bands before the percussive ones."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self) -> HarmonicPercussiveStream:
        return HarmonicPercussiveStream()


class HarmonicPercussiveStream:
    """Frame `i` waits for the WIDTH // 2 frames after it; beyond both ends there is silence."""

    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        window = np.hanning(FRAME + 1)[:-1]
        self.window = (window * (2.0 / window.sum())).astype(np.float32)  # a full-scale sinusoid reads 1
        self.filters = filters()
        self.held = np.zeros((_AROUND, BANDS), dtype=np.float32)

    def push(self, block: Samples) -> Array:
        return self._separated(self._spectrum(self.frames.push(block)))

    def finish(self) -> Array:
        rest = self._spectrum(self.frames.finish())
        return self._separated(np.concatenate([rest, np.zeros((_AROUND, BANDS), dtype=np.float32)]))

    def _spectrum(self, frames: Samples) -> Array:
        """Magnitudes of the bands, (n, BANDS)."""
        from scipy import fft

        result = np.empty((len(frames), BANDS), dtype=np.float32)
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            part = slice(start, start + _FRAMES_AT_ONCE)
            result[part] = np.abs(fft.rfft(frames[part] * self.window, axis=1)) @ self.filters
        return result

    def _separated(self, spectrum: Array) -> Array:
        """The frames, compressed, that have become complete with these."""
        self.held = np.concatenate([self.held, spectrum])
        count = max(0, len(self.held) - 2 * _AROUND)
        parts = [
            separated(self.held[start : min(start + _FRAMES_AT_ONCE, count) + 2 * _AROUND])
            for start in range(0, count, _FRAMES_AT_ONCE)
        ]
        self.held = self.held[count:]
        return np.concatenate(parts) if parts else np.zeros((0, CHANNELS * BANDS), dtype=np.float32)


def separated(spectrum: Array) -> Array:
    """Magnitudes (n + WIDTH - 1, BANDS) to compressed channels (n, CHANNELS * BANDS)."""
    count = len(spectrum) - 2 * _AROUND
    held = median([spectrum[at : at + count] for at in range(WIDTH)])
    middle = spectrum[_AROUND : _AROUND + count]
    edges = np.pad(middle, ((0, 0), (HEIGHT // 2, HEIGHT // 2)), mode="reflect")
    struck = median([edges[:, at : at + BANDS] for at in range(HEIGHT)])
    harmonic, percussive = np.square(held), np.square(struck)
    share = (harmonic + _TINY / 2) / (harmonic + percussive + _TINY)
    tones = share * middle
    return np.log1p(np.float32(GAIN) * np.concatenate([tones, middle - tones], axis=1))


def median(values: list[Array]) -> Array:
    """The median of an odd number of arrays, point by point, by a network of comparisons: whole arrays at a time."""
    wires = list(values)
    for low, high in median_network(len(values)):
        wires[low], wires[high] = np.minimum(wires[low], wires[high]), np.maximum(wires[low], wires[high])
    return wires[len(values) // 2]


@cache
def median_network(size: int) -> tuple[tuple[int, int], ...]:
    """Pairs to put in order, one after another, until the middle one of `size` values is the median.

    Batcher's merge exchange (Knuth: The Art of Computer Programming 3, algorithm 5.2.2M), less what the middle value
    does not depend on.
    """
    pairs = []
    top = 1 << max(0, (size - 1).bit_length() - 1)
    step = top
    while step > 0:
        stride, offset, distance = top, 0, step
        while True:
            pairs += [(at, at + distance) for at in range(size - distance) if at & step == offset]
            if stride == step:
                break
            distance, stride, offset = stride - step, stride // 2, step
        step //= 2
    wanted = {size // 2}
    kept = []
    for low, high in reversed(pairs):
        if low in wanted or high in wanted:
            wanted |= {low, high}
            kept.append((low, high))
    return tuple(reversed(kept))


def filters() -> Array:
    """From FFT bins to bands, (FRAME // 2 + 1, BANDS): single bins, then triangles a semitone to either side."""
    hz = np.arange(FRAME // 2 + 1) * (RATE / FRAME)
    result = np.zeros((len(hz), BANDS), dtype=np.float32)
    result[1 + np.arange(LOW_BINS), np.arange(LOW_BINS)] = 1.0
    semitone = 12 * np.log2(np.maximum(hz, 1.0) / centres()[LOW_BINS])
    away = np.abs(semitone[:, None] - np.arange(SEMITONES))
    result[:, LOW_BINS:] = np.maximum(1.0 - away, 0.0)
    return result


def centres() -> npt.NDArray[np.float64]:
    """The centre of each band in Hz, (BANDS,)."""
    low = (1 + np.arange(LOW_BINS)) * (RATE / FRAME)
    return np.concatenate([low, 440.0 * 2.0 ** ((60 - 69 + np.arange(SEMITONES)) / 12)])
