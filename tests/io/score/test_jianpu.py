"""Numbered notation: numbers against the scale, text as one writes it, and melodies that read back the same."""

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

import descant
from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.said import AssumedWarning
from descant.io.score.jianpu import degree, jianpu, pitch_of, read_jianpu
from descant.types import Score
from descant.types.score import Clef, KeySignature, Lyric, ScorePart, SpelledPitch, TempoMark, TimeSignature, Tuplet
from tests.scores import FOUR, THREE, frame, full_score, note, tune


@pytest.mark.parametrize(
    ("name", "sharps", "number"),
    [
        ("C4", 0, (1, 0, 0)),
        ("B4", 0, (7, 0, 0)),
        ("C5", 0, (1, 1, 0)),
        ("B3", 0, (7, -1, 0)),
        ("F#4", 0, (4, 0, 1)),
        ("G4", 1, (1, 0, 0)),
        ("F#4", 1, (7, -1, 0)),
        ("F4", 1, (7, -1, -1)),
        ("A4", -3, (4, 0, 1)),
        ("Eb5", -3, (1, 1, 0)),
        ("C#6", 7, (1, 2, 0)),
    ],
)
def test_the_number_of_a_pitch_in_a_key(name, sharps, number):
    assert degree(SpelledPitch.named(name), KeySignature(sharps)) == number


@given(st.integers(1, 7), st.integers(-2, 2), st.integers(-1, 1), st.integers(-7, 7))
def test_numbers_and_pitches_are_inverse(number, octave, alter, sharps):
    key = KeySignature(sharps)
    assert degree(pitch_of(number, octave, alter, key), key) == (number, octave, alter)


def text(*rows, time=FOUR):
    score = Score(frame(*[(time.length, time, {}) for _ in rows]), (ScorePart(tuple(rows)),))
    return jianpu(score).strip()


def test_lengths_as_one_writes_them():
    row = (
        note(0, 1, "C4"),
        note(1, "1/2", "D4"),
        note("3/2", "1/4", "E4"),
        note("7/4", "1/8", "F4"),
        note("15/8", "1/8"),
        note(2, "3/2", "G3"),
        note("7/2", "1/2", "C5"),
    )
    after = (note(0, 3, "A4"), note(3, "3/4", "B4"), note("15/4", "1/4", "A4", tied=(True,)))
    assert text(row, after, (note(0, 4, "A4"),)) == "1=C 4/4 1 q2 s3 d4 d0 5,. q1' | 6 - - q7. s6 ~ | 6 - - -"


def test_what_no_single_number_says_is_tied_together():
    assert text((note(0, "5/2", "C4"), note("5/2", "3/2"))) == "1=C 4/4 1 - ~ q1 0."


def test_the_highest_voice_is_the_melody_and_words_stand_under_it():
    assert jianpu(full_score()).split("\n") == [
        "title=A bit of everything",
        "composer=Nobody",
        "4=96",
        "1=C 4/4,4 5 | 1'. q7 3[ 6 #4 b7 ] | 5 - - - ~ | 5 0 5 - |",
        "L: The glad -- ness _ _ _ _ _ _",
        "1=Eb 3/4 6 - -",
        "",
    ]
    assert jianpu(full_score(), part=1).split("\n")[3].startswith("1=C 4/4,4 0 | 1' - #5 - | 3 - 4 - |")


LENGTHS = [F(4), F(3), F(2), F(3, 2), F(1), F(3, 4), F(1, 2), F(1, 4)]


@st.composite
def bars(draw):
    events, place = [], F(0)
    while place < 4:
        length = draw(st.sampled_from([one for one in LENGTHS if one <= 4 - place]))
        name = draw(st.sampled_from(["C4", "F#4", "Bb3", "E5", "G2", None]))
        if length == 1 and name and draw(st.booleans()):
            thirds = [note(place + F(at, 3), F(1, 3), name, tuplet=Tuplet(3, 2)) for at in range(3)]
            events += thirds
        else:
            lyrics = (Lyric("la"),) if name and draw(st.booleans()) else ()
            events.append(note(place, length, *([name] if name else []), lyrics=lyrics))
        place += length
    return tuple(events)


@given(st.lists(bars(), min_size=1, max_size=5), st.integers(-7, 7))
def test_any_melody_reads_back_the_same(tmp_path_factory, rows, sharps):
    measures = frame(*[(4, FOUR, {}) for _ in rows], key=KeySignature(sharps))
    score = Score(
        measures, (ScorePart(tuple(rows), clefs=(Clef(F(0), "G2"),)),), title="Any", tempos=(TempoMark(F(0), 72.0),)
    )
    path = descant.save(score, tmp_path_factory.mktemp("jianpu") / "any.jianpu")
    assert descant.open(path) == score


