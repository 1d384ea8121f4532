"""What the audio tower is shown of a recording: half seconds of its sound and harmony, and its rhythm as a whole.

A row of `steps` holds the summed-up mel spectrum (`features.mel_steps`) and the chroma of all voices and of the low
ones. `whole` holds what cannot be said of half a second: how well each of the 24 keys fits, in how many frames
something sets in, and the autocorrelation of the onset strength over lags from a fifth of a second to two, in which the
tempo shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.key_fit import likeness
from descant.features.mel_steps import COLUMNS, FRAMES, MelSteps
from descant.features.onset_strength import OnsetStrength, onsets

Array = npt.NDArray[np.float32]

FEATURES = (MelSteps(), Harmony(), OnsetStrength())
STEP_COLUMNS = COLUMNS + 24
LAGS = np.exp(np.linspace(np.log(0.2), np.log(2.0), 49))  # seconds: 14.5 a octave
WHOLE_COLUMNS = 24 + 1 + len(LAGS)
LONGEST = 600  # steps of long recordings that are heard: five minutes, evenly spread
QUIET = 1e-3  # of chroma, below which nothing is said of it


@dataclass(frozen=True, eq=False)
class Heard:
    """What the tower is shown."""

    steps: Array  # (steps, STEP_COLUMNS)
    whole: Array  # (WHOLE_COLUMNS,)


def heard(sound: Sound) -> Heard:
    """What the tower is shown of a sound, from the features that other systems read too."""
    mel: Array = get(sound, MelSteps())
    harmony: HarmonyFrames = get(sound, Harmony())
    rises: Array = get(sound, OnsetStrength())
    chroma = np.concatenate([harmony.chroma, harmony.bass_chroma], axis=1)  # (frames, 24)
    steps = np.concatenate([mel, _by_step(chroma, len(mel))], axis=1).astype(np.float32)
    if len(steps) > LONGEST:
        steps = steps[np.linspace(0, len(steps) - 1, LONGEST).round().astype(int)]
    rate = len(onsets(rises)) / max(len(rises) / FRAME_RATE, 0.5)
    whole = np.concatenate([keys(harmony.chroma), [rate / 10.0], rhythm(rises)]).astype(np.float32)
    return Heard(steps, whole)


def keys(chroma: Array) -> npt.NDArray[np.float64]:
    """How the mean chroma goes with the 24 keys (key profiles), (24,): cosines, 0 where there is no pitch."""
    mean = chroma.mean(axis=0, dtype=np.float64) if len(chroma) else np.zeros(12)
    spread = mean - mean.mean()
    length = float(np.linalg.norm(spread))
    if length <= QUIET * max(float(mean.max()), QUIET):
        return np.zeros(24)
    return np.asarray(likeness(spread[np.newaxis] / length)[0])


def rhythm(rises: Array) -> npt.NDArray[np.float64]:
    """The autocorrelation of the onset strength at LAGS, 1 at lag 0, (lags,)."""
    strength = rises.sum(axis=1, dtype=np.float64)
    strength = strength - strength.mean() if len(strength) else strength
    size = 1 << int(np.ceil(np.log2(max(2 * len(strength), 2))))
    found = np.fft.irfft(np.abs(np.fft.rfft(strength, size)) ** 2, size)
    if not len(strength) or found[0] <= 1e-9:
        return np.zeros(len(LAGS))
    return np.asarray(np.interp(LAGS * FRAME_RATE, np.arange(size // 2), found[: size // 2] / found[0], right=0.0))


def _by_step(frames: Array, steps: int) -> Array:
    """Means of 25 frames each, (steps, columns)."""
    if not steps:
        return np.zeros((0, frames.shape[1]), dtype=np.float32)
    starts = np.minimum(np.arange(steps) * FRAMES, max(len(frames) - 1, 0))
    ends = np.append(starts[1:], len(frames))
    total = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, axis=0, dtype=np.float64)])
    return np.asarray((total[ends] - total[starts]) / np.maximum(ends - starts, 1)[:, None], dtype=np.float32)
