"""ABC text: as somebody who writes ABC would have it, and read back as the same notes."""

from collections import Counter
from fractions import Fraction as F
from pathlib import Path

import pytest

import descant
from descant.io.score.read_musicxml import read_musicxml
from descant.io.score.write_abc import abc
from descant.types import Score
from descant.types.score import ChordSymbol, Direction, KeySignature, Lyric, ScorePart, TempoMark, Tuplet
from tests.scores import FOUR, THREE, frame, full_score, note, tune


def music(*rows, key=None, **more):
    """The lines of music of one part in 4/4."""
    measures = frame(*[(4, FOUR, {}) for _ in rows], key=key)
    text = abc(Score(measures, (ScorePart(tuple(rows)),), **more))
    return text.split("K:", 1)[1].split("\n", 1)[1].strip().split("\n")


def test_the_header_names_what_abc_needs():
    score = Score(
        tune().measures, tune().parts, title="A scale", composer="Nobody", tempos=(TempoMark(F(0), 90.0, F(3, 2)),)
    )
    assert abc(score).split("\n")[:9] == [
        "%abc-2.1",
        "%%propagate-accidentals octave",
        "X:1",
        "T:A scale",
        "C:Nobody",
        "L:1/8",
        "M:4/4",
        "Q:3/8=60",
        "K:C",
    ]


def test_pitches_lengths_and_accidentals():
    row = (
        note(0, "1/2", "C4"),
        note("1/2", "1/4", "C3"),
        note("3/4", "1/4", "C5"),
        note(1, "3/2", "C6"),
        note("5/2", "1/2", "F#4"),
        note(3, "1/2", "F#4"),
        note("7/2", "1/2", "F4"),
    )
    assert music(row) == ["CC,1/2c1/2 c'3 ^F F=F |"]


def test_in_a_key_only_what_is_strange_has_a_sign():
    row = (note(0, 1, "F#4"), note(1, 1, "Bb4"), note(2, 1, "C#5"), note(3, 1, "C5"))
    assert music(row, key=KeySignature(2)) == ["F2 _B2 c2 =c2 |"]


def test_chords_ties_rests_gaps_and_triplets():
    row = (
        note(0, 1, "C4", "E4", tied=(True, False)),
        note(1, "1/3", "C4", tuplet=Tuplet(3, 2)),
        note("4/3", "1/3", "D4", tuplet=Tuplet(3, 2)),
        note("5/3", "1/3", "E4", tuplet=Tuplet(3, 2)),
        note(2, 1),
    )
    assert music(row) == ["[C-E]2 (3:2:3CDE z2 x2 |"]


def test_words_stand_under_their_notes():
    row = (
        note(0, 1, "C4", lyrics=(Lyric("glad", "begin"),)),
        note(1, 1, "D4", lyrics=(Lyric("ness", "end"),)),
        note(2, 1),
        note(3, 1, "E4"),
    )
    assert music(row) == ["C2 D2 z2 E2 |", "w: glad- ness *"]


def test_chord_symbols_and_dynamics_stand_before_their_notes():
    part = ScorePart((tune().parts[0].measures[0],), directions=(Direction(F(1), "mf", "dynamics"),))
    chords = (ChordSymbol(F(0), "C:maj7"), ChordSymbol(F(2), "Bb:min/b3"), ChordSymbol(F(3), "N"))
    text = abc(Score(frame((4, FOUR, {})), (part,), chords=chords))
    assert '"Cmaj7"C2 !mf!D2 "Bbm/Db"E2 "N.C."F2 |' in text


def test_repeats_endings_and_changes():
    rows = tuple((note(0, one.length, "C4"),) for one in full_score().measures)
    text = abc(Score(full_score().measures, (ScorePart(rows),)))
    assert "C2 |: C8 | [1 C8 :| [2 C8 ||\n[M:3/4][K:Cm] C6 |]" in text


def test_voices_share_staves_and_staves_a_brace():
    text = abc(full_score())
    assert "%%score 1 {(2 3) 4} 5" in text
    assert "V:4 clef=bass\nz2 |: !p!(C,D, E,1/2F,1/2G, E,4)" in text


def _sounding(score):
    return Counter((one.onset, one.duration, one.pitch.name) for one in score.sounding())


@pytest.mark.parametrize("number", ["66.6", "84.5", "338", "417"])
def test_chorales_read_back_as_the_same_notes(number, tmp_path):
    from music21.corpus import getWork

    score = read_musicxml(Path(getWork(f"bach/bwv{number}")))
    read = descant.open(descant.save(score, tmp_path / "chorale.abc"))
    assert _sounding(read) == _sounding(score)
    assert [one.key.sharps for one in read.measures] == [one.key.sharps for one in score.measures]


def test_triplets_and_three_four_read_back(tmp_path):
    third = [note(F(at, 3), F(1, 3), "D4", tuplet=Tuplet(3, 2)) for at in range(9)]
    score = Score(frame((3, THREE, {})), (ScorePart((tuple(third),)),), title="Thirds")
    read = descant.open(descant.save(score, tmp_path / "thirds.abc"))
    assert _sounding(read) == _sounding(score)
