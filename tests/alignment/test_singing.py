"""Tunes sung with known faults, as pitch contours that we make: cents, octaves, key, tuning, what is left out."""

import numpy as np
import pytest

from descant.alignment.practice import LATE, MISSED, WRONG, OtherPieceError
from descant.alignment.practice_page import score_page
from descant.alignment.singing import FLAT, OCTAVE, SHARP, sung
from descant.errors import InvalidValueError
from descant.types import PitchContour
from descant.types.score import Score, ScorePart
from tests.scores import FOUR, frame, note

TUNE = ("C4", "D4", "E4", "G4", "A4", "G4", "F4", "F4", "E4", "C4", "D4", "B3", "C4", "E4", "G4", "C5")
STEP = 0.016


def page():
    """Four bars of quarters."""
    rows = tuple(tuple(note(at, 1, TUNE[4 * bar + at]) for at in range(4)) for bar in range(4))
    return score_page(Score(frame(*[(4, FOUR, {})] * 4), (ScorePart(rows),))).page


def contour(one, *, cents=0.0, late=0.0, waits=0.0, pace=0.6, kept=None):
    """The tune with a vibrato, a glide into each note and a gap between notes, a second of silence before it.

    late: by which a note begins late, and ends in time; waits: by which all of it is later.
    """
    notes = one.notes
    begin = 1.0 + pace * notes.onset + waits + late
    end = 1.0 + pace * (notes.onset + notes.duration) + waits - 0.06
    time = np.arange(0, end[-1] + 0.5, STEP)
    hz, voiced = np.zeros(len(time)), np.zeros(len(time), dtype=bool)
    for at in range(len(notes)) if kept is None else kept:
        mine = (time >= begin[at]) & (time < end[at])
        passed = time[mine] - begin[at]
        pitch = notes.pitch[at] + 0.2 * np.sin(2 * np.pi * 5.5 * passed) - 0.5 * np.exp(-passed / 0.03)
        pitch = pitch + np.broadcast_to(cents, len(notes))[at] / 100
        hz[mine], voiced[mine] = 440 * 2 ** ((pitch - 69) / 12), True
    return PitchContour(time, hz, voiced)


def test_a_tune_as_written():
    one = page()
    found = sung(one, contour(one))
    assert found.findings == ()
    assert np.abs(found.cents).max() < 10
    assert (found.transposed, found.score) == (0, 100)
    assert found.tuning == pytest.approx(0, abs=5)
    assert found.bar_score.tolist() == [100] * 4
    assert found.start == pytest.approx(1.0 + 0.6 * one.notes.onset, abs=0.08)


@pytest.mark.parametrize("pace", [0.3, 1.2])
def test_cents_are_told_note_by_note_at_any_tempo(pace):
    one = page()
    cents = np.zeros(16)
    cents[3], cents[9], cents[12] = 60, -55, 150
    found = sung(one, contour(one, cents=cents, pace=pace))
    assert [(x.kind, x.note) for x in found.findings] == [(SHARP, 3), (FLAT, 9), (WRONG, 12)]
    assert found.cents == pytest.approx(cents, abs=15)
    assert found.bar_score[1] == 100
    assert found.bar_score[0] < 100


@pytest.mark.parametrize(("moved", "key", "tuning"), [(-300, -3, 0), (-1225, -12, -25), (540, 5, 40), (30, 0, 30)])
def test_the_singers_key_and_tuning_are_told_and_forgiven(moved, key, tuning):
    one = page()
    found = sung(one, contour(one, cents=float(moved)))
    assert (found.transposed, found.findings) == (key, ())
    assert found.tuning == pytest.approx(tuning, abs=6)
    assert found.score == 100


def test_a_note_an_octave_off_is_told_apart():
    one = page()
    cents = np.zeros(16)
    cents[8] = -1200
    (told,) = sung(one, contour(one, cents=cents)).findings
    assert (told.kind, told.note, told.amount) == (OCTAVE, 8, -12)


def test_notes_left_out_and_late():
    one = page()
    late = np.zeros(16)
    late[10] = 0.25
    found = sung(one, contour(one, late=late, kept=[at for at in range(16) if at != 5]))
    assert [(x.kind, x.note) for x in found.findings] == [(MISSED, 5), (LATE, 10)]
    assert found.findings[1].amount == pytest.approx(0.25, abs=0.06)


def test_a_singer_who_waits():
    one = page()
    found = sung(one, contour(one, waits=np.where(one.notes.onset >= 8, 2.0, 0.0)))
    assert found.findings == ()
    assert found.score == 100


def test_another_tune():
    one = page()
    rng = np.random.default_rng(1)
    with pytest.raises(OtherPieceError):
        sung(one, contour(one, cents=100.0 * rng.integers(-9, 10, 16)))


def test_no_voice():
    time = np.arange(100) * STEP
    silence = PitchContour(time, np.zeros(100), np.zeros(100, dtype=bool))
    with pytest.raises(InvalidValueError, match="no singing voice"):
        sung(page(), silence)
