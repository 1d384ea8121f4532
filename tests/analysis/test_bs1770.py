"""Loudness against the compliance cases of EBU Tech 3341, EBU Tech 3342 and ITU-R BS.1770."""

import numpy as np
import pytest

from descant.analysis.bs1770 import bs1770
from descant.types import Audio


def sine(parts: list[tuple[float, float]], rate: int = 48_000, hz: float = 1000.0) -> np.ndarray:
    """A sine whose peak level changes: (dBFS, seconds) after each other; shape (frames,)."""
    gain = np.concatenate([np.full(round(seconds * rate), 10 ** (db / 20)) for db, seconds in parts])
    return gain * np.sin(2 * np.pi * hz / rate * np.arange(len(gain)))


def stereo(samples: np.ndarray, rate: int = 48_000) -> Audio:
    return Audio(np.stack([samples, samples]).astype(np.float32), rate)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_integrated_loudness_of_tech_3341(parts: list[tuple[float, float]], lufs: float) -> None:
    assert bs1770(stereo(sine(parts))).integrated_lufs == pytest.approx(lufs, abs=0.1)


def test_surround_of_tech_3341() -> None:
    """Case 6: five channels of 5.1; the effects channel, however loud, does not count."""
    one = sine([(0, 20)])
    levels = np.array([-28, -28, -24, 0, -30, -30])
    samples = 10 ** (levels[:, None] / 20) * one
    assert bs1770(Audio(samples, 48_000)).integrated_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_full_scale_sine_in_one_channel_reads_minus_3_01(rate: int) -> None:
    one = sine([(0, 5)], rate, 997.0)
    loudness = bs1770(Audio(np.stack([one, 0 * one]), rate))
    assert loudness.integrated_lufs == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize(
    ("parts", "lu"),
    [
        ([(-20, 20), (-30, 20)], 10),
        ([(-20, 20), (-15, 20)], 5),
        ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ],
)
def test_range_of_tech_3342(parts: list[tuple[float, float]], lu: float) -> None:
    assert bs1770(stereo(sine(parts))).range_lu == pytest.approx(lu, abs=1.0)


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "dbtp"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
)
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_true_peak_of_tech_3341(divisor: int, degrees: float, amplitude: float, dbtp: float, rate: int) -> None:
    """Cases 15 to 19: the samples miss the peak of the wave between them."""
    at = np.arange(rate)
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / 1000)  # a sudden start would ring above the sine
    samples = fade * amplitude * np.sin(2 * np.pi * at / divisor + np.deg2rad(degrees))
    peak = bs1770(stereo(samples, rate)).true_peak_dbtp
    assert peak is not None
    assert dbtp - 0.4 <= peak <= dbtp + 0.2


def test_silence_and_sound_that_is_too_short_have_no_loudness() -> None:
    silent = bs1770(Audio(np.zeros((2, 48_000)), 48_000))
    assert (silent.integrated_lufs, silent.true_peak_dbtp, silent.range_lu, silent.confidence) == (None, None, None, 0)
    short = bs1770(Audio(sine([(-6, 0.39)]), 48_000))
    assert short.integrated_lufs is None
    assert short.true_peak_dbtp == pytest.approx(-6.0, abs=0.1)
    second = bs1770(Audio(sine([(-6, 1)]), 48_000))
    assert second.integrated_lufs is not None
    assert second.range_lu is None


@pytest.mark.parametrize("frames", [0, 1, 80, 480])
def test_a_few_samples_are_no_error(frames: int) -> None:
    loudness = bs1770(Audio(np.full((8, frames), 0.5), 8_000))
    assert loudness.integrated_lufs is None
    if frames:
        assert loudness.true_peak_dbtp == pytest.approx(-6.02, abs=2.0)  # a lone step rings
