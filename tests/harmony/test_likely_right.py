"""Scaled probabilities, by hand."""

import numpy as np
import pytest

from descant.harmony.likely_right import likely_right


def test_no_scaling_changes_nothing():
    share = np.array([0.2, 0.5, 0.9])
    assert likely_right(share, 1.0, 0.0) == pytest.approx(share)


def test_log_odds_are_scaled_and_moved():
    assert likely_right(np.array([0.5, 0.8]), 2.0, np.log(3)) == pytest.approx([3 / 4, 48 / 49])


def test_it_rises_and_is_never_certain():
    found = likely_right(np.array([0.0, 0.2, 0.5, 0.9, 1.0]), 1.12, -1.63)
    assert np.all(np.diff(found) > 0)
    assert found[0] > 0
    assert found[-1] < 1
