"""Errors put into a take made here: what is counted as found, by each system."""

import numpy as np
import pytest

from descant.alignment.practice import EXTRA, MISSED, REPEATED, SKIPPED, WRONG, Finding
from descant.evaluation.follow import note_matching, practice
from descant.evaluation.follow.edit_distance import edits
from descant.evaluation.follow.practice import EDITS, PRACTICE, counted
from descant.evaluation.follow.take_errors import Error
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import PieceSet, Request
from tests.evaluation.follow.made import take


def test_what_counts_as_found():
    errors = [Error(WRONG, 3, 7), Error(MISSED, 4), Error(SKIPPED, quarter=4.0, until=8.0)]
    found = [Finding(WRONG, 1, 1, 3, 7), Finding(WRONG, 1, 1, 5, 9), Finding(MISSED, 2, 2, 6), Finding(SKIPPED, 4, 7)]
    assert counted(WRONG, found, errors) == (1, 2, 1)
    assert counted(MISSED, found, errors) == (0, 1, 1)
    assert counted(SKIPPED, found, errors) == (1, 1, 1)
    assert counted(SKIPPED, [Finding(SKIPPED, 7, 12)], errors) == (0, 1, 1)


def test_the_plain_edit_distance():
    one = take()
    found, score = edits(one.page, one.onset, one.pitch, one.velocity)
    assert not {WRONG, MISSED, EXTRA, SKIPPED, REPEATED} & {x.kind for x in found}
    assert score == 100
    kept = np.arange(len(one.onset)) != 40
    found, _ = edits(one.page, one.onset[kept], one.pitch[kept], one.velocity[kept])
    assert [x.note for x in found if x.kind == MISSED] == [one.answers[40]]


@pytest.fixture
def request_():
    return Request("valid", None, [], lambda _: None)


def test_both_systems_beside_each_other(monkeypatch, request_):
    made = PieceSet("made", lambda _: iter([take(1), take(2)]))
    for module in (practice, note_matching):
        monkeypatch.setattr(module, "SETS", (made,))
    rows = rows_beside(list(practice.TASK.measure(request_)), {"practice": EDITS}, practice.TASK.pooled)
    values = {(row["system"], row["metric"]): row["value"] for row in rows}
    for kind in (WRONG, MISSED, EXTRA, REPEATED, SKIPPED):
        assert values[PRACTICE, f"{kind} F-measure"] > 0.9
    assert values[PRACTICE, "mean F-measure"] > values[EDITS, "mean F-measure"]
    assert values[PRACTICE, practice.RANKED] > 0.9
    rows = rows_beside(list(note_matching.TASK.measure(request_)), {"note matching": EDITS}, note_matching.TASK.pooled)
    values = {(row["system"], row["data"], row["metric"]): row["value"] for row in rows}
    assert values["note matching", "made/valid", "F-measure"] == 1.0
    assert values["note matching", "made/valid, with errors", "F-measure"] > 0.98
