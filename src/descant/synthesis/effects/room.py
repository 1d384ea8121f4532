"""A room: early reflections and a tail that decays faster the higher it is.

The impulse response is drawn, not measured: sparse reflections in the first 60 ms, then Gaussian noise in octave bands
under exponential envelopes (Moorer: About This Reverberation Business, 1979). The direct sound is its first sample.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

SHORTEST, LONGEST = 0.15, 2.2  # seconds in which the tail falls by 60 dB
EARLY = 0.06  # seconds
REFLECTIONS = 12
BANDS = (250.0, 1000.0, 4000.0)  # Hz: edges between bands of different decay


def in_a_room(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """The sound in a random room, the wet part up to `strength` times as loud as the direct sound."""
    from scipy.signal import oaconvolve

    response = impulse_response(rate, rng)
    wet = 10.0 ** (rng.uniform(-22.0, -4.0) / 20) * strength
    tail = oaconvolve(samples, response[np.newaxis], axes=1)[:, : samples.shape[1]]
    return np.asarray(samples + wet * tail, dtype=np.float32)


def impulse_response(rate: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """What follows the direct sound, energy 1: reflections and tail, (n,)."""
    from scipy import fft

    decay = float(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
    length = int(decay * rate)
    time = np.arange(length) / rate
    spectrum = fft.rfft(rng.normal(size=length))
    hz = fft.rfftfreq(length, 1 / rate)
    edges = (0.0, *BANDS, rate)
    shares = np.array([1.1, 1.0, 0.75, 0.45]) * rng.uniform(0.8, 1.2, 4)  # of the decay, band by band
    tail = np.zeros(length)
    for low, high, share in zip(edges[:-1], edges[1:], shares, strict=True):
        band = fft.irfft(np.where((hz >= low) & (hz < high), spectrum, 0), length)
        tail += band * np.exp(-6.9 * time / (decay * share))
    start = rng.uniform(0.005, 0.03)  # the tail grows in after the first reflections
    tail *= 1 - np.exp(-time / start)
    early = np.zeros(length)
    at = (rng.uniform(0.003, EARLY, REFLECTIONS) * rate).astype(int)
    gains = rng.choice([-1.0, 1.0], REFLECTIONS) * np.exp(-at / (0.03 * rate))
    np.add.at(early, np.minimum(at, length - 1), gains)
    tail /= np.sqrt(np.sum(tail**2)) + 1e-12
    early /= np.sqrt(np.sum(early**2)) + 1e-12
    response = tail + rng.uniform(0.3, 1.0) * early
    return np.asarray(response / np.sqrt(np.sum(response**2)), dtype=np.float32)
