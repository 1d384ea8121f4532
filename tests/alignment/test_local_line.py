import numpy as np
import pytest

from descant.alignment.local_line import bisquare, lines

AWAY = np.array([[-2.0, -1.0, 1.0, 2.0]])


def test_each_row_has_its_own_line():
    value = np.array([[1.0, 2.0, 4.0, 5.0], [7.0, 7.0, 7.0, 7.0]])
    at, slope = lines(AWAY, value, np.ones((2, 4)))
    assert at == pytest.approx([3.0, 7.0])
    assert slope == pytest.approx([1.0, 0.0])


def test_what_weighs_nothing_is_not_looked_at():
    at, slope = lines(AWAY, np.array([[1.0, 2.0, 4.0, 500.0]]), np.array([[1.0, 1.0, 1.0, 0.0]]))
    assert (at[0], slope[0]) == pytest.approx((3.0, 1.0))


def test_one_neighbour_makes_a_level_line_and_none_a_line_at_0():
    weight = np.array([[0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    at, slope = lines(AWAY, np.full((2, 4), 6.0), weight)
    assert at.tolist() == [6.0, 0.0]
    assert slope.tolist() == [0.0, 0.0]


def test_neighbours_count_less_the_farther_off_they_are():
    found = bisquare(np.array([[0.0, 4.5, 9.0, 20.0]]), np.array([2.0]))
    assert found.tolist() == [[1.0, 0.5625, 0.0, 0.0]]
