"""Cents of a tune, held against what is true."""

import numpy as np
import pytest

from descant.evaluation.follow import singing
from descant.evaluation.follow.singing import EVEN, SINGING, SungTune
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import Request
from tests.alignment.test_singing import contour, page


def test_both_systems_beside_each_other(monkeypatch):
    one = page()
    cents = np.zeros(16)
    cents[2], cents[9] = 60, -70
    waits = np.where(one.notes.onset >= 8, 1.5, 0.0)  # the singer waits, so that an even score does not fit
    tune = SungTune("one", one, contour(one, cents=cents - 300, waits=waits), cents, -3)
    monkeypatch.setattr(singing, "tunes", lambda *_: iter([tune]))
    found = list(singing.TASK.measure(Request("valid", None, [], lambda _: None)))
    rows = rows_beside(found, {"singing": singing.TASK.baseline}, singing.TASK.pooled)
    values = {(row["system"], row["metric"]): row["value"] for row in rows}
    assert values[SINGING, "mean_cents"] < 8
    assert values[SINGING, "flat and sharp F-measure"] == values[SINGING, "keys found"] == 1.0
    assert values[EVEN, "mean_cents"] > 3 * values[SINGING, "mean_cents"]
    assert values[SINGING, "notes told"] == 1.0


def test_errors_are_counted_up_to_a_semitone():
    group = [singing.Measured("singing", "x", "y", None, "z", {}, (np.array([500.0, np.nan]), np.zeros(2), True))]
    assert singing.pooled(group)["mean_cents"] == (pytest.approx(100.0), 1)
    assert singing.pooled(group)["notes told"] == (0.5, 2)
