import pytest

from descant.alignment.symbolic_follower import SymbolicFollower
from descant.evaluation.follow import symbolic_recovery as recovery
from descant.evaluation.follow.dynamic_matcher import DynamicMatcher
from descant.evaluation.measured import Measured
from descant.types import Position
from tests.evaluation.follow.made import performance


class Still:
    """Says that it is at the beginning."""

    def __init__(self, written):
        pass

    def push(self, time, pitch):
        return Position(time, 0.0, 1.0)


def test_the_follower_recovers_and_one_that_stands_still_does_not():
    piece, other = performance(120), performance(60, seed=5)
    found = recovery.disturbed(piece, other, SymbolicFollower)
    assert found["false alarms"] == found["as played: lost"] == 0.0
    assert found["as played: within a quarter"] == 1.0
    for kind in ("skip", "repeat", "another piece"):
        assert found[f"{kind}: not recovered"] == 0.0
        assert found[f"{kind}: seconds to recover"] < 3.0
    assert found["pause: seconds to recover"] == pytest.approx(0.0)
    assert found["missed notes: within a quarter"] == 1.0
    assert found["another piece: lost"] > 0.9
    still = recovery.disturbed(piece, other, Still)
    assert still["skip: not recovered"] == still["pause: not recovered"] == 1.0
    assert still["skip: seconds to recover"] > 20.0
    assert still["another piece: lost"] == 0.0


def test_the_baseline_does_not_find_a_far_place():
    piece = performance(120)
    assert recovery.disturbed(piece, None, DynamicMatcher)["skip: not recovered"] == 1.0


def test_figures_over_performances():
    rows = [
        Measured("", "", "", None, "", {"skip: seconds to recover": seconds, "false alarms": alarms, "hours": 0.5})
        for seconds, alarms in ((1.0, 0.0), (2.0, 1.0), (9.0, 2.0))
    ]
    assert recovery.pooled(rows) == {
        "false alarms an hour": (2.0, 3),
        "skip: seconds to recover": (4.0, 3),
        "skip: seconds to recover, median": (2.0, 3),
        "skip: seconds to recover, worst": (9.0, 3),
    }
