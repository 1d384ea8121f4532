"""Which notes are the melody."""

import numpy as np
import pytest

from descant.evaluation.transcribe import desk as desks
from descant.evaluation.transcribe import melody
from tests.evaluation.transcribe.pages import desk


def picked(monkeypatch, chosen, true):
    monkeypatch.setattr(desks, "PICKERS", {"system": lambda notes: np.array(chosen, dtype=bool)})
    return melody.measure(desk(melody=None if true is None else np.array(true, dtype=bool)), "system")


def test_half_of_what_is_chosen_is_right(monkeypatch):
    found = picked(monkeypatch, [1, 1, 0, 1, 0, 1], [1, 0, 0, 1, 1, 0])
    assert found["Precision_no_offset"] == pytest.approx(2 / 4)
    assert found["Recall_no_offset"] == pytest.approx(2 / 3)
    assert found["F-measure_no_offset"] == pytest.approx(4 / 7)


def test_nothing_chosen_and_nothing_known(monkeypatch):
    assert set(picked(monkeypatch, [0] * 6, [1] * 6).values()) == {0.0}
    assert picked(monkeypatch, [1] * 6, None) == {}
