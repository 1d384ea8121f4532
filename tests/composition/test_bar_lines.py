"""Bars on a grid of ticks."""

import pytest

from descant.composition.bar_lines import METERS, bar_lines, bar_ticks
from descant.errors import InvalidValueError


def bars(meters, last):
    found = bar_lines(meters, last)
    return list(zip(found.start.tolist(), found.meter, strict=True)), found.rewritten


def test_every_metre_up_to_eight_quarters_in_thirty_seconds():
    assert len(METERS) == len(set(METERS)) == 2 + 4 + 8 + 16 + 32 + 64
    assert {bar_ticks(one) for one in METERS} == set(range(3, 193, 3))
    assert bar_ticks((11, 16)) == 66


def test_bars_follow_one_another_up_to_the_last_place():
    assert bars([(0, 3, 4)], 0) == ([(0, (3, 4))], 0)
    assert bars([(0, 3, 4)], 71)[0] == [(0, (3, 4))]
    assert bars([(0, 3, 4)], 72)[0] == [(0, (3, 4)), (72, (3, 4))]
    assert bars([(0, 3, 4), (3, 11, 16)], 72 + 66)[0] == [(0, (3, 4)), (72, (11, 16)), (138, (11, 16))]


def test_a_bar_that_is_cut_short_has_the_metre_of_its_length():
    assert bars([(0, 4, 4), (6, 3, 4)], 150) == ([(0, (4, 4)), (96, (2, 4)), (144, (3, 4))], 0)
    assert bars([(0, 4, 4), (0.375, 4, 4)], 10) == ([(0, (3, 32)), (9, (4, 4))], 0)
    assert bars([(0, 4, 4), (1, 4, 4)], 24) == ([(0, (1, 4)), (24, (4, 4))], 0)


def test_a_metre_that_is_only_repeated_makes_no_bar():
    assert bars([(0, 4, 4), (8, 4, 4), (400, 4, 4)], 10) == ([(0, (4, 4))], 0)


def test_a_metre_after_the_last_note_makes_its_bar():
    assert bars([(0, 4, 4), (4, 3, 4)], 10)[0] == [(0, (4, 4)), (96, (3, 4))]


def test_what_is_assumed_or_moved_is_counted():
    assert bars([], 0) == ([(0, (4, 4))], 1)
    assert bars([(4, 3, 4)], 96) == ([(0, (4, 4)), (96, (3, 4))], 1)
    assert bars([(0, 4, 4), (1.01, 4, 4)], 30) == ([(0, (1, 4)), (24, (4, 4))], 1)
    assert bars([(0, 4, 4), (7 / 24, 4, 4)], 30) == ([(0, (1, 16)), (6, (4, 4))], 1)  # 7 ticks are no thirty-seconds
    assert bars([(0, 4, 4), (0.01, 3, 4)], 30) == ([(0, (3, 4))], 2)
    assert bars([(0, 6, 64)], 0) == ([(0, (3, 32))], 1)


def test_a_bar_that_is_too_long_is_several():
    assert bars([(0, 12, 4)], 150) == ([(0, (6, 4)), (144, (6, 4))], 1)
    assert bars([(0, 9, 4)], 0) == ([(0, (9, 8))], 1)
    assert bars([(0, 5, 2)], 0) == ([(0, (5, 4))], 1)
    assert bars([(0, 3, 1), (12, 4, 4)], 288) == ([(0, (6, 4)), (144, (6, 4)), (288, (4, 4))], 1)


def test_a_bar_that_is_no_number_of_thirty_seconds_is_refused():
    with pytest.raises(InvalidValueError, match="a bar of 5/64 is no whole number of thirty-seconds"):
        bars([(0, 5, 64)], 0)
