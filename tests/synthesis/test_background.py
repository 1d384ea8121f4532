"""Babble, traffic and pink noise: as loud as they say, coloured as they are, the same for a seed."""

from itertools import pairwise

import numpy as np
import pytest

from descant.synthesis.background import NOISES, mixed, pink

RATE = 8000


def levels(samples, *edges):
    """dB in each band between edges in Hz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return [10 * np.log10(power[(hz >= a) & (hz < b)].sum()) for a, b in pairwise(edges)]


@pytest.mark.parametrize("kind", NOISES)
def test_one_seed_gives_one_noise_of_mean_square_one(kind):
    one, again, other = (NOISES[kind](RATE, RATE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert len(one) == RATE
    assert np.mean(one.astype(np.float64) ** 2) == pytest.approx(1.0, abs=1e-3)
    assert np.array_equal(one, again)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.2


def test_pink_noise_has_equal_power_in_octaves():
    found = levels(pink(20 * RATE, RATE, np.random.default_rng(3)), 125, 250, 500, 1000, 2000)
    assert np.ptp(found) < 1.5


def test_babble_is_speech_like_and_traffic_is_low():
    babble = levels(NOISES["babble"](3 * RATE, RATE, np.random.default_rng(4)), 20, 80, 1000, 4000)
    assert babble[1] > babble[0] + 10
    assert babble[1] > babble[2]
    traffic = levels(NOISES["traffic"](6 * RATE, RATE, np.random.default_rng(4)), 20, 500, 4000)
    assert traffic[0] > traffic[1]


@pytest.mark.parametrize("snr", [-5.0, 0.0, 20.0])
def test_sound_and_noise_stand_in_the_ratio_asked_for(snr):
    sound = (0.1 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    noise = pink(2 * RATE, RATE, np.random.default_rng(5))
    both = mixed(sound, noise, snr)
    scale = np.dot(both, sound) / np.dot(sound, sound)  # noise is nearly orthogonal to the tone
    rest = both / scale - sound
    assert 10 * np.log10(np.mean(sound**2) / np.mean(rest**2)) == pytest.approx(snr, abs=1.0)
    assert np.abs(both).max() <= 1.0
