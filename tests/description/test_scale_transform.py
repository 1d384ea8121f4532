"""Rhythm whatever the tempo: patterns of onsets that we made."""

import numpy as np
import pytest

from descant.description.scale_transform import BANDS, DIMENSIONS, autocorrelation, rhythm_vector
from descant.features import FRAME_RATE

ROCK = ((0, 4), (2, 6), (0, 1, 2, 3, 4, 5, 6, 7))  # eighths of a bar at which each band strikes
TRESILLO = ((0, 3, 6), (3, 6), (0, 3, 6))


def strength(pattern, bpm, seconds=24.0, start=0.0):
    """Onset strength of a bar of eighths, over and over: humps of three frames."""
    eighth = 30.0 / bpm
    time = np.arange(round(seconds * FRAME_RATE)) / FRAME_RATE
    found = np.zeros((len(time), BANDS), dtype=np.float32)
    for band, struck in enumerate(pattern):
        for at in np.arange(-8 * eighth, seconds, 8 * eighth) + start:
            for place in struck:
                found[:, band] += 8.0 * np.maximum(1.0 - np.abs(time - at - place * eighth) * FRAME_RATE / 2, 0.0)
    return found


def alike(one, other):
    return float(rhythm_vector(one) @ rhythm_vector(other))


def test_length_and_shape():
    vector = rhythm_vector(strength(ROCK, 120))
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("pattern", [ROCK, TRESILLO])
@pytest.mark.parametrize("bpm", [92, 108, 132, 150])
def test_another_tempo_is_nearer_than_another_rhythm(pattern, bpm):
    (other,) = {ROCK, TRESILLO} - {pattern}
    same = alike(strength(pattern, 120), strength(pattern, bpm, start=0.3))
    assert same > 0.9
    assert same > alike(strength(pattern, 120), strength(other, 120)) + 0.05


def test_where_it_begins_matters_little():
    assert alike(strength(ROCK, 120), strength(ROCK, 120, start=0.7)) > 0.99


def test_how_loud_it_is_matters_nothing():
    assert alike(strength(ROCK, 120), 0.25 * strength(ROCK, 120)) == pytest.approx(1.0, abs=1e-5)


def test_a_click_train_repeats_at_its_period():
    curves = autocorrelation(strength(((0, 2, 4, 6),) * 3, 120))
    assert curves[0] == pytest.approx(1.0)
    assert curves[round(0.5 * FRAME_RATE), 0] > 0.9
    assert curves[round(0.25 * FRAME_RATE), 0] < 0.0


@pytest.mark.parametrize("frames", [1, 10, 3000])
def test_silence_says_nothing(frames):
    assert not rhythm_vector(np.zeros((frames, BANDS), dtype=np.float32)).any()
