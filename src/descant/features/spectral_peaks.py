"""Spectral peaks: the points of a spectrogram that are louder than all around them, which noise leaves standing.

A short-time Fourier transform at 8 kHz (128 ms windows, 62.5 frames a second); a peak is the loudest point of its
neighbourhood in time and frequency, both refined by parabolas through the levels: where noise does not move it, a peak
is found again within a tenth of a frame, which tells a recording from another of the same loop. What is kept is decided
locally, so that one passage does not depend on another: each peak is ranked by level among those within half a second
and 24 cells of the frequency axis. The first ranks, alike in quiet and loud passages and in every band, outlive noise,
telephones and codecs.

Wang: An Industrial-Strength Audio Search Algorithm, ISMIR 2003. Simplified: no forward masking; 150 Hz to 3.8 kHz only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import Frames, Samples

PEAK_RATE = 8000  # Hz
FRAME = 1024  # samples: 128 ms
HOP = 128  # samples: 16 ms
FRAME_RATE = PEAK_RATE / HOP  # frames a second
LOWEST, HIGHEST = 150.0, 3800.0  # Hz
FLOOR_DB = -80.0  # re full scale: what is softer is no peak
SILENCE_DB = -100.0  # re full scale: nothing is taken for softer
FRAMES_AROUND, BINS_AROUND = 4, 3  # a peak is the loudest within so many frames and FFT bins on either side

LINEAR_BELOW = 1000.0  # Hz: from about there on the frequency axis is logarithmic
CELLS = 80.0  # of the frequency axis an e-fold above: a cell is 12.5 Hz wide at the bottom, 1.25 % at the top

NEAR_SECONDS, NEAR_CELLS = 0.5, 24.0  # peaks this near on either side are ranked against each other
KEPT = 10  # ranks

_FRAMES_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class Peaks:
    """Spectral peaks in order of time; arrays of (peaks,)."""

    frame: npt.NDArray[np.float32]  # FRAME_RATE a second, with fractions
    hz: npt.NDArray[np.float32]
    rank: npt.NDArray[np.int16]  # 0: the loudest of those near it
    frames: int  # how long the sound is

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def cell(self) -> npt.NDArray[np.float64]:
        """Each peak's place on the frequency axis."""
        return cells(self.hz)

    def best(self, ranks: int) -> Peaks:
        """Only those of the first so many ranks."""
        kept = self.rank < ranks
        return Peaks(self.frame[kept], self.hz[kept], self.rank[kept], self.frames)


def cells(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Frequencies on an axis that is linear at the bottom and logarithmic at the top, as peaks' precision is."""
    return np.asarray(CELLS * np.arcsinh(np.asarray(hz, dtype=np.float64) / LINEAR_BELOW))


def hertz(cell: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The inverse of `cells`."""
    return np.asarray(LINEAR_BELOW * np.sinh(np.asarray(cell, dtype=np.float64) / CELLS))


def slopes(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """How many cells the axis rises where a frequency rises e-fold, at these frequencies."""
    return np.asarray(CELLS * np.tanh(np.arcsinh(np.asarray(hz, dtype=np.float64) / LINEAR_BELOW)))


@dataclass(frozen=True)
class SpectralPeaks:
    """The feature: `Peaks` of the first KEPT ranks."""

    @property
    def rate(self) -> int:
        return PEAK_RATE

    def start(self, sample_rate: int, channels: int) -> _PeakStream:  # noqa: ARG002 (part of the protocol)
        return _PeakStream()


class _PeakStream:
    """Finds peaks as soon as the frames after them are there."""

    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        self.window = (np.hanning(FRAME + 1)[:-1] * (4.0 / FRAME)).astype(np.float32)  # a full-scale sinusoid reads 1
        edges = np.array([LOWEST, HIGHEST]) * FRAME / PEAK_RATE
        self.first, self.last = int(np.ceil(edges[0])), int(edges[1])  # FFT bins in which peaks may lie
        low, high = self.first - BINS_AROUND, self.last + BINS_AROUND + 1
        self.bins = slice(low, high)
        # Levels in dB around the frames whose peaks are not known yet; nothing precedes the first.
        self.waiting = np.full((FRAMES_AROUND, high - low), -np.inf, dtype=np.float32)
        self.found: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
        self.done = 0  # frames whose peaks are known

    def push(self, block: Samples) -> None:
        self._hear(self.frames.push(block))

    def finish(self) -> Peaks:
        self._hear(self.frames.finish())
        self._look(np.full((FRAMES_AROUND, self.waiting.shape[1]), -np.inf, dtype=np.float32))
        frame, hz, level = (np.concatenate([part[at] for part in self.found]) for at in range(3))
        order = np.argsort(frame, kind="stable")
        frame, hz = frame[order], hz[order]
        return Peaks(frame, hz, _ranks(frame, cells(hz), level[order]), self.done).best(KEPT)

    def _hear(self, frames: Samples) -> None:
        from scipy import fft

        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            spectrum = fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * self.window, axis=1)[:, self.bins]
            self._look(20 * np.log10(np.maximum(np.abs(spectrum), np.float32(10 ** (SILENCE_DB / 20)))))

    def _look(self, level: npt.NDArray[np.float32]) -> None:
        """Find the peaks of frames that FRAMES_AROUND others now follow."""
        from scipy.ndimage import maximum_filter

        level = np.concatenate([self.waiting, level])
        self.waiting = level[-2 * FRAMES_AROUND :]
        count = len(level) - 2 * FRAMES_AROUND
        if count <= 0:
            self.waiting = level
            return
        within = (slice(FRAMES_AROUND, -FRAMES_AROUND), slice(BINS_AROUND, -BINS_AROUND))
        loudest = maximum_filter(level, size=(2 * FRAMES_AROUND + 1, 2 * BINS_AROUND + 1))[within]
        frame, at = np.nonzero((level[within] == loudest) & (loudest > FLOOR_DB))
        row, column = frame + FRAMES_AROUND, at + BINS_AROUND
        here = level[row, column]
        higher = _summit(level[row, column - 1], here, level[row, column + 1])
        later = _summit(level[row - 1, column], here, level[row + 1, column])
        hz = (at + self.first + higher) * (PEAK_RATE / FRAME)
        self.found.append(((frame + self.done + later).astype(np.float32), hz.astype(np.float32), here))
        self.done += count


def _summit(
    before: npt.NDArray[np.float32], here: npt.NDArray[np.float32], after: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """How far after the middle one of three levels in dB the top of the parabola through them lies, at most a half."""
    before, after = np.maximum(before, SILENCE_DB), np.maximum(after, SILENCE_DB)
    curve = np.minimum(before - 2 * here + after, np.float32(-1e-6))
    return np.asarray(np.clip(0.5 * (before - after) / curve, -0.5, 0.5))


def _ranks(
    frame: npt.NDArray[np.float32], cell: npt.NDArray[np.float64], level: npt.NDArray[np.float32]
) -> npt.NDArray[np.int16]:
    """How many peaks near each are louder; of equals, the later ones are taken for softer."""
    rank = np.zeros(len(frame), dtype=np.int16)
    reach = round(NEAR_SECONDS * FRAME_RATE)
    for step in range(1, len(frame)):
        near = frame[step:] - frame[:-step] <= reach
        if not near.any():
            break
        near &= np.abs(cell[step:] - cell[:-step]) <= NEAR_CELLS
        louder = level[step:] > level[:-step]
        rank[:-step] += near & louder
        rank[step:] += near & ~louder
    return rank
