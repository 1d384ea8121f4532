"""The streamed meter: independent of how the sound is cut, and no less exact for the rows it skips."""

import numpy as np
import pytest
from scipy.signal import sosfilt

from descant.features.loudness import TAPS, LoudnessMeter, LoudnessSteps, _between, k_weighting


def run(samples: np.ndarray, rate: int, cuts: list[int]) -> LoudnessSteps:
    stream = LoudnessMeter().start(rate, len(samples))
    for part in np.split(samples, cuts, axis=1):
        stream.push(part)
    return stream.finish()


def test_k_weighting_at_48_khz_is_the_standards_table() -> None:
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]
    high_pass = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]
    np.testing.assert_allclose(k_weighting(48_000), [shelf, high_pass], atol=1e-8)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100])
def test_cuts_do_not_matter(rate: int) -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 3 * rate + 17)).astype(np.float32)
    whole = run(samples, rate, [])
    edge = rate // 10 if rate % 10 == 0 else 2 * rate // 10
    for cuts in ([edge], [1, 2, 3, 40, edge - 1, edge, edge + 1, 2 * rate], [0, 0, 3 * rate + 17]):
        pieces = run(samples, rate, cuts)
        np.testing.assert_allclose(pieces.power, whole.power, rtol=1e-9)
        assert pieces.true_peak == pytest.approx(whole.true_peak, rel=1e-6)
    assert len(whole.power) == 30


def test_steps_hold_the_weighted_power() -> None:
    rate = 44_100
    samples = np.random.default_rng(2).uniform(-0.5, 0.5, (1, rate)).astype(np.float32)
    heard = sosfilt(k_weighting(rate), samples[0].astype(float))
    expected = np.square(heard).reshape(10, -1).mean(axis=1)
    np.testing.assert_allclose(run(samples, rate, [12_345]).power, expected, rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_skipping_quiet_rows_loses_no_peak(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = (0.8 * rng.standard_normal(5000) / 4 * rng.uniform(0, 1, 5000) ** 2).astype(np.float32)
    kernel = _between(4)
    padded = np.pad(samples, TAPS)
    between = max(float(np.abs(np.correlate(padded, phase, "full")).max()) for phase in kernel.T)
    expected = max(between, float(np.abs(samples).max()))
    assert run(samples[None], 44_100, [777, 2001]).true_peak == pytest.approx(expected, rel=1e-5)


def test_interpolation_is_flat_where_music_is() -> None:
    """Up to 0.42 of the rate (18.5 kHz at 44.1 kHz), a sine is interpolated within 0.1 dB."""
    at = np.arange(TAPS) - (TAPS // 2 - 1)
    for index, offset in enumerate((0.25, 0.5, 0.75)):
        for frequency in np.linspace(0, 0.42, 50):
            value = np.sum(_between(4)[:, index] * np.exp(2j * np.pi * frequency * (at - offset)))
            assert abs(20 * np.log10(abs(value))) < 0.1
