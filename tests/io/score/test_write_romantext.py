"""RomanText: measures, beats and keys as the format has them."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

import descant
from descant.datasets.roman_chords import chord_changes
from descant.errors import UnwritableFileError
from descant.io.score.write_romantext import measure_numbers, romantext
from descant.types import Score
from descant.types.score import Numeral, ScorePart, TimeSignature
from tests.scores import FOUR, frame, note

SIX = TimeSignature((6,), 8)
UPBEAT = frame((1, FOUR, {}), (4, FOUR, {}), (4, FOUR, {}), (3, SIX, {}))


def score(numerals, measures=UPBEAT) -> Score:
    rows = tuple((note(0, one.length, "C4"),) for one in measures)
    return Score(measures, (ScorePart(rows),), title="A\ntune", numerals=numerals)


NUMERALS = (
    Numeral(F(0), "V", "C major"),
    Numeral(F(1), "I", "C major"),
    Numeral(F(1) + F(4, 3), "V65/ii", "C major"),
    Numeral(F(9), "i", "D minor"),
    Numeral(F(9) + F(3, 2), "viio7", "D minor"),
)


def test_text_by_hand():
    assert romantext(score(NUMERALS)) == (
        "Title: A tune\nAnalyst: descant\n\nTime Signature: 4/4\n\n"
        "m0 b4 C: V\nm1 I b2.33 V65/ii\n\nTime Signature: 6/8\n\nm3 d: i b2 viio7\n"
    )


def test_a_reader_of_the_format_finds_the_same():
    found = chord_changes(romantext(score(NUMERALS)))
    assert [(one.measure, one.figure) for one in found] == [(0, "V"), (1, "I"), (1, "V65/ii"), (3, "i"), (3, "viio7")]
    assert [one.beat for one in found] == pytest.approx([4, 1, 7 / 3, 1, 2])


def test_measures_without_rising_numbers_are_counted():
    odd = tuple(replace(one, number="X") for one in UPBEAT)
    assert measure_numbers(score((), odd)) == [0, 1, 2, 3]


def test_a_score_without_numerals_is_refused(tmp_path):
    with pytest.raises(UnwritableFileError, match="has no Roman numerals; `descant harmony` finds them"):
        descant.save(score(()), tmp_path / "a.rntxt")
    assert not list(tmp_path.iterdir())
