"""What counts as found in a recording."""

import numpy as np

from descant.alignment.practice import EXTRA, LATE, MISSED, Finding, practised
from descant.evaluation.follow import practice_heard
from descant.evaluation.follow.practice_heard import _counted, played
from descant.evaluation.follow.take_errors import Error, Spoiled, spoiled
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import Request
from descant.types import Notes
from tests.evaluation.follow.made import take


def test_extra_notes_are_known_by_pitch_and_time_and_others_by_the_page():
    heard = Notes([0.0, 1.03, 2.0], [0.5, 1.5, 2.5], [60, 70, 70], [80, 80, 80])
    nothing = np.zeros(0, dtype=int)
    errors = (Error(EXTRA, played=0), Error(MISSED, 5), Error(LATE, 9, 3))
    one = Spoiled(np.array([1.0]), np.array([70]), np.array([80]), errors, nothing, nothing)
    found = [
        Finding(EXTRA, 0, 0, played=1),
        Finding(EXTRA, 0, 0, played=2),
        Finding(MISSED, 0, 0, 5),
        Finding(LATE, 0, 0, 8),
    ]
    assert _counted(EXTRA, found, heard, one) == (1, 2, 1)
    assert _counted(MISSED, found, heard, one) == (1, 1, 1)
    assert _counted(LATE, found, heard, one) == (0, 1, 1)


def test_spoiled_notes_have_ends():
    one = take()
    notes = played(one, spoiled(one, 0.02))
    assert (notes.offset > notes.onset).all()
    for pitch in np.unique(notes.pitch):
        mine = notes.pitch == pitch
        assert (notes.offset[mine][:-1] <= notes.onset[mine][1:]).all()


def test_the_systems_stand_beside_each_other(monkeypatch):
    one = take()
    monkeypatch.setattr(practice_heard, "made_up", lambda _: iter([one]))
    monkeypatch.setattr(practice_heard, "rendered", lambda notes, *_: notes)

    def perfect(_, notes):
        return notes, practised(one.page, notes.onset, notes.pitch, notes.velocity).findings

    monkeypatch.setattr(practice_heard, "SYSTEMS", {"heard well": perfect})
    found = list(practice_heard.TASK.measure(Request("valid", None, [], lambda _: None)))
    rows = rows_beside(found, {"practice heard": practice_heard.TASK.baseline}, practice_heard.TASK.pooled)
    values = {row["metric"]: row["value"] for row in rows}
    assert values["missed F-measure"] == values["extra F-measure"] == 1.0
