"""Numerals on the page: at exact places, none beyond the end."""

from fractions import Fraction as F

from descant.harmony.annotated import annotated
from descant.types import RomanNumerals
from descant.types.score import Numeral
from tests.scores import tune


def test_numerals_stand_at_exact_places():
    end = float(tune().length)
    found = RomanNumerals([0, 4 / 3, end], [4 / 3, end, end + 1], ("C major",) * 3, ("I", "V", "I"))
    assert annotated(tune(), found).numerals == (Numeral(F(0), "I", "C major"), Numeral(F(4, 3), "V", "C major"))
