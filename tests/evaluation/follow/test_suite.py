"""The suite on a performance made here."""

import json

import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation.follow import symbolic
from descant.evaluation.follow.suite import TASKS, evaluate
from descant.evaluation.rows import FIELDS, json_lines
from descant.evaluation.task import PieceSet
from tests.evaluation.follow.made import performance


def test_every_follower_has_its_milliseconds_beside_a_steady_tempo(monkeypatch):
    made = PieceSet("made", lambda _: iter([performance(40), performance(20, seed=1)]))
    monkeypatch.setattr(symbolic, "SETS", (made,))
    report = evaluate(count=1, tasks=["symbolic following"])
    assert all(tuple(row) == FIELDS for row in report.rows)
    found = {(row["system"], row["metric"]): row for row in map(json.loads, json_lines(report.rows).splitlines())}
    row = found["symbolic_follower", "mean_ms"]
    assert (row["data"], row["value"], row["n"]) == ("made/test", 0.0, 80)
    assert row["baseline"] == found["steady tempo", "mean_ms"]["value"] == 1975.0  # 0.6 s a quarter against 0.5 s
    told = {(one["id"], one["system"]): one["value"] for one in report.items}
    assert told["made 0", "symbolic_follower"] == pytest.approx(0.0, abs=1e-6)
    assert {name for name, _ in told} == {"made 0"}


def test_missing_data_is_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    report = evaluate()
    assert report.rows == []
    assert all(" is left out: " in line for line in report.left_out)
    assert {line.partition(": ")[0] for line in report.left_out} == set(TASKS)


def test_refuses_what_is_not_known():
    with pytest.raises(UnknownTransformError, match=r"choose from .*, page turn, note matching"):
        evaluate(tasks=["rhythm"])
    with pytest.raises(MissingDataError, match="test, valid"):
        evaluate("train")
