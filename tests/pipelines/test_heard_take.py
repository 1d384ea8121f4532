"""A take heard with its score at hand: faint notes are there, and known to be faint."""

import numpy as np

from descant.alignment.practice_page import score_page
from descant.evaluation.follow.edit_distance import matched
from descant.pipelines.heard_take import CLEAR, heard_take, may_be_partials
from descant.registry import find
from descant.synthesis.as_written import as_written
from descant.types import Notes, Part
from descant.types.score import ScorePart
from tests.alignment.test_practice import score
from tests.pieces import rendered


def test_partials_of_what_is_struck_at_once():
    notes = Notes([0.0, 0.01, 0.02, 1.0], [0.5, 0.5, 0.5, 1.5], [60, 72, 73, 72], [80] * 4)
    assert may_be_partials(notes).tolist() == [False, True, False, False]


def test_music_for_piano_is_heard_to_the_faintest_note():
    sound = rendered(as_written(score()))
    notes, sure = heard_take(score(), sound)
    usual = find("onsets-and-frames")(sound)
    assert len(notes) > len(usual)
    assert np.asarray(notes.confidence)[sure].min() >= CLEAR
    page = score_page(score()).page
    answered = [len(matched(page, one.onset, one.pitch)) for one in (notes, usual)]
    assert answered[0] >= answered[1]


def test_other_music_is_heard_by_what_suits_it_and_all_is_clear():
    flute = score()
    flute = type(flute)(flute.measures, (ScorePart(flute.parts[0].measures, sound=Part("Flute", 73), staves=2),))
    notes, sure = heard_take(flute, rendered(), {"notes": "basic-pitch"})
    assert sure.all()
    assert len(notes) == len(sure) > 0
