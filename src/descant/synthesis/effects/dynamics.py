"""Compression and clipping: what loudness does to a recording (Giannoulis, Massberg and Reiss, JAES 2012)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

BLOCK = 64  # samples in which the gain does not change but by a straight line


def compressed(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """A feed-forward compressor on the level of short blocks, with random threshold, ratio, attack and release."""
    from scipy.signal import lfilter

    level = _block_levels(samples)
    loud = float(np.percentile(level, 95)) - 20.0
    threshold = loud + float(rng.uniform(0.0, 15.0))
    ratio = 1 + float(rng.uniform(0.5, 7.0)) * strength
    over = np.maximum(level - threshold, 0.0) * (1 - 1 / ratio)
    fast, slow = (
        float(np.exp(-BLOCK / rate / seconds)) for seconds in (rng.uniform(0.003, 0.03), rng.uniform(0.08, 0.4))
    )
    rising = lfilter([1 - fast], [1, -fast], over)  # a short smoothing where the gain falls
    falling = lfilter([1 - slow], [1, -slow], rising)  # a long one where it comes back
    gain_db = -np.maximum(rising, falling)
    centres = (np.arange(len(gain_db)) + 0.5) * BLOCK
    gain = np.interp(np.arange(samples.shape[1]), centres, 10.0 ** (gain_db / 20))
    return np.asarray(samples * gain, dtype=np.float32)


def clipped(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:  # noqa: ARG001
    """Overdriven by up to 9 dB: cut off hard, or bent softly as tubes and tape do."""
    drive = 10.0 ** (rng.uniform(1.0, 9.0) * strength / 20) / max(float(np.abs(samples).max()), 1e-9)
    pushed = samples * np.float32(drive)
    return np.asarray(np.clip(pushed, -1, 1) if rng.random() < 0.5 else np.tanh(pushed))


def _block_levels(samples: Samples) -> npt.NDArray[np.float64]:
    """The level of each block in dB re full scale, over all channels."""
    power = np.asarray(np.mean(np.square(samples), axis=0, dtype=np.float64))
    padded = np.pad(power, (0, -len(power) % BLOCK))
    return np.asarray(10 * np.log10(padded.reshape(-1, BLOCK).mean(axis=1) + 1e-10))
