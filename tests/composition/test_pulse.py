"""Beats by eye."""

import pytest

from descant.composition.pulse import LENGTHS, Pulse


def test_quarters():
    found = Pulse.of_quarters(10)
    assert found.level.tolist() == [0, 2, 1, 2, 0, 2, 1, 2, 0, 2]
    assert found.step.tolist() == list(range(10))


def test_a_piece_that_begins_off_the_beat():
    found = Pulse.of_quarters(7, 2)
    assert found.level.tolist() == [1, 2, 0, 2, 1, 2, 0]
    assert found.step.tolist() == [2, 3, 4, 5, 6, 7, 8]


def test_dotted_quarters():
    """Two beats of 6/8 after an upbeat of an eighth: each counts as one."""
    found = Pulse.of_bars([((6, 6), 10, 12), ((6, 6), 0, 12)])
    assert found.level.tolist() == [1, 2, *([0, 2, 2, 2, 1, 2] * 2)]
    assert found.step.tolist() == [2, 3, 4, 5, 6, 7, 6, 7, 8, 9, 10, 11, 10, 11]


def test_halves_and_mixed_beats():
    found = Pulse.of_bars([((8,), 0, 8), ((4, 6), 0, 10)])
    assert [at for at, level in enumerate(found.level.tolist()) if level == 0] == [0, 8, 12]
    assert found.level[4] == 1
    assert found.step.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 15]


@pytest.mark.parametrize("length", LENGTHS)
def test_every_beat_begins_where_the_model_counts_one(length):
    found = Pulse.of_bars([((length,) * 3, 0, 3 * length)])
    assert len(found.level) == len(found.step) == 3 * length
    assert (found.step[found.level == 0] % 4 == 0).all()
    assert (found.step[found.level == 1] % 2 == 0).all()
