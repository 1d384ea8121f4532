"""The coefficient of inhomogeneity, by hand and over many draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.evaluation.compose.energy_statistics import inhomogeneity

SAMPLES = st.lists(st.integers(-20, 20), min_size=2, max_size=8).map(lambda one: np.array(one, dtype=np.float64))


def test_by_hand():
    # Between: (2 + 3 + 1 + 2) / 4 = 2; within each: 1.
    assert inhomogeneity(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == pytest.approx(1 - 2 / 4)


def test_nothing_in_common_and_nothing_different():
    assert inhomogeneity(np.zeros(3), np.ones(2)) == 1.0
    assert inhomogeneity(np.zeros(3), np.zeros(2)) == 0.0
    assert inhomogeneity(np.zeros(1), np.ones(1)) == 1.0


def test_small_samples_of_one_distribution_are_no_farther_apart():
    rng = np.random.default_rng(0)
    found = [inhomogeneity(rng.exponential(size=5), rng.exponential(size=80)) for _ in range(2000)]
    assert np.mean(found) == pytest.approx(0.0, abs=0.02)
    assert np.mean([inhomogeneity(rng.exponential(size=5) + 1, rng.exponential(size=80)) for _ in range(500)]) > 0.2


@given(SAMPLES, SAMPLES, st.sampled_from([0.5, 2.0, -3.0]), st.integers(-9, 9))
def test_no_unit_no_scale_and_either_way(one, other, scale, offset):
    found = inhomogeneity(one, other)
    assert found <= 1.0
    assert inhomogeneity(other, one) == pytest.approx(found)
    assert inhomogeneity(scale * one + offset, scale * other + offset) == pytest.approx(found)
