import pytest

from descant.errors import InvalidValueError
from descant.types import Alignment, Position


def test_an_alignment_reads_both_ways():
    alignment = Alignment([1.0, 2.0, 4.0], [0.0, 2.0, 3.0])
    assert alignment.quarters([0.0, 1.5, 3.0, 9.0]).tolist() == [0.0, 1.0, 2.5, 3.0]
    assert alignment.seconds([0.0, 1.0, 2.5, 9.0]).tolist() == [1.0, 1.5, 3.0, 4.0]


def test_a_place_that_is_played_again_is_told_when_it_is_first_reached():
    alignment = Alignment([0.0, 4.0, 4.1, 8.0, 9.0], [0.0, 4.0, 0.0, 4.0, 5.0])
    assert alignment.seconds(2.0) == 2.0
    assert alignment.seconds(5.0) == 9.0


@pytest.mark.parametrize(
    ("time", "quarter"),
    [([0.0, 0.0], [0.0, 1.0]), ([-1.0], [0.0]), ([0.0], [-1.0]), ([0.0], [0.0, 1.0]), ([0.0], [float("nan")])],
    ids=["twice", "before the beginning", "before the score", "too many", "no number"],
)
def test_an_alignment_refuses(time, quarter):
    with pytest.raises(InvalidValueError):
        Alignment(time, quarter)


def test_a_position_has_a_state_that_is_known():
    with pytest.raises(InvalidValueError, match="waiting, following, lost, ended"):
        Position(0.0, 0.0, 1.0, "asleep")
