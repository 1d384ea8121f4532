"""The task on a piece made here: what counts as found."""

import numpy as np
import pytest

from descant.evaluation.harmony import cadence
from descant.evaluation.harmony.cadence import Phrased, PieceSet, hits
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import Request
from descant.harmony.cadences import page_of
from tests.harmony.test_cadences import DOMINANT, SECOND, TONIC, numerals, score


def pieces(_split):
    page = page_of(score((TONIC, 4), (SECOND, 4), (DOMINANT, 4), (TONIC, 2), (TONIC, 4), (DOMINANT, 4), (TONIC, 4)))
    yield Phrased("one", page, numerals("I", "ii", "V7", "I", "vi", "V", "I"), np.array([12.0, 24.0]))


@pytest.fixture
def request_():
    return Request("valid", None, [], lambda _: None)


def test_both_systems_beside_each_other(monkeypatch, request_):
    monkeypatch.setattr(cadence, "SETS", (PieceSet("made", pieces),))
    found = list(cadence.TASK.measure(request_))
    rows = rows_beside(found, {"cadence": cadence.TASK.baseline}, cadence.TASK.pooled)
    values = {(row["system"], row["metric"]): row["value"] for row in rows}
    assert values["cadences", "F-measure"] == 1.0
    assert values["every close", "Precision"] == pytest.approx(2 / 3)
    assert values["every close", "Recall"] == 1.0
    assert {(row["data"], row["n"]) for row in rows} == {("made/valid", 2)}


def test_each_end_counts_once():
    true, beat = np.array([4.0, 8.0]), np.ones(3)
    assert hits(np.array([3.5, 4.5, 20.0]), true, beat) == 1
    assert hits(np.array([5.0, 7.0]), true, beat[:2]) == 2
    assert hits(np.zeros(0), true, beat[:0]) == 0


def test_missing_data_is_told_of(monkeypatch, tmp_path, request_):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    assert list(cadence.TASK.measure(request_)) == []
    assert [line.partition(" is left out")[0] for line in request_.left_out] == [
        "cadence: dcml_abc",
        "cadence: when_in_rome chorales",
    ]
