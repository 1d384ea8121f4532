"""What is drawn from odds: cooled, but moving on."""

import numpy as np
import pytest

from descant.composition.music_transformer import MOVING, cooled

ODDS = np.log(np.array([[0.5, 0.3, 0.15, 0.05], [0.1, 0.6, 0.2, 0.1]]))


def shares(logits):
    odds = np.exp(logits)
    return odds / odds.sum(axis=-1, keepdims=True)


def test_at_a_temperature_of_one_nothing_changes():
    assert shares(cooled(ODDS, np.array([0, 3]), 1.0)) == pytest.approx(np.exp(ODDS))


def test_what_is_likely_grows_likelier():
    """Of what moves, by the power of one over the temperature."""
    found = shares(cooled(ODDS, np.array([3, 3]), 0.5))
    assert found[0, :3] / found[0, 0] == pytest.approx((np.exp(ODDS[0, :3]) / 0.5) ** 2)
    assert found[0, 0] > 0.5


def test_what_is_held_on_is_made_a_little_less_likely():
    held, none = (shares(cooled(ODDS, np.array(held), 0.5)) for held in ([0, 1], [-1, -1]))
    for row, at in ((0, 0), (1, 1)):
        odds = held[row, at] / (1 - held[row, at]) / (none[row, at] / (1 - none[row, at]))
        assert odds == pytest.approx(np.exp(-MOVING / 2))
