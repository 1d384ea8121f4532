"""SwiftF0 streamed: the same frames however the sound is cut."""

import numpy as np
import pytest

from descant.features import get
from descant.features.f0 import F0, HOP, RATE, F0Frames
from descant.types import Audio


def run(samples: np.ndarray, cuts: list[int]) -> F0Frames:
    stream = F0().start(RATE, 1)
    for part in np.split(samples.astype(np.float32), cuts):
        stream.push(part)
    result: F0Frames = stream.finish()
    return result


def test_cuts_do_not_matter() -> None:
    at = np.arange(3 * RATE) / RATE
    samples = 0.3 * np.sin(2 * np.pi * (200 * at + 40 * at**2)) + 0.1 * np.sin(4 * np.pi * (200 * at + 40 * at**2))
    whole = run(samples, [])
    pieces = run(samples, [100, 5_000, 5_001, 30_000])
    assert len(whole.hz) == len(samples) // HOP
    np.testing.assert_allclose(pieces.hz, whole.hz, rtol=1e-3)
    np.testing.assert_allclose(pieces.confidence, whole.confidence, atol=1e-3)


def test_level_is_in_db_of_full_scale() -> None:
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    assert np.median(run(samples, []).level_db) == pytest.approx(-9.03, abs=0.05)


@pytest.mark.parametrize("frames", [0, 1, 80, 500])
def test_a_few_samples_are_no_error(frames: int) -> None:
    result: F0Frames = get(Audio(np.full((2, frames), 0.1), 8_000), F0())
    assert all(np.isfinite(column).all() for column in result)
    assert len(result.hz) == len(result.confidence) == len(result.level_db)
