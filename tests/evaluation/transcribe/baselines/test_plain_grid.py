"""The plainest page."""

from fractions import Fraction as F

from descant.evaluation.transcribe.baselines import plain_grid as module
from descant.evaluation.transcribe.baselines.plain_grid import pitch_of, plain_grid
from descant.types import Notes


def test_a_page_at_60_quarters_a_minute(monkeypatch):
    monkeypatch.setattr(module, "steady_tempo", lambda notes: 60.0)
    # From the first note on: a chord that the next note cuts, one that is held over the bar line, and a bass note.
    notes = Notes([1.0, 1.02, 3.1, 4.0], [4.0, 2.0, 6.1, 4.1], [60, 64, 66, 40], [80] * 4)
    page = plain_grid(notes)
    sounding = tuple(page.score.sounding())
    found = [sounding[at] for at in page.written]
    assert [(one.onset, one.duration) for one in found] == [(0, 2), (0, 2), (2, 3), (3, F(1, 4))]
    assert [one.pitch.name for one in found] == ["C4", "E4", "F#4", "E2"]
    assert [(one.staff, one.voice) for one in found] == [(1, 1), (1, 1), (1, 1), (2, 5)]
    assert [(one.length, one.key.sharps) for one in page.score.measures] == [(4, 0), (4, 0)]


def test_notes_struck_twice_at_one_place_are_one(monkeypatch):
    monkeypatch.setattr(module, "steady_tempo", lambda notes: 60.0)
    assert plain_grid(Notes([0.0, 0.05], [0.04, 1.0], [60, 60], [80, 80])).written == (0, 0)


def test_no_notes_are_an_empty_bar():
    page = plain_grid(Notes([], [], [], []))
    assert (len(page.score.measures), page.written) == (1, ())


def test_names():
    assert [pitch_of(key).midi for key in range(128)] == list(range(128))
    assert pitch_of(70).name == "A#4"
