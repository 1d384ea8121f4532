"""What a follower compares, frame by frame while the music is heard: what sets in, and what sounds.

Each frame has two halves. The rises: how much every band's magnitude grew since the frame before, falls left out (Dixon
and Widmer: MATCH, ISMIR 2005); bands are those of the FFT below 370 Hz and semitones above. And the levels: how the
sound is spread over semitones, from a window twice as long. Magnitudes are told in parts of the loudest one of the last
seconds and compressed, so that soft passages count; what a band never falls below for some seconds is taken for the
noise of the room and taken away.

A frame is told when its last sample is there, and knows nothing of what follows.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import RATE, Frames, Samples

HOP = 220  # samples
FPS = RATE / HOP  # frames a second
LONG, SHORT = 4096, 2048  # samples of the windows for levels and for rises
END = LONG // 2 / RATE  # frame i ends i / FPS + END seconds after the first sample
HEARD = 0.03  # seconds before a frame's end that something must have set in to be heard in it
TIME = END - HEARD  # frame i tells of what is at i / FPS + TIME seconds
LAG = 2  # frames over which a rise is told
LINEAR, TOP = 370.0, 5500.0  # Hz: up to where bands are those of the FFT; above which all is one band
LOWEST, HIGHEST = 24, 112  # MIDI pitches of the levels' semitones
RELEASE = 2.8  # seconds in which the level that is referred to falls by half
STEADY = 4.0  # seconds for which noise is heard to be known
ABOVE_NOISE = 3.0  # what is not so much louder than the noise is silence
USUAL = 5.0  # seconds over which the usual amount of rise is told
RISES, LEVELS = 35.0, 15.0  # what the halves of a frame sum up to on average
FAINT = 0.2  # of the usual sum of the levels: what is fainter counts for less
SILENCE = 1e-4  # of full scale

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ScoreSound:
    """The feature: all frames of a score's clean sound, float16 (n, bins), so that an hour takes 120 MB."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _Whole:  # noqa: ARG002
        return _Whole()


class _Whole:
    def __init__(self) -> None:
        self.frames = FollowerFrames(noisy=False)
        self.parts: list[npt.NDArray[np.float16]] = []

    def push(self, block: Samples) -> None:
        self.parts.append(self.frames.push(block).astype(np.float16))

    def finish(self) -> npt.NDArray[np.float16]:
        return np.concatenate([*self.parts, self.frames.finish().astype(np.float16)])


