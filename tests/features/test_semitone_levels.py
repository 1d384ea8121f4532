"""A sinusoid shows in its own band with its own amplitude, in tune or out of it."""

import numpy as np
import pytest

from descant.features import RATE, get
from descant.features.semitone_levels import KEYS, LEVEL_RATE, LOWEST_PITCH, SemitoneLevels
from descant.features.tuning import FirstMinute
from descant.types import Audio


def tone(pitch, amplitude=0.5, cents=0.0, seconds=1.0):
    hz = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
    return Audio((amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32), RATE)


@pytest.mark.parametrize("pitch", [45, 60, 69, 84, 100])
@pytest.mark.parametrize("cents", [0.0, 35.0, -40.0])
def test_a_sinusoid(pitch, cents):
    levels = get(tone(pitch, cents=cents), SemitoneLevels(cents))
    assert levels.shape == (LEVEL_RATE + 1, KEYS)
    middle = levels[50].astype(float)
    assert abs(int(np.argmax(middle)) - (pitch - LOWEST_PITCH)) <= (1 if pitch < 60 else 0)
    assert 0.35 < middle.max() < 0.75


def test_frames_are_centred_on_their_times():
    samples = np.zeros(RATE, np.float32)
    samples[RATE // 2] = 1.0
    energy = (get(Audio(samples, RATE), SemitoneLevels()).astype(float) ** 2).sum(axis=1)
    assert np.average(np.arange(len(energy)), weights=energy) == pytest.approx(0.5 * LEVEL_RATE, abs=0.1)


def test_the_tuning_of_the_first_minute():
    cents, sure = get(tone(69, cents=-23.0, seconds=3.0), FirstMinute())
    assert cents == pytest.approx(-23.0, abs=2.0)
    assert sure > 0.5
    assert get(Audio(np.zeros(RATE, np.float32), RATE), FirstMinute()) == (0.0, 0.0)
