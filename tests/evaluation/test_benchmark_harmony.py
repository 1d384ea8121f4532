"""Harmony is timed on a score with as many notes as are asked for."""

from descant.evaluation.benchmark_harmony import benchmark, walking
from descant.registry import towards
from descant.types import RomanNumerals


def test_the_score_has_as_many_notes_as_are_asked_for():
    assert len(list(walking(640).sounding())) == 640


def test_a_short_piece_takes_no_longer_than_a_moment():
    found = benchmark((320,))
    assert [one.name for one in found] == [f"{one.name}, 320 notes" for one in towards(RomanNumerals)]
    assert all(0 < one.value < 20 for one in found)
