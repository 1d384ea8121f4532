"""Onset strength: how much new energy sets in at every frame, in a low, a middle and a high band.

SuperFlux in a few words: the spectrum in narrow logarithmic bands, compressed logarithmically; each band's rise over
the loudest of its neighbours a moment before, so that vibrato is not taken for onsets; negative differences dropped.

Böck and Widmer: Maximum Filter Vibrato Suppression for Onset Detection, DAFx 2013. Here the loudness that the
compression refers to follows the music, so that quiet passages count as loud ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.stream import FRAME_RATE, HOP, RATE, Frames, Samples

FRAME = 1024  # samples: 46 ms
EDGES = (130.0, 1600.0)  # Hz: where the low band ends and the high one begins
BANDS_PER_OCTAVE = 24
LOWEST, HIGHEST = 40.0, 10_000.0  # Hz
RANGE_DB = 45.0  # what lies further below the loudest recent band is no onset
RELEASE_DB = 6.0  # a second: how fast the loudness referred to falls back
SILENCE_DB = -80.0  # re full scale: it never falls below this
ONSET_DB = 4.0  # a rise, summed over the three bands, that surely is an onset
# Seconds from an onset to the peak of its strength. It comes early, for a window hears a sound before its middle does:
# earlier than this for clicks out of silence, less so for softer attacks in a mix.
LAG = -0.008

_FRAMES_AT_ONCE = 1024
_NOTHING = 10.0 ** ((SILENCE_DB - RANGE_DB) / 10)  # power


@dataclass(frozen=True)
class OnsetStrength:
    """The feature: float32 (frames, 3), low, middle and high, each the mean rise of its bands in dB."""

    @property
    def rate(self) -> int:
        return RATE

    def start(self, sample_rate: int, channels: int) -> _OnsetStream:  # noqa: ARG002
        return _OnsetStream()


def onsets(rises: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """The frames of (frames, 3) in which something surely sets in."""
    return np.asarray(np.flatnonzero(rises.sum(axis=1) > ONSET_DB))


class _OnsetStream:
    def __init__(self) -> None:
        self.frames = Frames(FRAME, HOP)
        self.window = (np.hanning(FRAME + 1)[:-1] * (4.0 / FRAME)).astype(np.float32)  # a full-scale sinusoid reads 1
        self.filters, self.column = _filters()
        self.loudness = SILENCE_DB  # the reference after the last frame, dB
        self.before = np.full((2, len(self.column)), SILENCE_DB - RANGE_DB, dtype=np.float32)  # the last two spectra
        self.parts: list[npt.NDArray[np.float32]] = []

    def push(self, block: Samples) -> None:
        self._hear(self.frames.push(block))

    def finish(self) -> npt.NDArray[np.float32]:
        self._hear(self.frames.finish())
        # A rise is measured from the frame before to the frame after, so it is known one frame late.
        self.parts.append(np.zeros((1, 3), dtype=np.float32))
        return np.concatenate(self.parts)[1:]

    def _hear(self, frames: Samples) -> None:
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            level = self._level(frames[start : start + _FRAMES_AT_ONCE])
            self.parts.append(self._rise(level, self._floor(level)))

    def _level(self, frames: Samples) -> npt.NDArray[np.float32]:
        """The level of each band in dB re full scale, (frames, bands)."""
        from scipy import fft

        power = np.square(np.abs(fft.rfft(frames * self.window, axis=1))) @ self.filters
        return np.asarray(10.0 * np.log10(np.maximum(power, _NOTHING)), dtype=np.float32)

    def _floor(self, level: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What is too soft to be heard beside the loudest recent band, dB, (frames, 1)."""
        # The reference falls by RELEASE_DB a second unless something louder comes: a running maximum, tilted.
        fall = np.arange(1, len(level) + 1) * (RELEASE_DB / FRAME_RATE)
        loudest = np.maximum.accumulate(np.maximum(level.max(axis=1) + fall, self.loudness)) - fall
        loudest = np.maximum(loudest, SILENCE_DB)
        self.loudness = float(loudest[-1])
        return np.asarray(loudest[:, None] - RANGE_DB, dtype=np.float32)

    def _rise(self, level: npt.NDArray[np.float32], floor: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The rise of each frame over the last but one, meant for the frame between, (frames, 3)."""
        level = np.concatenate([self.before, level])
        self.before = level[-2:]
        past = np.maximum(level[:-2], floor)
        np.maximum(past[:, 1:], level[:-2, :-1], out=past[:, 1:])
        np.maximum(past[:, :-1], level[:-2, 1:], out=past[:, :-1])
        rise = np.maximum(level[2:] - past, 0.0)
        return np.stack([rise[:, self.column == at].mean(axis=1) for at in range(3)], axis=1)


def _filters() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Triangles of equal width in octaves, none narrower than an FFT bin, (bins, bands); the column each belongs to."""
    hz = np.arange(FRAME // 2 + 1) * (RATE / FRAME)
    wanted = LOWEST * 2.0 ** (np.arange(np.log2(HIGHEST / LOWEST) * BANDS_PER_OCTAVE) / BANDS_PER_OCTAVE)
    centre = np.unique(np.round(wanted / hz[1]).astype(int))
    centre = centre[centre >= 2]  # a constant offset leaks into the first bin
    edges = hz[np.concatenate([[centre[0] - 1], centre, [centre[-1] + 1]])]
    low, mid, high = edges[:-2], edges[1:-1], edges[2:]
    up, down = (hz[:, None] - low) / (mid - low), (high - hz[:, None]) / (high - mid)
    filters = np.clip(np.minimum(up, down), 0.0, None)
    return filters.astype(np.float32), np.searchsorted(EDGES, mid, side="right")
