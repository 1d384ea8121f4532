"""Systems that fail have written nothing."""

import numpy as np

from descant.evaluation.transcribe import desk as desks
from descant.transcription.notation.notated import Notated
from descant.types import ControlChange, Notes, Part
from tests.evaluation.transcribe.pages import WRITTEN, desk, waltz


def test_a_system_that_fails_is_told_of(monkeypatch):
    def broken(notes, *_):
        raise ZeroDivisionError("no beats")

    monkeypatch.setattr(desks, "COPYISTS", {"broken": broken})
    monkeypatch.setattr(desks, "PICKERS", {"broken": broken})
    place = desk()
    assert not place.page("broken").known.any()
    assert not place.melody("broken").any()
    assert place.failures == ["tune/test 1: broken failed: ZeroDivisionError: no beats"] * 2


def test_a_page_is_written_once():
    place = desk()
    assert place.page("plain-grid") is place.page("plain-grid")
    assert place.page("plain-grid").known.all()


def test_only_a_ceiling_is_told_the_beats(monkeypatch):
    def system(notes, beats):
        given.append(beats)
        return Notated(waltz(), WRITTEN)

    given = []
    monkeypatch.setattr(desks, "COPYISTS", {"system, alone": system})
    monkeypatch.setattr(desks, "CEILINGS", {"system, true beats": system})
    place = desk()
    place.page("system, alone")
    place.page("system, true beats")
    assert given == [None, place.passage.beats]


def test_all_parts_as_one_piano():
    parts = (Part("a", 3), Part("kit", 0, drum=True), Part("b", 5))
    notes = Notes(
        [0.0, 0.0, 0.0], [1.0] * 3, [64, 36, 60], [80] * 3, [0, 1, 2], parts, controls=(ControlChange(2, 0.5, 64, 90),)
    )
    one = desks.one_piano(notes)
    assert one.pitch.tolist() == [60, 64]
    assert len(one.parts) == 1
    assert one.controls == (ControlChange(0, 0.5, 64, 90),)
    assert np.all(~one.drum)
