"""Roman numerals in MusicXML: under the lowest staff, with the key where it is new, and back."""

import re
from dataclasses import replace
from fractions import Fraction as F

import pytest

from descant.io.said import AssumedWarning
from descant.io.score.musicxml_numerals import printed, short
from descant.io.score.read_musicxml import read_musicxml
from descant.io.score.write_musicxml import musicxml, write_musicxml
from descant.types import Score
from descant.types.score import Numeral, ScorePart
from tests.scores import FOUR, frame, full_score, note, tune

NUMERALS = (
    Numeral(F(0), "V7", "C major"),
    Numeral(F(1), "I", "C major"),
    Numeral(F(10, 3), "viiø65/ii", "C major"),
    Numeral(F(9), "Ger65", "Eb minor"),
    Numeral(F(13), "bVI6", "G# minor"),
)


def test_numerals_read_back_the_same(tmp_path):
    score = replace(full_score(), numerals=NUMERALS)
    assert read_musicxml(write_musicxml(score, tmp_path / "score.musicxml")) == score


def test_a_key_that_no_signature_names_reads_back_by_its_text(tmp_path):
    score = replace(tune(), numerals=(Numeral(F(0), "V", "Fb major"), Numeral(F(1), "I", "Fb major")))
    assert read_musicxml(write_musicxml(score, tmp_path / "score.musicxml")).numerals == score.numerals


def test_the_key_is_printed_where_it_is_new():
    assert [one.text for one in printed(NUMERALS)] == ["C: V7", "I", "viiø65/ii", "eb: Ger65", "g#: bVI6"]
    assert short("Bb minor") == "bb"


def test_they_stand_under_the_lowest_staff_that_has_pitches():
    text = musicxml(replace(full_score(), numerals=NUMERALS))
    parts = text.split("<part ")
    assert [part.count("<numeral>") for part in parts] == [0, 0, 5, 0]  # a clarinet, a piano, drums
    assert parts[2].count('<harmony placement="below">') == 5
    assert "<staff>2</staff>" in parts[2][parts[2].index("<numeral>") :].split("</harmony>")[0]


def test_what_only_a_number_says_is_left_out_with_a_word(tmp_path):
    path = tmp_path / "score.musicxml"
    text = musicxml(replace(tune(), numerals=(Numeral(F(0), "V7", "C major"),)))
    path.write_text(text.replace('text="C: V7"', ""), encoding="utf-8")
    with pytest.warns(AssumedWarning, match="a Roman numeral without a figure"):
        assert read_musicxml(path).numerals == ()


def test_under_a_held_note_numerals_come_in_order_with_their_offsets(tmp_path):
    held = Score(frame((4, FOUR, {})), (ScorePart(((note(0, 4, "C3"),),)),))
    numerals = tuple(Numeral(F(at), figure, "C major") for at, figure in ((0, "I"), (1, "IV64"), (F(5, 2), "I")))
    text = musicxml(replace(held, numerals=numerals))
    assert "<backup>" not in text
    assert text.index("IV64") < text.index("<note>")
    assert re.findall(r"<offset>(\d+)</offset>", text) == ["2", "5"]  # in halves of a quarter
    assert read_musicxml(write_musicxml(replace(held, numerals=numerals), tmp_path / "a.musicxml")).numerals == numerals
