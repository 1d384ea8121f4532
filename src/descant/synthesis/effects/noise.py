"""Noise of rooms, tape and mains, under the whole recording."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

LOUDEST_DB, SOFTEST_DB = 18.0, 60.0  # signal to noise, at full strength


def noisy(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """Noise with a random slope from brown to white, and sometimes mains hum, at a random distance below the sound."""
    count = samples.shape[1]
    noise = coloured(count, rate, float(rng.uniform(0.0, 1.0)), rng)
    if rng.random() < 0.25:
        mains = float(rng.choice([50.0, 60.0]))
        time = np.arange(count) / rate
        for partial in range(1, 6):
            noise += rng.uniform(0, 1.5) / partial * np.sin(2 * np.pi * (mains * partial * time + rng.random()))
    distance = float(rng.uniform(LOUDEST_DB, SOFTEST_DB)) + 20 * (1 - strength)
    loud = np.sqrt(np.mean(np.square(samples), dtype=np.float64))
    scale = loud * 10.0 ** (-distance / 20) / (np.sqrt(np.mean(noise**2)) + 1e-12)
    return np.asarray(samples + scale * noise, dtype=np.float32)


def coloured(count: int, rate: int, slope: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Gaussian noise whose amplitude falls as frequency to the power of -slope: 0 is white, 0.5 pink, 1 brown.

    Made as one stretch of at most 20 s that repeats, crossfaded by its own periodicity.
    """
    from scipy import fft

    length = fft.next_fast_len(min(count, 20 * rate) + 1, real=True)
    hz = fft.rfftfreq(length, 1 / rate)
    spectrum = fft.rfft(rng.normal(size=length)) * np.maximum(hz, 20.0) ** -slope
    stretch = fft.irfft(spectrum, length)
    return np.asarray(np.resize(stretch, count) / (np.std(stretch) + 1e-12))
