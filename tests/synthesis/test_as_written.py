"""A score played: times, repeats, ties, grace notes and loudness, against what the page says."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import descant
from descant.synthesis.as_written import GRACE, as_written
from descant.types import Notes, Score
from descant.types.score import Direction, ScorePart, TempoMark
from tests.scores import FOUR, frame, full_score, note, tune


def measures(*signs):
    return frame(*[(4, FOUR, one) for one in signs])


def test_a_tune_at_the_tempo_of_the_page():
    notes = as_written(tune())
    assert notes.onset == pytest.approx(np.arange(8) * 0.5)  # 120 where the page says nothing
    assert notes.pitch.tolist() == [60, 62, 64, 65, 67, 69, 71, 72]
    slow = as_written(replace(tune(), tempos=(TempoMark(F(0), 60.0), TempoMark(F(6), 30.0))))
    assert slow.onset == pytest.approx([0, 1, 2, 3, 4, 5, 6, 8])
    assert slow.offset[-1] == pytest.approx(10.0)
    assert [(one.time, one.bpm) for one in slow.tempos] == [(0.0, 60.0), (6.0, 30.0)]


def test_ties_are_joined_and_not_across_a_repeat():
    rows = ((note(0, 4, "C4", tied=(True,)),), (note(0, 2, "C4"), note(2, 2, "C4")))
    score = Score(measures({}, {"repeat_end": 2}), (ScorePart(rows),))
    notes = as_written(score)
    assert notes.onset.tolist() == [0.0, 3.0, 4.0, 7.0]
    assert notes.offset.tolist() == [3.0, 4.0, 7.0, 8.0]


def test_grace_notes_come_before_the_beat_and_staccato_halves():
    row = (
        note(0, 2, "C4", marks=("staccato",)),
        note(2, 0, "D4", grace="acciaccatura"),
        note(2, 0, "E4", grace="acciaccatura"),
        note(2, 2, "F4"),
    )
    notes = as_written(Score(measures({}), (ScorePart((row,)),)))
    assert notes.onset == pytest.approx([0.0, 1 - 2 * GRACE, 1 - GRACE, 1.0])
    assert notes.offset[0] == pytest.approx(0.5)


def test_loudness_is_that_of_the_last_sign():
    part = replace(tune().parts[0], directions=(Direction(F(2), "pp", "dynamics"), Direction(F(4), "ff", "dynamics")))
    notes = as_written(replace(tune(), parts=(part,)))
    assert notes.velocity.tolist() == [80, 80, 33, 33, 112, 112, 112, 112]


def test_parts_keep_their_instruments_and_drums_their_keys(tmp_path):
    notes = as_written(full_score(), repeats=False)
    assert [(one.name, one.program, one.drum) for one in notes.parts] == [
        ("Clarinet", 71, False),
        ("Piano", 0, False),
        ("Drums", 0, True),
    ]
    assert set(notes.pitch[notes.drum].tolist()) == {36, 38, 42}
    assert len(as_written(full_score())) > len(notes)
    path = descant.save(full_score(), tmp_path / "score.musicxml")
    assert type(descant.convert(path, Notes)) is Notes
