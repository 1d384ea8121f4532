"""Numerals on the page: at exact places, none beyond the end."""

from fractions import Fraction as F

from descant.harmony.annotated import annotated
from descant.types import Cadences, RomanNumerals
from descant.types.score import Numeral
from tests.scores import tune


def test_numerals_stand_at_exact_places():
    end = float(tune().length)
    found = RomanNumerals([0, 4 / 3, end], [4 / 3, end, end + 1], ("C major",) * 3, ("I", "V", "I"))
    none = Cadences([], (), ())
    assert annotated(tune(), found, none).numerals == (Numeral(F(0), "I", "C major"), Numeral(F(4, 3), "V", "C major"))


def test_cadences_stand_over_the_first_staff_once():
    numerals = RomanNumerals([0], [1], ("C major",), ("I",))
    closes = Cadences([0.0, 4 / 3], ("HC", "PAC"), ("C major",) * 2)
    once = annotated(tune(), numerals, closes)
    marks = [(one.at, one.text) for one in once.parts[0].directions if one.text in ("HC", "PAC")]
    assert marks == [(F(0), "HC"), (F(4, 3), "PAC")]
    assert annotated(once, numerals, closes) == once