class FollowerFrames:
    """A stream of frames from mono sound at RATE. noisy: whether there is noise to be taken away."""

    def __init__(self, *, noisy: bool) -> None:
        self.frames = Frames(LONG, HOP)
        self.short, self.long = np.hanning(SHORT + 1)[:-1], np.hanning(LONG + 1)[:-1]
        self.bands, self.semitones = _bands(), _semitones()
        self.rise, self.level = _Half(noisy), _Half(noisy)
        self.before = deque([np.zeros(self.bands.shape[1])] * LAG, maxlen=LAG)
        self.usual_rise, self.usual_level = _RunningMean(), _RunningMean()
        self.bins = self.bands.shape[1] + self.semitones.shape[1]

    def push(self, block: Samples) -> Array:
        """The frames that are complete after these samples, (n, bins)."""
        return self._told(self.frames.push(block))

    def finish(self) -> Array:
        """The last frames, as if silence followed."""
        return self._told(self.frames.finish())

    def _told(self, frames: Samples) -> Array:
        from scipy import fft

        parts = [np.zeros((0, self.bins), dtype=np.float32)]
        for start in range(0, len(frames), 512):
            some = frames[start : start + 512]
            short = np.abs(fft.rfft(some[:, LONG - SHORT :] * self.short, axis=1)) * (2 / self.short.sum())
            long = np.abs(fft.rfft(some * self.long, axis=1)) * (2 / self.long.sum())
            rows = zip(short @ self.bands, long @ self.semitones, strict=True)
            parts.append(np.array([self._frame(*row) for row in rows], dtype=np.float32))
        return np.concatenate(parts)

    def _frame(self, band: npt.NDArray[np.float64], semitone: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        now, level = self.rise.compressed(band), self.level.compressed(semitone)
        rise = np.maximum(now - self.before[0], 0.0)
        self.before.append(now)
        total = level.sum()
        faintest = FAINT * self.usual_level.push(total)
        return np.concatenate(
            [
                rise * (RISES / max(self.usual_rise.push(rise.sum()), SILENCE)),
                level * (LEVELS / max(total, faintest, SILENCE)),
            ]
        )


class _Half:
    """Magnitudes without noise, in parts of the loudest of the last seconds, compressed."""

    def __init__(self, noisy: bool) -> None:
        self.noisy = noisy
        self.loudest = SILENCE
        self.smooth: npt.NDArray[np.float64] | None = None
        self.lately: deque[npt.NDArray[np.float64]] = deque(maxlen=round(STEADY * 5))  # least of each fifth of a second
        self.count = 0

    def compressed(self, magnitude: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        if self.noisy:
            magnitude = np.maximum(magnitude - ABOVE_NOISE * self._noise(magnitude), 0.0)
        self.loudest = max(float(magnitude.max()), self.loudest * 0.5 ** (1 / (RELEASE * FPS)), SILENCE)
        return np.log1p(magnitude / self.loudest)

    def _noise(self, magnitude: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What each band has not fallen below for STEADY seconds."""
        keep = 0.8 ** (50 / FPS)
        self.smooth = magnitude if self.smooth is None else keep * self.smooth + (1 - keep) * magnitude
        if self.count % round(FPS / 5) == 0:
            self.lately.append(self.smooth)
        else:
            self.lately[-1] = np.minimum(self.lately[-1], self.smooth)
        self.count += 1
        least: npt.NDArray[np.float64] = np.min(self.lately, axis=0)
        return least


class _RunningMean:
    """The mean of the last USUAL seconds, or of all there is before."""

    def __init__(self) -> None:
        self.value, self.weight = 0.0, 0.0

    def push(self, value: float) -> float:
        keep = np.exp(-1 / (USUAL * FPS))
        self.value = keep * self.value + value
        self.weight = keep * self.weight + 1.0
        return float(self.value / self.weight)


def rises() -> int:
    """How many of a frame's values are rises; they come first."""
    return int(_bands().shape[1])


def _bands() -> npt.NDArray[np.float64]:
    """(SHORT // 2 + 1, bands), from FFT bins: each one below LINEAR, then semitones, then all above TOP."""
    hz = np.arange(SHORT // 2 + 1) * RATE / SHORT
    semitone = np.round(12 * np.log2(np.maximum(hz, 1.0) / LINEAR)).astype(int)
    first = int(np.sum((hz > 0) & (hz < LINEAR)))
    number = np.where(hz < LINEAR, np.arange(len(hz)) - 1, first + semitone)
    number = np.where(hz > TOP, number.max() + 1, number)
    found: npt.NDArray[np.float64] = (number[:, np.newaxis] == np.unique(number[1:])).astype(np.float64)
    found[0] = 0.0
    return found


def _semitones() -> npt.NDArray[np.float64]:
    """(LONG // 2 + 1, semitones), from FFT bins, each shared out between the two pitches that it lies between."""
    hz = np.arange(1, LONG // 2 + 1) * RATE / LONG
    pitch = 69 + 12 * np.log2(hz / 440.0)
    away = np.abs(pitch[:, np.newaxis] - np.arange(LOWEST, HIGHEST))
    found = np.concatenate([np.zeros((1, HIGHEST - LOWEST)), np.maximum(1.0 - away, 0.0)])
    used: npt.NDArray[np.float64] = found[:, found.any(axis=0)]
    return used
