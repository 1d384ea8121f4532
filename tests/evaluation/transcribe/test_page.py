"""What is read from a page, against the waltz of `pages`."""

from dataclasses import replace
from fractions import Fraction as F

from descant.evaluation.transcribe.page import Page, bars_of, fifths
from descant.transcription.notation.notated import LEFT_OUT, Notated
from descant.types.score import SpelledPitch, TimeSignature
from tests.evaluation.transcribe.pages import WRITTEN, true_page, waltz
from tests.scores import FOUR, THREE, frame


def test_every_note_has_its_place():
    page = true_page()
    assert page.known.all()
    assert page.onset.tolist() == [0, 1, 1, 1, 3, 4]
    assert page.place.tolist() == [2, 0, 0, 0, 2, 0]  # the upbeat is the third quarter
    assert page.duration.tolist() == [1, 6, 2, 2, 1, 3]  # the tied bass lasts two bars
    assert page.bar.tolist() == [0, 1, 1, 1, 1, 2]
    assert page.bar_length.tolist() == [3] * 6
    assert page.time.tolist() == [[3, 4]] * 6
    assert page.sharps.tolist() == [1] * 6
    assert page.fifths.tolist() == [2, 1, 6, 1, 3, 3]
    assert page.staff.tolist() == [1, 2, 1, 1, 1, 1]
    assert page.voice.tolist() == [1, 5, 1, 1, 1, 1]


def test_what_is_left_out_is_not_known():
    page = Page.of(Notated(waltz(), (LEFT_OUT, *WRITTEN[1:])))
    assert page.known.tolist() == [False, *[True] * 5]
    assert not Page.of(Notated(waltz(), (LEFT_OUT,) * 6)).known.any()
    empty = Page.of(Notated(replace(waltz(), parts=()), ()))
    assert (len(empty.known), len(empty.place), len(empty.time)) == (0, 0, 0)


def test_two_parts_voices_are_two():
    score = replace(waltz(), parts=waltz().parts * 2)
    page = Page.of(Notated(score, (0, 6)))
    assert len(set(page.voice.tolist())) == 2


def test_a_divided_bar_has_one_line():
    bars = bars_of(frame((1, FOUR, {}), (4, FOUR, {}), (3, FOUR, {}), (1, FOUR, {}), (4, FOUR, {}), (2, FOUR, {})))
    assert [bar.line for bar in bars] == [-3, 1, 5, 5, 9, 13]
    whole = bars_of(frame((3, THREE, {}), (3, THREE, {})))
    assert [bar.line for bar in whole] == [0, 3]


def test_beats_are_those_that_the_measure_holds():
    upbeat, bar = bars_of(frame((1, THREE, {}), (3, THREE, {})))
    assert upbeat.beats.tolist() == [0]
    assert bar.beats.tolist() == [1, 2, 3]
    six = TimeSignature((6,), 8)
    compound = bars_of(frame((F(1, 2), six, {}), (3, six, {})))
    assert [one.beats.tolist() for one in compound] == [[], [0.5, 2.0]]


def test_the_line_of_fifths():
    names = {"C4": 0, "F4": -1, "Bb3": -2, "B3": 5, "F#4": 6, "Gb4": -6, "E#4": 11, "Fb4": -8, "F##4": 13}
    assert {name: fifths(SpelledPitch.named(name)) for name in names} == names


def test_an_empty_page_knows_nothing():
    page = Page.empty(3)
    assert page.known.tolist() == [False] * 3
    assert page.place.tolist() == [0] * 3
