"""A score with what was found in it written on the page: Roman numerals under the staves, cadences over them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from descant.types import Cadences, RomanNumerals, Score
from descant.types.cadences import KINDS
from descant.types.score import Direction, Numeral, ScorePart

FINEST = 1000  # the greatest denominator of a place in quarters


def annotated(score: Score, numerals: RomanNumerals, cadences: Cadences) -> Score:
    """The score with these numerals and cadences in place of its own."""
    found = [
        Numeral(exact(start), figure, key)
        for start, figure, key in zip(numerals.start.tolist(), numerals.figure, numerals.key, strict=True)
    ]
    first = _marked(score.parts[0], cadences)
    inside = tuple(one for one in found if one.at < score.length)
    return replace(score, numerals=inside, parts=(first, *score.parts[1:]))


def exact(quarters: float) -> Fraction:
    """The place that a note's onset was before it became a float."""
    return Fraction(quarters).limit_denominator(FINEST)


def _marked(part: ScorePart, cadences: Cadences) -> ScorePart:
    others = [one for one in part.directions if one.kind != "words" or one.text not in KINDS]
    marks = [Direction(exact(time), kind) for time, kind in zip(cadences.time.tolist(), cadences.kind, strict=True)]
    return replace(part, directions=(*others, *marks))
