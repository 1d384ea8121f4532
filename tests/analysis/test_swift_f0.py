"""The pitch contour of swift-f0 against tones whose pitch is known."""

import numpy as np
import pytest

from descant.analysis.swift_f0 import swift_f0
from descant.errors import InvalidValueError
from descant.types import Audio, PitchContour


def tone(hz: np.ndarray | float, seconds: float, rate: int) -> np.ndarray:
    """A tone of eight partials, 6 dB an octave, peak below 1."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hz, round(seconds * rate))) / rate
    return sum(np.sin(partial * phase) / partial for partial in range(1, 9)) / 4


def cents(contour: PitchContour, hz: float) -> np.ndarray:
    return 1200 * np.log2(contour.hz[contour.voiced] / hz)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("hz", [82.4, 220.0, 659.3])
def test_a_tone_is_heard_at_its_pitch(hz: float, rate: int) -> None:
    contour = swift_f0(Audio(tone(hz, 1.0, rate), rate))
    assert contour.voiced.mean() > 0.9
    assert np.median(np.abs(cents(contour, hz))) < 10


def test_pauses_are_unvoiced_and_times_are_right() -> None:
    rate = 16_000
    gap = np.zeros(rate // 2)
    contour = swift_f0(Audio(np.concatenate([gap, tone(220, 1, rate), gap, tone(330, 1, rate), gap]), rate))
    truth = ((contour.time > 0.5) & (contour.time < 1.5)) | ((contour.time > 2.0) & (contour.time < 3.0))
    assert np.mean(contour.voiced == truth) > 0.97
    second = contour.voiced & (contour.time > 1.75)
    assert np.median(contour.hz[second]) == pytest.approx(330, rel=0.006)
    assert contour.confidence is not None
    assert contour.confidence[contour.voiced].min() >= 0.5


def test_noise_has_no_pitch() -> None:
    contour = swift_f0(Audio(np.random.default_rng(0).uniform(-0.5, 0.5, (2, 44_100)), 44_100))
    assert contour.voiced.mean() < 0.05


@pytest.mark.parametrize("level", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("frames", [0, 1, 441, 44_100])
def test_silence_and_constant_offset_have_no_pitch(level: float, frames: int) -> None:
    contour = swift_f0(Audio(np.full((8, frames), level), 44_100))
    assert frames < 44_100 or contour.voiced.mean() < 0.05
    assert np.isfinite(contour.hz).all()


def test_a_constant_offset_changes_little() -> None:
    contour = swift_f0(Audio(0.5 * tone(220, 1.0, 16_000) + 0.4, 16_000))
    assert contour.voiced.mean() > 0.9
    assert np.median(np.abs(cents(contour, 220))) < 10


def test_a_range_that_the_network_cannot_hear_is_refused() -> None:
    sound = Audio(np.zeros(1600), 16_000)
    for low, high in ((20.0, 400.0), (100.0, 5000.0), (400.0, 200.0)):
        with pytest.raises(InvalidValueError, match=r"46.875 to 2093.75"):
            swift_f0(sound, fmin=low, fmax=high)
