"""A score written out: the notes that are played, everything at its place, and what is said of it."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descant.io.score.play_order import play_order
from descant.io.score.read_musicxml import read_musicxml
from descant.io.score.unfolded import unfolded
from descant.io.score.write_musicxml import write_musicxml
from descant.synthesis.as_written import as_written
from descant.types import Score
from descant.types.score import ChordSymbol, Clef, Direction, ScorePart, Span, TempoMark
from tests.io.score.test_play_order import ANY
from tests.scores import FOUR, chorale, frame, full_score, note, tune


def signed(*signs, **more):
    """A measure of four quarters for each, on C, D, E..., numbered from 1."""
    names = ("C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5")
    rows = tuple((note(0, 4, names[at % 8]),) for at in range(len(signs)))
    part = ScorePart(rows, **{"clefs": (Clef(F(0), "G2"),), **more})
    return Score(frame(*[(4, FOUR, one) for one in signs]), (part,))


def names(score):
    return [one.pitch.name for one in score.sounding()]


def test_a_score_without_repeats_is_itself():
    found = unfolded(tune())
    assert found.score is tune()
    assert (found.page, found.said) == ((0, 1), "")


def test_a_repeat_is_written_out():
    found = unfolded(signed({}, {"repeat_end": 2, "barline": "double"}, {"jumps": ("Fine",)}))
    assert found.page == (0, 1, 0, 1, 2)
    assert names(found.score) == ["C4", "D4", "C4", "D4", "E4"]
    assert [one.number for one in found.score.measures] == ["1", "2", "1", "2", "3"]
    assert [one.start for one in found.score.measures] == [0, 4, 8, 12, 16]
    assert not any(one.repeat_end or one.repeat_start or one.ending or one.jumps for one in found.score.measures)
    assert unfolded(found.score).score is found.score


def test_it_is_said_in_a_line():
    signs = [{"repeat_start": True}, *[{}] * 6, {"ending": "1", "repeat_end": 2}, {"ending": "2"}, *[{}] * 7]
    assert unfolded(signed(*signs)).said == "repeats and jumps are played out: measures 1-8, 1-7, 9-16"
    jumps = [{}, {"jumps": ("To Coda",)}, {}, {"jumps": ("D.C. al Coda",)}, {"jumps": ("coda",)}]
    assert unfolded(signed(*jumps)).said == "repeats and jumps are played out: measures 1-4, 1-2, 5"
    many = unfolded(signed(*[{"repeat_start": True, "repeat_end": 2}] * 20)).said
    assert many.endswith(
        ": measures 1, 1-2, 2-3, 3-4, 4-5, 5-6, 6-7, 7-8, 8-9, 9-10, 10-11, 11-12 and so on, 40 in all"
    )
    upbeat = Score(frame((1, FOUR, {}), (4, FOUR, {"repeat_end": 2})), (ScorePart(((note(0, 1, "G4"),), ())),))
    assert unfolded(upbeat).said == "repeats and jumps are played out: measures 0-1, 0-1"


def test_what_holds_on_is_written_again_where_a_jump_would_change_it():
    score = replace(
        signed(
            {},
            {"repeat_start": True},
            {"repeat_end": 2},
            directions=(Direction(F(0), "p", "dynamics"), Direction(F(8), "ff", "dynamics"), Direction(F(9), "dolce")),
            clefs=(Clef(F(0), "G2"), Clef(F(10), "F4")),
        ),
        tempos=(TempoMark(F(0), 100.0), TempoMark(F(8), 60.0)),
        chords=(ChordSymbol(F(4), "C:maj"), ChordSymbol(F(8), "G:7")),
    )
    found = unfolded(score).score
    part = found.parts[0]
    assert [(one.at, one.bpm) for one in found.tempos] == [(0, 100), (8, 60), (12, 100), (16, 60)]
    assert [(one.at, one.label) for one in found.chords] == [(4, "C:maj"), (8, "G:7"), (12, "C:maj"), (16, "G:7")]
    assert [(one.at, one.sign) for one in part.clefs] == [(0, "G2"), (10, "F4"), (12, "G2"), (18, "F4")]
    said = [(one.at, one.text) for one in part.directions]
    assert said == [(0, "p"), (8, "ff"), (9, "dolce"), (12, "p"), (16, "ff"), (17, "dolce")]


def test_where_the_page_has_said_nothing_the_usual_comes_back():
    score = replace(
        signed(
            {}, {"repeat_end": 2}, directions=(Direction(F(4), "ff", "dynamics"), Direction(F(4), "sfz", "dynamics"))
        ),
        tempos=(TempoMark(F(4), 60.0),),
    )
    notes = as_written(score)
    assert notes.onset.tolist() == [0.0, 2.0, 6.0, 8.0]
    assert notes.velocity.tolist() == [80, 112, 80, 112]


def test_ties_and_slurs_do_not_reach_over_a_jump_and_hairpins_end_there():
    signs = ({"repeat_start": True}, {"ending": "1", "repeat_end": 2}, {"ending": "2"})
    rows = tuple((note(0, 4, "C4", tied=(True,)),) for _ in signs)
    spans = (Span("slur", F(0), F(4)), Span("slur", F(0), F(8)), Span("crescendo", F(0), F(12)))
    score = Score(frame(*[(4, FOUR, one) for one in signs]), (ScorePart(rows, spans=spans),))
    found = unfolded(score).score
    assert [(one.onset, one.duration) for one in found.sounding()] == [(0, 8), (8, 4), (12, 4)]
    kept = [(one.kind, one.start, one.end) for one in found.parts[0].spans]
    assert kept == [("slur", 0, 4), ("crescendo", 0, 8), ("crescendo", 8, 12)]


def test_a_word_at_the_very_end_is_kept():
    found = unfolded(signed({}, {"repeat_end": 2}, directions=(Direction(F(8), "attacca"),))).score
    assert [one.at for one in found.parts[0].directions] == [8, 16]


def repeated(score):
    """Its first half twice, its second half once more from the beginning."""
    half = len(score.measures) // 2
    measures = [replace(one, repeat_start=False, repeat_end=0, ending="") for one in score.measures]
    measures[half - 1] = replace(measures[half - 1], repeat_end=2)
    measures[-1] = replace(measures[-1], jumps=("D.C.",))
    return replace(score, measures=tuple(measures))


def stretches(order):
    """(first, last, where in the order) of the measures that follow one another on the page."""
    begins = [at for at, one in enumerate(order) if not at or one != order[at - 1] + 1]
    return [(order[low], order[high - 1], low) for low, high in pairwise([*begins, len(order)])]


@pytest.mark.parametrize("score", [chorale(), full_score(), repeated(tune()), repeated(full_score())])
def test_the_notes_are_those_of_the_stretches_one_after_another(score):
    found = unfolded(score)
    wanted = sorted(
        (one.part, found.score.measures[low].start + one.onset, one.duration, one.pitch.name, one.voice, one.staff)
        for first, last, low in stretches(play_order(score.measures))
        for one in score.excerpt(first, last).sounding()
    )
    notes = list(found.score.sounding())
    assert wanted == sorted((one.part, one.onset, one.duration, one.pitch.name, one.voice, one.staff) for one in notes)
    played = as_written(score)
    keys = [one.pitch.midi if one.drum is None else one.drum for one in notes]
    assert sorted(zip(played.part.tolist(), played.pitch.tolist(), strict=True)) == sorted(
        zip((one.part for one in notes), keys, strict=True)
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=8))
def test_what_sounds_is_the_order_of_the_measures(signs):
    score = signed(*signs)
    order = play_order(score.measures)
    notes = as_written(score)
    assert notes.onset.tolist() == [2.0 * at for at in range(len(order))]
    pitches = [score.parts[0].measures[at][0].pitches[0].midi for at in order]
    assert notes.pitch.tolist() == pitches
    assert [one.pitch.midi for one in unfolded(score).score.sounding()] == pitches


def test_what_is_written_out_can_be_saved_and_read_back(tmp_path):
    found = unfolded(full_score())
    assert found.said == "repeats and jumps are played out: measures 0-2, 1, 3-4"
    assert read_musicxml(write_musicxml(found.score, tmp_path / "played.musicxml")) == found.score
