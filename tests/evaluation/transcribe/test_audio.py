"""Heard and placed."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.transcribe import audio
from descant.evaluation.transcribe import desk as desks
from descant.transcription.notation.notated import Notated
from descant.types import Beats, Notes
from tests.evaluation.transcribe.pages import WRITTEN, desk, played, true_page, waltz

BEATS = Beats([0.0, 1.0], [3, 1])


def test_notes_answer_each_other():
    heard = Notes([0.04, 1.0, 1.06, 3.0], [0.5, 1.5, 1.5, 3.5], [62, 55, 66, 70], [80] * 4)
    assert audio.found(played(), heard).tolist() == [[0, 0], [1, 1]]  # 66 is too late, 70 is no A4
    assert audio.found(played(), Notes([], [], [], [])).shape == (0, 2)


def test_a_note_counts_once_it_is_heard_and_placed(monkeypatch):
    heard = Notes([0.0, 1.0, 2.0], [0.5, 1.5, 2.5], [62, 66, 50], [80] * 3)  # two are right, one is no note
    given = []

    def system(notes, beats):
        given.append(beats)
        return Notated(waltz(), WRITTEN if len(notes) == 6 else (4, 2, 1))  # the D stands where the first A4 should

    monkeypatch.setattr(desks, "COPYISTS", {"system": system})
    place = desk(sound=object())
    place._known["", "heard"] = heard, BEATS
    found = audio.measure(place, "system")
    assert given == [BEATS, BEATS]
    assert found["F-measure_no_offset"] == pytest.approx(2 * 2 / 9)
    assert found["onset-in-measure from true notes"] == 1.0
    # D4 stands on the third quarter, which is the upbeat's place too.
    assert found["onset-in-measure from heard notes"] == pytest.approx(2 * 2 / 9)

    truth = replace(true_page(), known=np.array([False, *[True] * 5]))
    place = desk(sound=object(), truth=truth)
    place._known["", "heard"] = heard, BEATS
    found = audio.measure(place, "system")  # D4 is not asked: five true notes, two heard ones, one right
    assert found["F-measure_no_offset"] == found["onset-in-measure from heard notes"] == pytest.approx(2 / 7)


def test_what_does_not_sound_is_not_heard():
    assert audio.measure(desk(), "system") == {}
