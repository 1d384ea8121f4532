"""Made-up music for the tests of fingerprints: melodies of decaying tones, no two seeds alike."""

import numpy as np

from descant.types import Audio

RATE = 16_000


def music(seed: int, seconds: float = 20.0, rate: int = RATE) -> Audio:
    """Three voices of random notes."""
    rng = np.random.default_rng(seed)
    total = np.zeros(round(seconds * rate))
    for _ in range(3):
        start = 0.0
        while start < seconds - 0.3:
            length = float(rng.choice([0.2, 0.25, 0.4, 0.55]))
            time = np.arange(round(min(length * 1.5, seconds - start) * rate)) / rate
            hz = 220.0 * 2 ** (rng.integers(0, 30) / 12)
            tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 5)) * np.exp(-5 * time / length)
            at = round(start * rate)
            total[at : at + len(tone)] += tone[: len(total) - at]
            start += length
    return Audio((0.5 * total / np.abs(total).max()).astype(np.float32), rate)


def cut(sound: Audio, start: float, seconds: float) -> Audio:
    at = round(start * sound.sample_rate)
    return Audio(sound.samples[:, at : at + round(seconds * sound.sample_rate)], sound.sample_rate)


def faster(sound: Audio, speed: float) -> Audio:
    """Played faster and higher."""
    import soxr

    samples = soxr.resample(sound.samples[0], round(sound.sample_rate * 100), round(sound.sample_rate * 100 / speed))
    return Audio(np.clip(samples, -1, 1).astype(np.float32), sound.sample_rate)


def noisy(sound: Audio, snr_db: float, seed: int = 0) -> Audio:
    rng = np.random.default_rng(seed)
    loud = np.sqrt(np.mean(sound.samples**2))
    samples = sound.samples[0] + loud * 10 ** (-snr_db / 20) * rng.standard_normal(sound.frames)
    return Audio((samples / max(1.0, np.abs(samples).max())).astype(np.float32), sound.sample_rate)
