"""Dynamic-programming beats on clicks."""

import numpy as np
import pytest

from descant.analysis.ellis_dp import ellis_dp
from descant.errors import InvalidValueError
from descant.types import Audio

RATE = 22_050


def test_a_steady_click_is_followed_in_time() -> None:
    times = 0.5 + np.arange(40) * 0.5
    samples = np.zeros(21 * RATE)
    burst = np.random.default_rng(0).uniform(-0.8, 0.8, 200)
    for time in times:
        samples[round(time * RATE) : round(time * RATE) + 200] = burst
    beats = ellis_dp(Audio(samples, RATE))
    away = np.abs(np.subtract.outer(times, beats.time)).min(axis=1)
    assert np.mean(away < 0.03) > 0.9
    assert not beats.position.any()


@pytest.mark.parametrize("frames", [0, 1, 220, 22_050])
def test_silence_has_no_beats(frames: int) -> None:
    assert len(ellis_dp(Audio(np.zeros(frames), RATE))) == 0


def test_senseless_parameters_are_refused() -> None:
    sound = Audio(np.zeros(100), RATE)
    for wrong in ({"start_bpm": 0.0}, {"tightness": 0.0}):
        with pytest.raises(InvalidValueError):
            ellis_dp(sound, **wrong)
