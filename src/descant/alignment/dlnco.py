"""Features that high-resolution alignment compares: onsets that decay, key by key, beside the chroma they stand in.

Where a semitone grows, the growth's peak is kept, measured by the loudest onset of a second around it, and fades over
the next fifth of a second, so that an onset a little early or late is still near. Between onsets chroma decides. What a
key's band never falls below is noise, and is taken off first.

Ewert, Mueller and Grosche: High Resolution Audio Synchronization Using Chroma Onset Features, ICASSP 2009 (DLNCO:
decaying locally normalised chroma onsets). Here the onsets of 88 keys are not folded into twelve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features.semitone_levels import KEYS, LEVEL_RATE, LOWEST_PITCH, Levels

POOL = 2  # frames of levels in a frame of features
DLNCO_RATE = LEVEL_RATE / POOL  # frames a second
COMPRESSION = 30.0  # log(1 + COMPRESSION * amplitude), the recording's loud places having amplitude 1
GROWTH = 3  # frames that a growth is measured over
NEAR = 2  # frames on either side that a peak is higher than
AROUND = LEVEL_RATE  # frames on either side that an onset is measured by
SOFTEST = 0.15  # onsets are never measured by less than this
FADES = 20  # frames
ONSETS, SILENCE = 3.0, 0.1  # weights beside chroma
QUIET_SHARE, OVER_NOISE = 10.0, 6.0  # per cent of the frames that hold noise alone; what counts is so much louder
NEIGHBOURS = 13  # bands that share a level of noise
LOUD_PLACES = 95.0  # per cent of the frames that are softer
AUDIBLE = 0.02  # of the loud places: what is softer is silence
BLOCK, HALO = 8192, 256  # frames worked on at once, and seen on either side

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clean:
    """Levels with what is known of the whole recording."""

    levels: Levels  # (frames, KEYS)
    noise: Frames  # (KEYS,): what is taken off
    loud: float  # amplitude of the loud places; 0 in silence

    def __len__(self) -> int:
        return len(self.levels)

    def compressed(self, first: int, last: int) -> Frames:
        """Logarithmic levels over noise, float32 (last - first, KEYS); zeros beyond either end."""
        start, stop = np.clip([first, last], 0, len(self)).tolist()
        over = np.maximum(self.levels[start:stop].astype(np.float32) - self.noise, 0.0) / max(self.loud, 1e-9)
        found: Frames = np.zeros((last - first, KEYS), dtype=np.float32)
        found[start - first : stop - first] = np.log1p(COMPRESSION * over)
        return found

    def growth(self, first: int, last: int) -> Frames:
        """How much each key has grown over GROWTH frames, float32 (last - first, KEYS)."""
        level = self.compressed(first - GROWTH, last)
        found: Frames = np.maximum(level[GROWTH:] - level[:-GROWTH], np.float32(0.0))
        return found

    def audible(self) -> tuple[int, int]:
        """The frames between which there is sound; none where all is silence."""
        from scipy.ndimage import uniform_filter1d

        if not self.loud:
            return 0, 0
        sounding = np.flatnonzero(uniform_filter1d(_loudness(self.levels, self.noise), 5) > AUDIBLE * self.loud)
        return max(0, int(sounding[0]) - NEAR), min(len(self), int(sounding[-1]) + LEVEL_RATE // 2)


def clean(levels: Levels) -> Clean:
    """Levels beside what lies under them all the time."""
    from scipy.ndimage import median_filter

    if not len(levels):
        return Clean(levels, np.zeros(KEYS, dtype=np.float32), 0.0)
    quiet = np.percentile(levels[:: max(1, len(levels) // 20_000)].astype(np.float32), QUIET_SHARE, axis=0)
    noise = (OVER_NOISE * median_filter(quiet, NEIGHBOURS, mode="nearest")).astype(np.float32)
    return Clean(levels, noise, float(np.percentile(_loudness(levels, noise), LOUD_PLACES)))


def dlnco(sound: Clean, first: int, last: int) -> Frames:
    """Features of the frames from first to last, float32 ((last - first) / POOL, KEYS + 13)."""
    parts = []
    for start in range(first, last, BLOCK):
        stop = min(start + BLOCK, last)
        onsets = _fading(_measured(_peaks(sound.growth(start - HALO, stop + HALO))))[HALO:-HALO]
        chroma = _chroma(sound.compressed(start, stop))
        silence = np.full((len(chroma), 1), SILENCE, dtype=np.float32)
        sounding = _pooled(np.hstack([chroma, silence])).mean(axis=1)
        parts.append(np.hstack([ONSETS * _pooled(onsets).max(axis=1), sounding]))
    return np.concatenate(parts)


def _loudness(levels: Levels, noise: Frames) -> Frames:
    """Amplitude over noise of all keys together, (frames,)."""
    parts = [
        np.linalg.norm(np.maximum(levels[at : at + BLOCK].astype(np.float32) - noise, 0.0), axis=1)
        for at in range(0, len(levels), BLOCK)
    ]
    return np.concatenate(parts)


def _peaks(growth: Frames) -> Frames:
    from scipy.ndimage import maximum_filter1d

    highest = maximum_filter1d(growth, 2 * NEAR + 1, axis=0, mode="constant")
    return np.where(growth >= highest, growth, np.float32(0.0))


def _measured(peaks: Frames) -> Frames:
    """Peaks by the loudest onset around."""
    from scipy.ndimage import maximum_filter1d

    loudest = maximum_filter1d(np.linalg.norm(peaks, axis=1), 2 * AROUND + 1, mode="constant")
    found: Frames = peaks / np.maximum(loudest, SOFTEST)[:, np.newaxis]
    return found


def _fading(peaks: Frames) -> Frames:
    found = peaks.copy()
    for after in range(1, FADES):
        np.maximum(found[after:], np.float32(np.sqrt(1 - after / FADES)) * peaks[:-after], out=found[after:])
    return found


def _chroma(levels: Frames) -> Frames:
    """(frames, 12), over what all twelve share, of length 1 where there is enough of it."""
    folded = np.zeros((len(levels), 12), dtype=np.float32)
    for key in range(KEYS):
        folded[:, (LOWEST_PITCH + key) % 12] += levels[:, key]
    folded -= folded.min(axis=1, keepdims=True)
    folded /= np.maximum(np.linalg.norm(folded, axis=1, keepdims=True), 0.5)
    return folded


def _pooled(rows: Frames) -> Frames:
    """Frames by POOL, (frames, POOL, bins); a last one that is left over counts twice."""
    if len(rows) % POOL:
        rows = np.concatenate([rows, rows[-1:]])
    return rows.reshape(-1, POOL, rows.shape[1])
