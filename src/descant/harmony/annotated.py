"""A score with what was found in it written on the page: Roman numerals under the staves, cadences over them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from descant.types import Score
from descant.types.roman_numerals import RomanNumerals
from descant.types.score import Numeral

FINEST = 1000  # the greatest denominator of a place in quarters


def annotated(score: Score, numerals: RomanNumerals) -> Score:
    """The score with these numerals in place of its own."""
    found = [
        Numeral(Fraction(start).limit_denominator(FINEST), figure, key)
        for start, figure, key in zip(numerals.start.tolist(), numerals.figure, numerals.key, strict=True)
    ]
    return replace(score, numerals=tuple(one for one in found if one.at < score.length))
