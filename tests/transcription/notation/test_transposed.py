"""Whole scores moved: notes, keys and chords by the same step, what is spelled rightly stays so."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.transcription.notation.transposed import transposed
from descant.types import Part, Score
from descant.types.score import ChordSymbol, KeySignature, ScorePart
from tests.scores import FOUR, frame, full_score, note, tune


def names(score):
    return [one.pitch.name for one in score.sounding()]


def melody(*pitches, sharps=0, chords=()):
    rows = (tuple(note(at, 1, one) for at, one in enumerate(pitches)),)
    measures = frame((len(pitches), FOUR, {}), key=KeySignature(sharps, "major"))
    return Score(measures, (ScorePart(rows),), chords=tuple(ChordSymbol(F(0), one) for one in chords))


def test_a_scale_in_c_becomes_one_in_e_flat():
    moved = transposed(tune(), 3)
    assert names(moved) == ["Eb4", "F4", "G4", "Ab4", "Bb4", "C5", "D5", "Eb5"]
    assert {measure.key.sharps for measure in moved.measures} == {-3}


def test_raised_and_lowered_degrees_stay_so():
    assert names(transposed(melody("F#4", "Eb4", "B4"), -1)) == ["E#4", "D4", "A#4"]  # in B major
    assert names(transposed(melody("F#4", "Eb4", "B4"), 1)) == ["G4", "Fb4", "C5"]  # in D flat major


def test_what_would_have_three_signs_has_another_name():
    (name,) = names(transposed(melody("B##4", sharps=0), 4))  # in E major it would be D sharp with two more
    assert name == "E#5"


def test_chords_move_with_their_measure():
    moved = transposed(melody("A4", sharps=3, chords=("A:maj", "F#:min7/b3")), 3)
    assert [one.label for one in moved.chords] == ["C:maj", "A:min7/b3"]


def test_drums_stay():
    drums = ScorePart(((note(0, 4, "F4", drums=(36,)),),), sound=Part(drum=True))
    score = Score(frame((4, FOUR, {})), (drums,))
    assert transposed(score, 5).parts == (drums,)


def test_nothing_moves_by_nothing():
    assert transposed(full_score(), 0) is full_score()


@given(st.integers(-24, 24))
def test_all_moves_by_the_same_step(semitones):
    before, after = full_score(), transposed(full_score(), semitones)
    for one, other in zip(before.sounding(), after.sounding(), strict=True):
        step = 0 if one.drum is not None else semitones
        assert other.pitch.midi - one.pitch.midi == step
        assert (one.onset, one.duration) == (other.onset, other.duration)


@given(st.integers(-12, 12))
def test_there_and_back_again(semitones):
    assert transposed(transposed(tune(), semitones), -semitones) == tune()


def test_beyond_midi_is_refused():
    with pytest.raises(InvalidValueError, match="beyond MIDI"):
        transposed(tune(), 60)
