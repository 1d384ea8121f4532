"""Rhythm as a vector that the tempo does not move: the scale transform of the onsets' autocorrelation.

How strongly onsets repeat at each lag shows the rhythm, whenever it begins; played faster, the same curve is squeezed.
On a logarithmic axis of lags squeezing is shifting, and the magnitudes of a Fourier transform do not change with
shifts: together that is the scale transform. Onsets in a low, a middle and a high band have a curve each, so that a
bass drum's pattern is not taken for a cymbal's.

Holzapfel and Stylianou: Scale Transform in Rhythmic Similarity of Music, IEEE TASLP 19(1), 2011. Bands after Pohle,
Schnitzer, Schedl, Knees and Widmer: On Rhythm and General Music Similarity, ISMIR 2009. Simplified: the curve is
sampled at logarithmic lags and transformed by a fast Fourier transform; lags below a tenth of a second are left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.onset_strength import OnsetStrength
from descant.registry import needs
from descant.types import Embedding
from descant.types.arrays import FloatArray

SPACE = "rhythm"
MODEL = "scale-transform 1"
BANDS = 3
COEFFICIENTS = 96  # of each band, the lowest
DIMENSIONS = BANDS * COEFFICIENTS

WINDOW, STEP = 12.0, 4.0  # seconds: the curve is the mean of these stretches', so that a tempo may drift
SHORTEST, LONGEST = 0.1, 8.0  # seconds of lag
POINTS = 512  # of the logarithmic axis
STILL = 1e-3  # of onset strength, dB: below such a spread nothing begins


@needs(OnsetStrength())
def scale_transform(sound: Sound) -> Embedding:
    """Where the rhythm of a recording lies among rhythms, however fast it is played."""
    return Embedding(SPACE, rhythm_vector(get(sound, OnsetStrength())))


def rhythm_vector(strength: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The vector, (DIMENSIONS,), of onset strength, (frames, BANDS); zeros where nothing begins."""
    curves = autocorrelation(strength)
    found = np.concatenate([scale_magnitudes(curve) for curve in curves.T])
    length = float(np.linalg.norm(found))
    return (found / length if length > 0 else found).astype(np.float32)


def autocorrelation(strength: npt.NDArray[np.float32]) -> FloatArray:
    """How strongly each band repeats at each lag in frames, 1 at lag 0, (lags, BANDS); zeros for a still band."""
    from scipy import fft

    size, step = round(WINDOW * FRAME_RATE), round(STEP * FRAME_RATE)
    lags = round(LONGEST * FRAME_RATE) + 1
    total = np.zeros((lags, strength.shape[1]))
    for low in range(0, max(len(strength) - size, 0) + 1, step):
        part = np.sqrt(strength[low : low + size].astype(np.float64))
        part -= part.mean(axis=0)
        power = np.square(np.abs(fft.rfft(part, fft.next_fast_len(size + lags), axis=0)))
        curve = fft.irfft(power, fft.next_fast_len(size + lags), axis=0)[:lags]
        moving = part.std(axis=0) > STILL
        total[:, moving] += curve[:, moving]
    return np.asarray(total / np.maximum(total[0], 1e-12))


def scale_magnitudes(curve: FloatArray) -> FloatArray:
    """The lowest magnitudes of a curve's scale transform, (COEFFICIENTS,); the curve is sampled at the frames' rate."""
    from scipy import fft

    lag = np.geomspace(SHORTEST, LONGEST, POINTS)
    sampled = np.interp(lag * FRAME_RATE, np.arange(len(curve)), curve) * np.sqrt(lag)
    return np.asarray(np.abs(fft.rfft(sampled))[:COEFFICIENTS])
