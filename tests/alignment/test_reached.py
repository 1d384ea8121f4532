"""When onsets were reached: by hand."""

import numpy as np
import pytest

from descant.alignment.reached import Reached
from descant.types.alignment import LOST, WAITING, Position

ONSETS = np.arange(0.0, 17.0)


def way(*rows, onsets=ONSETS):
    reached = Reached(onsets)
    for time, quarter, *state in rows:
        reached.push(Position(time, quarter, 0.5, *state))
    found = reached.alignment()
    return list(zip(found.time.tolist(), found.quarter.tolist(), strict=True))


def test_onsets_that_are_passed_come_between():
    assert way((0.0, 0.0), (1.0, 0.5), (2.0, 1.5), (3.0, 2.0)) == [(0.0, 0.0), (1.5, 1.0), (3.0, 2.0)]


def test_a_place_that_waits_and_trembles_is_reached_when_it_is_passed():
    found = way((0.0, 0.0), (1.0, 0.9), (2.0, 0.9), (3.0, 1.1), (4.0, 0.8), (5.0, 1.2), (6.0, 2.1))
    assert found[0] == (0.0, 0.0)
    assert found[1] == (pytest.approx(2.5), 1.0)
    assert found[2][1] == 2.0
    assert found[3] == (6.0, 2.1)
    assert len(found) == 4


def test_jumps_have_two_rows():
    assert way((0.0, 7.5), (0.1, 8.0), (0.2, 8.1), (0.3, 4.1), (1.3, 5.1)) == [
        (0.0, 7.5),
        (0.1, 8.0),
        (0.2, 8.1),
        (0.3, 4.1),
        (pytest.approx(1.2), 5.0),
        (1.3, 5.1),
    ]
    assert way((0.0, 1.0), (0.1, 9.0)) == [(0.0, 1.0), (0.1, 9.0)]


def test_what_is_not_followed_is_left_out():
    assert way((0.0, 0.0, WAITING), (1.0, 0.0), (2.0, 1.0), (3.0, 1.0, LOST), (4.0, 2.0)) == [
        (1.0, 0.0),
        (2.0, 1.0),
        (4.0, 2.0),
    ]
    assert way((0.0, 0.0, WAITING), (1.0, 0.0, LOST)) == []


def test_a_moment_that_is_told_twice_counts_once():
    assert way((0.0, 0.0), (1.0, 1.0), (1.0, 2.0), (2.0, 2.0)) == [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]
