"""Timbre whatever the level: rows of cepstra that we made, and sounds."""

import numpy as np
import pytest

from descant.description.single_gaussian import DIMENSIONS, single_gaussian, timbre_vector
from descant.features.timbre import COEFFICIENTS
from descant.types import Audio

RATE = 22_050


def rows(seed, count=100):
    rng = np.random.default_rng(seed)
    found = rng.normal(rng.normal(0, 20, COEFFICIENTS), np.abs(rng.normal(0, 5, COEFFICIENTS)), (count, COEFFICIENTS))
    return np.column_stack([np.full(count, -30.0), found]).astype(np.float32)


def test_a_gaussian_by_hand():
    cepstra = np.zeros((2, 1 + COEFFICIENTS), dtype=np.float32)
    cepstra[:, 0] = -20.0
    cepstra[:, 1], cepstra[:, 2] = (1.0, 3.0), (4.0, -4.0)  # means 2 and 0, variances 1 and 16, covariance -4
    vector = timbre_vector(cepstra)
    pairs = dict(zip(zip(*np.triu_indices(COEFFICIENTS), strict=True), vector[COEFFICIENTS:], strict=True))
    told = np.array([vector[0], vector[1], pairs[0, 0], pairs[0, 1], pairs[1, 1]])
    np.testing.assert_allclose(told * np.sqrt(25.0), [2.0, 0.0, 1.0, -2.0, 4.0], atol=1e-5)


def test_order_and_level_do_not_matter():
    one = rows(1)
    np.testing.assert_allclose(timbre_vector(one[::-1]), timbre_vector(one), atol=1e-5)
    louder = one + np.eye(1 + COEFFICIENTS, dtype=np.float32)[0] * 12
    np.testing.assert_allclose(timbre_vector(louder), timbre_vector(one), atol=1e-5)


def test_silence_at_the_ends_does_not_matter():
    one = rows(2)
    silence = np.zeros((40, 1 + COEFFICIENTS), dtype=np.float32)
    silence[:, 0] = -80.0
    np.testing.assert_allclose(timbre_vector(np.concatenate([silence, one, silence])), timbre_vector(one), atol=1e-6)


def test_a_tone_is_nearer_to_a_softer_one_than_to_noise():
    time = np.arange(6 * RATE) / RATE
    beaten = 0.5 + 0.5 * np.sin(2 * np.pi * 2 * time)
    tone = (beaten * sum(np.sin(2 * np.pi * 220 * n * time) / n for n in range(1, 8)) / 4).astype(np.float32)
    noise = (0.2 * beaten * np.random.default_rng(0).standard_normal(len(time))).clip(-1, 1).astype(np.float32)
    loud, soft, other = (single_gaussian(Audio(one, RATE)) for one in (tone, 0.2 * tone, noise))
    assert loud.space == "timbre"
    assert loud.similarity(soft) > 0.98
    assert loud.similarity(other) < 0.8


@pytest.mark.parametrize("count", [0, 1, 50])
def test_silence_says_nothing(count):
    cepstra = np.zeros((count, 1 + COEFFICIENTS), dtype=np.float32)
    cepstra[:, 0] = -80.0
    vector = timbre_vector(cepstra)
    assert vector.shape == (DIMENSIONS,)
    assert not vector.any()
