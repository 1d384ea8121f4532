import numpy as np
import pytest

from descant.evaluation.follow import symbolic
from descant.evaluation.follow.dynamic_matcher import DynamicMatcher
from descant.evaluation.measured import Measured
from descant.evaluation.task import PieceSet, Request
from tests.evaluation.follow.made import performance


def test_errors_in_ms():
    found = symbolic.in_ms(np.array([10.0, 30.0, 80.0, 400.0]))
    assert found == {
        "mean_ms": 130.0,
        "median_ms": 55.0,
        "within_25_ms": 0.25,
        "within_50_ms": 0.5,
        "within_100_ms": 0.75,
        "within_200_ms": 0.75,
    }


def test_a_place_is_reached_when_it_is_first_said_and_what_never_is_at_the_end():
    said, time = [0.0, 1.0, 0.0, 2.5, 2.0], np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert symbolic.reached(said, time, np.array([0.0, 1.0, 2.0, 9.0])).tolist() == [1.0, 2.0, 4.0, 5.0]


def test_only_places_where_notes_begin_are_asked_for():
    piece = performance(8)
    piece = type(piece)(**{**vars(piece), "quarter": np.array([0.0, 0.25, 0.5]), "second": np.array([1.0, 1.15, 1.3])})
    assert symbolic.with_notes(piece).tolist() == [0.0, 0.5]


def test_what_is_played_as_written_is_reached_when_it_is_played():
    piece = performance(40)
    asked = symbolic.with_notes(piece)
    found = symbolic.reached_by_all(piece, asked)
    assert found["symbolic_follower"] == pytest.approx(piece.second)
    assert np.abs(found["steady tempo"] - piece.second).max() == pytest.approx(0.1 * 39.5)  # 0.5 s a quarter, not 0.6


def test_the_baseline_counts_matches_and_passes_by_what_is_left_out():
    piece = performance(40)
    follower = DynamicMatcher(piece.written)
    notes = zip(piece.take.onset.tolist(), piece.take.pitch.tolist(), piece.written.onset.tolist(), strict=True)
    kept = [one for one in notes if one[2] not in (3.0, 10.5, 11.0)]
    off = [abs(follower.push(time, pitch).quarter - quarter) for time, pitch, quarter in kept]
    assert np.mean(np.array(off) <= 0.5) > 0.95
    assert off[-1] == 0.0


def test_figures_are_of_all_places_together(monkeypatch):
    sets = (PieceSet("made", lambda _: iter([performance(20), performance(30, seed=1)])),)
    monkeypatch.setattr(symbolic, "SETS", sets)
    found = list(symbolic.measure(Request("test", None, [], lambda _: None)))
    mine = [one for one in found if one.system == "symbolic_follower"]
    assert [len(one.raw) for one in mine] == [40, 60]
    assert symbolic.pooled(mine)["mean_ms"] == (pytest.approx(0.0, abs=1e-6), 100)
    two = [Measured("", "", "", None, "", {}, np.array(row)) for row in ([0.0, 90.0], [30.0])]
    assert symbolic.pooled(two)["mean_ms"] == (pytest.approx(40.0), 3)
