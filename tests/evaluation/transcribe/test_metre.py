"""Places in bars, signatures, note values and beats, of pages that are wrong in one way each."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.transcribe import metre
from descant.evaluation.transcribe.page import Page
from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.types import Beats, Notes
from descant.types.score import KeySignature, TimeSignature
from tests.evaluation.transcribe.pages import WRITTEN, desk, played, true_page, waltz
from tests.scores import FOUR

RIGHT = 1.0


def test_the_true_page_is_right_in_all():
    assert set(metre.measure(desk(), "system").values()) == {RIGHT}


def test_a_page_with_one_note_less_and_one_a_sixteenth_late():
    truth = true_page()
    page = replace(
        truth,
        known=np.array([False, *[True] * 5]),
        onset=truth.onset + np.array([0, 0, 0, 0, 0.25, 0]),
        duration=truth.duration + np.array([0, 1, 0, 0, 0, 0]),
    )
    found = metre.measure(desk(page), "system")
    assert found["onset-in-measure"] == pytest.approx(4 / 6)
    assert found["onset-in-measure, of the bar"] == pytest.approx(4 / 6)
    assert found["time signature"] == found["key signature"] == pytest.approx(5 / 6)
    assert found["note value"] == pytest.approx(4 / 6)


def test_a_page_in_halves_is_right_of_the_bar():
    three_two = TimeSignature((3,), 2)
    bars = tuple(
        replace(bar, line=2 * bar.line, start=2 * bar.start, end=2 * bar.end, time=three_two)
        for bar in true_page().bars
    )
    page = replace(true_page(), onset=2 * true_page().onset, duration=2 * true_page().duration, bars=bars)
    found = metre.measure(desk(page), "system")
    assert found["onset-in-measure"] == pytest.approx(3 / 6 + 1 / 6)  # what stands on the bar line: the chord and A4
    assert found["onset-in-measure, of the bar"] == RIGHT
    assert found["time signature"] == found["note value"] == 0.0
    assert found["beat F-measure"] == found["downbeat F-measure"] == RIGHT


def test_bars_that_are_not_those_of_the_waltz():
    page = Page.of(Notated(waltz(length=3, time=FOUR), WRITTEN))  # every bar lacks a quarter
    found = metre.measure(desk(page), "system")
    assert found["time signature"] == 0.0
    assert found["onset-in-measure"] < RIGHT


@pytest.mark.parametrize(("true", "written", "right"), [(6, -6, 1.0), (-5, 7, 1.0), (1, 2, 0.0), (3, -3, 0.0)])
def test_signatures_that_sound_alike_are_one(true, written, right):
    truth, page = (Page.of(Notated(waltz(key=KeySignature(one)), WRITTEN)) for one in (true, written))
    assert metre.signed(truth, page).mean() == right


def test_what_the_truth_does_not_know_is_not_asked():
    found = metre.measure(desk(truth=replace(true_page(), duration=np.zeros(6)), keyed=False), "system")
    assert "key signature" not in found
    assert "note value" not in found
    part = replace(true_page(), known=np.array([True, *[False] * 5]))
    found = metre.measure(desk(truth=part), "system")
    assert found["notes whose place is known"] == pytest.approx(1 / 6)
    assert found["onset-in-measure"] == RIGHT


def test_beats_come_when_the_notes_around_them_were_played():
    seconds = np.array([0.0, 1.0, 1.0, 1.0, 2.0, 2.5])  # twice as fast from the first bar line on
    beats, downbeats = metre.played_beats(true_page(), seconds)
    assert beats[:5].tolist() == [0.0, 1.0, 1.5, 2.0, 2.5]
    assert downbeats.tolist() == [1.0, 2.5]


def test_beats_before_and_after_the_notes_are_not_asked():
    beats = Beats(np.arange(-2.0, 9.0) + 2.0, np.arange(11) % 3 + 1)  # played two seconds later
    notes = Notes(played().onset + 2.0, played().offset + 2.0, played().pitch, played().velocity)
    found = metre.measure(desk(beats=beats, notes=notes), "system")
    assert found["beat F-measure"] == found["downbeat F-measure"] == RIGHT


def test_an_empty_page_is_wrong_in_all():
    found = metre.measure(desk(Page.of(Notated(waltz(), (LEFT_OUT,) * 6))), "system")
    assert {value for name, value in found.items() if name != "notes whose place is known"} == {0.0}
