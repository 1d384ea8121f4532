"""The tuning of synthesised tones is found within five cents, and nothing is claimed of what has none."""

import numpy as np
import pytest

from descant.analysis.tuning_histogram import tuning_histogram
from descant.types import Audio

RATE = 22_050


def scale(cents: float, noise: float = 0.0) -> Audio:
    time = np.arange(RATE // 2) / RATE
    parts = []
    for pitch in (48, 50, 52, 53, 55, 57, 59, 60, 64, 67, 72):
        hz = 440 * 2 ** ((pitch - 69) / 12 + cents / 1200)
        parts.append(sum(0.1 * 0.7**k * np.sin(2 * np.pi * hz * (k + 1) * time) for k in range(8)))
    sound = np.concatenate(parts) + np.random.default_rng(0).normal(0, noise, len(parts) * len(time))
    return Audio(np.clip(sound, -1, 1).astype(np.float32), RATE)


@pytest.mark.parametrize("cents", [-45, -30, -17, -5, 0, 8, 23, 41])
def test_detuned_tones(cents: float) -> None:
    tuning = tuning_histogram(scale(cents))
    assert tuning.cents == pytest.approx(cents, abs=3.0)
    assert tuning.confidence > 0.3


def test_half_a_semitone_off_is_either_end() -> None:
    assert abs(tuning_histogram(scale(50)).cents) == pytest.approx(50.0, abs=5.0)


def test_with_noise() -> None:
    assert tuning_histogram(scale(20, noise=0.03)).cents == pytest.approx(20, abs=5.0)


def test_nothing_pitched_gives_low_confidence() -> None:
    silence = tuning_histogram(Audio(np.zeros(RATE, np.float32), RATE))
    assert (silence.cents, silence.confidence) == (0.0, 0.0)
    noise = np.random.default_rng(1).normal(0, 0.1, RATE * 10).astype(np.float32)
    assert tuning_histogram(Audio(np.clip(noise, -1, 1), RATE)).confidence < 0.2
    offset = tuning_histogram(Audio(np.full(RATE, 0.3, np.float32), RATE))
    assert offset.confidence < 0.2
