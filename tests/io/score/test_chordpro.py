"""Chord charts: the grid that a guitarist would write, and its bars and chords read back."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

import descant
from descant.errors import UnreadableFileError, UnsupportedFormatError
from descant.io.score.read_musicxml import LeftOutWarning
from descant.io.score.write_chordpro import chordpro
from descant.transcription.notation.lead_sheet import lead_sheet
from descant.types import Score
from descant.types.score import ChordSymbol, KeySignature, ScorePart, TempoMark, TimeSignature
from tests.scores import FOUR, THREE, frame, full_score, note, tune

SIX = TimeSignature((6,), 8)


def chart(measures, *chords, **more):
    """A score of rests under chords."""
    rows = tuple((note(0, one.length),) for one in measures)
    return Score(measures, (ScorePart(rows),), chords=tuple(ChordSymbol(F(at), label) for at, label in chords), **more)


def opened(tmp_path, text):
    path = tmp_path / "chart.cho"
    path.write_text(text)
    return descant.open(path)


def chords(score):
    return [(one.at, one.label) for one in score.chords]


SONG = chart(
    frame(*[(4, FOUR, {})] * 4, (4, FOUR, {"barline": "final"}), key=KeySignature(-3, "minor")),
    (0, "C:min"),
    (2, "Bb:maj"),
    (4, "Ab:maj7/3"),
    (16, "N"),
    title="A song",
    composer="Nobody",
    tempos=(TempoMark(F(0), 96.0),),
)
TEXT = """{title: A song}
{composer: Nobody}
{tempo: 96}
{key: Cm}
{time: 4/4}
{start_of_grid: 4x4}
| Cm . Bb . | Abmaj7/C . . . | . . . . | . . . . |
| N.C. . . . |.
{end_of_grid}
"""


def test_a_chart_as_one_writes_it():
    assert chordpro(SONG) == TEXT


def test_and_read_back(tmp_path):
    assert opened(tmp_path, TEXT) == SONG


def test_repeats_and_endings():
    score = chart(
        frame(
            (4, FOUR, {"repeat_start": True}),
            (4, FOUR, {"ending": "1", "repeat_end": 2}),
            (4, FOUR, {"ending": "2", "barline": "double"}),
            (4, FOUR, {"repeat_start": True, "repeat_end": 2}),
            (4, FOUR, {"repeat_start": True, "repeat_end": 2}),
        ),
        (0, "C:maj"),
    )
    assert chordpro(score).split("\n")[3:5] == [
        "|: C . . . |1 . . . . :| |2 . . . . || |: . . . . :|",
        "|: . . . . :|",
    ]


def test_an_ending_of_several_bars_is_read_back_to_its_repeat_sign(tmp_path):
    score = opened(tmp_path, "{sog 2x2}\n|: C . | F . |1 G . | G . :|: A . :| |2 D . | E . |.\n{eog}\n")
    assert [one.ending for one in score.measures] == ["", "", "1", "1", "", "2", ""]
    assert [one.repeat_start for one in score.measures] == [True, False, False, False, True, False, False]
    assert [one.repeat_end for one in score.measures] == [0, 0, 0, 2, 2, 0, 0]
    assert score.measures[-1].barline == "final"


def test_cells_are_as_fine_as_the_chords_and_bars_as_long_as_their_cells(tmp_path):
    score = chart(
        frame((1, FOUR, {}), (4, FOUR, {}), (3, THREE, {}), (3, SIX, {}), (4, FOUR, {"key": KeySignature(2, "major")})),
        (1, "C:maj"),
        (F(7, 2), "G:7"),
        (8, "F:maj"),
        (F(19, 2), "F:min"),
    )
    lines = chordpro(score).split("\n")
    assert lines[:8] == [
        "{key: C}",
        "{time: 4/4}",
        "{start_of_grid: 4x8}",
        "| . . | C . . . . G7 . . |",
        "{end_of_grid}",
        "{time: 3/4}",
        "{start_of_grid: 4x6}",
        "| . . . . . . |",
    ]
    assert "| F . Fm . |" in lines
    assert [one for one in lines if "key" in one or "time" in one][-3:] == ["{time: 6/8}", "{key: D}", "{time: 4/4}"]
    assert opened(tmp_path, chordpro(score)) == score


def test_a_capo_is_told_and_read(tmp_path):
    score = replace(tune(), chords=(ChordSymbol(F(0), "C:maj"), ChordSymbol(F(4), "G:7")))
    sheet = lead_sheet(score, transpose=3, capo=3)
    text = chordpro(sheet)
    assert text.split("\n")[1:3] == ["{capo: 3}", "{key: C}"]
    assert "| C . . . | G7 . . . |" in text
    back = opened(tmp_path, text)
    assert chords(back) == chords(sheet)
    assert [one.key.sharps for one in back.measures] == [-3, -3]
    assert back.parts[0].directions == sheet.parts[0].directions


def test_charts_by_other_hands(tmp_path):
    text = '{t: House}\n{key: Am}\nThere [Am]is a house\n{start_of_grid shape="1+2x4+1"}\n# a comment\n'
    text += "A || Am . . . | % . . . | twice\n| C / M7 Dsus / |\n{end_of_grid}\n"
    with pytest.warns(LeftOutWarning, match="chords left out, not known: M7"):
        score = opened(tmp_path, text)
    assert (score.title, score.measures[0].key) == ("House", KeySignature(0, "minor"))
    assert [one.length for one in score.measures] == [4, 4, 4]
    assert chords(score) == [(0, "A:min"), (4, "A:min"), (8, "C:maj"), (8 + F(12, 5), "D:sus4")]


def test_it_can_be_engraved_and_played(tmp_path):
    score = opened(tmp_path, TEXT)
    assert descant.save(score, tmp_path / "chart.svg").exists()
    assert descant.open(descant.save(score, tmp_path / "chart.musicxml")).chords == score.chords


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{title: x}\n[C]la la\n", "has no grid"),
        ("{sog}\n{eog}\n", "has no grid"),
        ("{key: H}\n", "'H' is no key"),
        ("{time: 4}\n", "'4' is no metre"),
        ("{time: 4/5}\n", "line 1: a metre counts in powers of two"),
        ("\x00\x01", "is not text in UTF-8"),
        ("{capo: " + "9" * 5000 + "}\n", "'9{40}' is no fret for a capo; write 1 to 11"),
        ("{capo: ²}\n", "'²' is no fret"),
        ("{capo: 12}\n", "'12' is no fret"),
        ("{time: " + "9" * 5000 + "/4}\n", "'9{40}' is no metre"),
        ("{tempo: 0}\n{sog}\n| C |\n{eog}\n", r"chart\.cho: a tempo lies between"),
        ("{tempo: " + "9" * 5000 + "}\n{sog}\n| C |\n{eog}\n", r"chart\.cho: a tempo lies between"),
        ("{sog}\n| " + "C " * 100_000 + "|\n{eog}\n", "line 2: a bar has 99 cells at most, got 100,000"),
    ],
)
def test_what_is_no_chart_is_refused(tmp_path, text, words):
    with pytest.raises(UnreadableFileError, match=words) as caught:
        opened(tmp_path, text)
    assert "chart.cho" in str(caught.value)


def test_without_chords_there_is_no_chart(tmp_path):
    with pytest.raises(UnsupportedFormatError, match=r"a\.cho: .* has no chord symbols"):
        descant.save(tune(), tmp_path / "a.cho")
    assert descant.save(full_score(), tmp_path / "b.cho").read_text().startswith("{title: A bit of everything}")
