"""The task on a piece made here: what counts as right."""

import numpy as np
import pytest

from descant.datasets.jsb import read_grid
from descant.evaluation.harmony import tune
from descant.evaluation.harmony.tune import HEADLINE, PieceSet, Tuned, of_score, rates
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import Request
from descant.types import Notes


def piece():
    onset = np.array([0.0, 0.0, 1.0, 1.0, 2.0])
    notes = Notes(onset, onset + 1, [48, 72, 48, 74, 60], np.full(5, 64))
    return Tuned("one", notes, np.array([False, True, False, True, False]))


def test_rates_by_hand():
    found = rates(piece(), np.array([False, True, True, False, True]))
    assert found["Precision_no_offset"] == pytest.approx(1 / 3)
    assert found["Recall_no_offset"] == 0.5
    assert found[HEADLINE] == pytest.approx(0.4)
    assert rates(piece(), np.zeros(5, dtype=bool))[HEADLINE] == 0.0


def test_the_soprano_is_the_tune():
    found = of_score(read_grid("x", np.array([[72, 60, 55, 48]] * 4 + [[74, 62, 55, 47]] * 4)))
    assert found.notes.pitch[found.tune].tolist() == [72, 74]
    assert found.notes.onset[found.tune].tolist() == [0.0, 0.5]


def test_systems_beside_the_skyline(monkeypatch):
    monkeypatch.setattr(tune, "SETS", (PieceSet("made", lambda _: iter([piece()])),))
    monkeypatch.setattr(
        tune, "PICKERS", {"all": lambda notes: notes.pitch > 0, "skyline": lambda notes: notes.pitch > 70}
    )
    request = Request("valid", None, [], lambda _: None)
    rows = rows_beside(list(tune.TASK.measure(request)), {"tune": tune.TASK.baseline}, tune.TASK.pooled)
    values = {(row["system"], row["metric"]): (row["value"], row["baseline"]) for row in rows}
    assert values["skyline", HEADLINE] == (1.0, None)
    assert values["all", HEADLINE] == (pytest.approx(2 * 0.4 / 1.4), 1.0)


def test_missing_data_is_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    request = Request("valid", None, [], lambda _: None)
    assert list(tune.TASK.measure(request)) == []
    assert [line.partition(" is left out")[0] for line in request.left_out] == [
        "tune: pop909",
        "tune: openscore_lieder",
        "tune: jsb",
    ]
