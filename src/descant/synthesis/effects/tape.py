"""Wow and flutter: the speed of tape and discs wavers, by less than what would move an onset noticeably."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

FURTHEST = 0.003  # seconds by which a sound is early or late, at most


def wow_and_flutter(samples: Samples, rate: int, rng: np.random.Generator, strength: float = 1.0) -> Samples:
    """The sound read at a wavering speed: a slow and a fast wave of random rate; linear interpolation."""
    count = samples.shape[1]
    time = np.arange(count) / rate
    slow, fast = float(rng.uniform(0.3, 1.5)), float(rng.uniform(4.0, 9.0))
    wow = rng.uniform(0.0002, FURTHEST) * strength * np.sin(2 * np.pi * (slow * time + rng.random()))
    flutter = rng.uniform(0.0, 0.00006) * strength * np.sin(2 * np.pi * (fast * time + rng.random()))
    where = np.clip((time + wow + flutter) * rate, 0, count - 1)
    before = where.astype(np.int64)
    after = np.minimum(before + 1, count - 1)
    share = (where - before).astype(np.float32)
    return np.asarray(samples[:, before] * (1 - share) + samples[:, after] * share, dtype=np.float32)