def test_an_upbeat_and_a_change_of_metre_and_key_read_back(tmp_path):
    measures = frame((1, THREE, {}), (3, THREE, {}), (2, TimeSignature((2,), 4), {"key": KeySignature(-1)}))
    measures = tuple(replace(one, key=replace(one.key, mode="")) for one in measures)
    rows = ((note(0, 1, "G4"),), (note(0, 3, "C5"),), (note(0, 2, "F4"),))
    score = Score(measures, (ScorePart(rows, clefs=(Clef(F(0), "G2"),)),))
    assert read_jianpu(descant.save(score, tmp_path / "up.jianpu")) == score


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("1 2 8", "line 1: '8'"),
        ("% nothing\n", "no number"),
        ("1=H 1", "line 1: '1=H'"),
        ("- 1", "line 1: '-'"),
        ("9" * 5000 + "/4 1", "line 1: '9"),
        ("0[ 1 2 ]", "line 1: '0"),
        ("1[ 1 ]", "line 1: '1\\[': a bracket holds from 2 to 128 notes"),
        ("9" * 5000 + "[ 1 ]", "a bracket holds from 2 to 128 notes"),
        ("2:0[ q1 q2 ]", "a bracket holds from 2 to 128 notes"),
        ("3[ 3[ q1 q2 q3 ] ]", "line 1: '3\\[' is nothing"),
        ("3[ q1 q2 q3 4 | 5", "measure 0: the bracket 3\\[ is not closed"),
        ("1 2 ] 3", "line 1: '\\]' is nothing"),
        ("0 ~ 1", "line 1: '~' is nothing"),
        ("1 2 3/4 3", "line 1: '3/4' is nothing"),
        ("4/4,/// 1", "line 1: '4/4,///' is nothing"),
        ("1 2\0 3", r"is not text in UTF-8 \(byte 3 is 0x00\)"),
        ("x" * 100_000, r"line 1: 'x{40}' is nothing"),
        ("1" + "'" * 100, "line 1: \"1'"),
        ("4=0 1", "line 1: '4=0'"),
        ("1 " + "- " * 1024 + "|", "bad.jianpu: measure 1 holds over 1,024 quarters"),
        ("1 " + "- " * 1024 + "\nL: la", "measure 1 holds over 1,024 quarters"),
    ],
)
def test_what_is_no_jianpu_is_refused(wrong, says, tmp_path):
    path = tmp_path / "bad.jianpu"
    path.write_text(wrong)
    with pytest.raises(UnreadableFileError, match=says):
        read_jianpu(path)


def test_what_does_not_fit_is_told(tmp_path):
    path = tmp_path / "bad.jianpu"
    path.write_text("1=C 4/4 1 2 3 4 5 | 1 2 3 4\nL: " + "la " * 20)
    with pytest.warns(AssumedWarning) as told:
        score = read_jianpu(path)
    assert [measure.length for measure in score.measures] == [5, 4]
    assert [str(one.message).removeprefix(f"{path}: ") for one in told] == [
        "measure 1: a measure holds more than its metre; it is kept so long",
        "a syllable has no note to stand under; it is left out (11 times)",
    ]


def test_a_dash_in_a_bracket_is_as_long_as_the_bracket_says(tmp_path):
    thirds = (note(0, "4/3", "C4", tuplet=Tuplet(3, 2)), note("4/3", "2/3", "D4", tuplet=Tuplet(3, 2)), note(2, 2))
    clefs = (Clef(F(0), "G2"),)
    score = Score(frame((4, FOUR, {}), key=KeySignature(0)), (ScorePart((thirds,), clefs=clefs),))
    assert read_jianpu(descant.save(score, tmp_path / "thirds.jianpu")) == score


def test_a_tune_is_what_one_expects():
    assert jianpu(tune()) == "title=A scale\n1=C 4/4 1 2 3 4 | 5 6 7 1'\n"


def test_a_note_that_is_too_short_is_refused_and_not_dropped(tmp_path):
    score = Score(frame((4, FOUR, {})), (ScorePart(((note(0, "1/16", "C4"),),)),))
    with pytest.raises(UnsupportedFormatError, match="no sign for"):
        descant.save(score, tmp_path / "short.jianpu")
    assert not list(tmp_path.iterdir())


def test_a_metre_that_is_none_names_the_file_and_the_line(tmp_path):
    path = tmp_path / "bad.jianpu"
    path.write_text("1=C 4/3 1 2")
    with pytest.raises(UnreadableFileError, match=r"bad\.jianpu: line 1: '4/3'"):
        read_jianpu(path)


def test_two_in_the_time_of_three_read_back(tmp_path):
    """A duplet in 6/8, whose ratio is not the usual one."""
    time = TimeSignature((6,), 8)
    duplet = [note(F(3, 4) * at, F(3, 4), name, tuplet=Tuplet(2, 3)) for at, name in enumerate(("C4", "D4"))]
    last = note(F(3, 2), F(3, 2), "E4")
    score = Score(frame((F(3), time, {})), (ScorePart(((*duplet, last),)),))
    text = jianpu(score)
    assert "2:3[ q1 q2 ] 3." in text
    path = tmp_path / "duplet.jianpu"
    path.write_text(text, encoding="utf-8")
    found = read_jianpu(path)
    assert [(one.onset, one.duration) for one in found.sounding()] == [
        (one.onset, one.duration) for one in score.sounding()
    ]
