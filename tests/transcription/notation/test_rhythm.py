"""Lengths as a copyist writes them, against a table by hand; whatever is asked for adds up."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.transcription.notation.rhythm import pieces, representable, tuplet_beats
from descant.types.score import TimeSignature, Tuplet


def metre(text):
    beats, unit = text.split("/")
    return TimeSignature(tuple(int(one) for one in beats.split("+")), int(unit))


def cuts(start, end, time, tuplets=None, rest=False):
    """Where the pieces of a length end."""
    found = pieces(F(start), F(end), metre(time), tuplets or {}, rest)
    return [one.end for one in found]


NOTES = [
    ("4/4", 0, 4, [4]),
    ("4/4", 0, 3, [3]),
    ("4/4", 1, 3, [3]),  # a half from the second beat
    ("4/4", 1, 4, [4]),
    ("4/4", 0, "5/2", [2, "5/2"]),
    ("4/4", "1/2", 1, [1]),
    ("4/4", "1/2", "3/2", ["3/2"]),  # a syncopated quarter
    ("4/4", "1/2", 2, [2]),  # a dotted quarter off the beat
    ("4/4", "1/2", 3, [2, 3]),
    ("4/4", "3/2", "5/2", [2, "5/2"]),  # the middle of the bar is seen
    ("4/4", "1/4", "3/4", ["3/4"]),
    ("4/4", "3/4", "5/4", [1, "5/4"]),
    ("4/4", 0, "5/4", [1, "5/4"]),
    ("3/4", 0, 3, [3]),
    ("3/4", 1, 3, [3]),
    ("3/4", 0, "5/2", [2, "5/2"]),
    ("2/4", "1/2", "3/2", ["3/2"]),
    ("5/8", 0, "5/2", [2, "5/2"]),
    ("5/4", 0, 5, [4, 5]),
    ("7/8", 0, "7/2", [3, "7/2"]),
    ("6/8", 0, 3, [3]),
    ("6/8", 0, "3/2", ["3/2"]),
    ("6/8", "1/2", 2, ["3/2", 2]),
    ("6/8", 1, "5/2", ["3/2", "5/2"]),
    ("6/8", "1/2", "3/2", ["3/2"]),
    ("9/8", 0, "9/2", [3, "9/2"]),
    ("12/8", 0, 6, [6]),
    ("27/4", 0, 27, [8, 16, 24, 27]),
    ("2/2", 1, 3, [3]),
]
RESTS = [
    ("4/4", 0, 4, [4]),
    ("4/4", 1, 3, [2, 3]),  # across the middle
    ("4/4", 1, 4, [2, 4]),
    ("4/4", "1/2", 2, [1, 2]),
    ("4/4", "1/2", "3/2", [1, "3/2"]),
    ("3/4", "1/2", 1, [1]),
    ("6/8", "1/2", "3/2", ["3/2"]),
    ("6/8", "1/2", 2, ["3/2", 2]),
]


@pytest.mark.parametrize(("time", "start", "end", "ends"), NOTES)
def test_notes(time, start, end, ends):
    assert cuts(start, end, time) == [F(one) for one in ends]


@pytest.mark.parametrize(("time", "start", "end", "ends"), RESTS)
def test_rests_do_not_hide_the_beats(time, start, end, ends):
    assert cuts(start, end, time, rest=True) == [F(one) for one in ends]


def test_a_triplet_ends_with_its_beat():
    beats = tuplet_beats([F(2, 3), F(1), F(3)], metre("4/4"))
    assert beats == {F(0): Tuplet(3, 2)}
    found = pieces(F(2, 3), F(3), metre("4/4"), beats, rest=False)
    assert [(one.end, one.tuplet) for one in found] == [(F(1), Tuplet(3, 2)), (F(3), None)]
    whole = pieces(F(0), F(1), metre("4/4"), beats, rest=False)
    assert [one.tuplet for one in whole] == [None], "a quarter is a quarter"


def test_fives_and_sevens_and_the_thirds_of_an_eighth():
    assert tuplet_beats([F(6, 5), F(17, 7)], metre("4/4")) == {F(1): Tuplet(5, 4), F(2): Tuplet(7, 4)}
    assert tuplet_beats([F(2, 3)], metre("6/8")) == {F(1, 2): Tuplet(3, 2)}
    assert tuplet_beats([F(1, 2), F(3, 4)], metre("6/8")) == {}


def test_what_a_value_is():
    assert [representable(F(one)) for one in ("1", "3/2", "7/4", "1/3", "8", "12", "5")] == [
        True, True, False, False, True, False, False,
    ]  # fmt: skip


METRES = ("4/4", "3/4", "2/4", "2/2", "5/8", "7/8", "6/8", "9/8", "12/8", "3/8", "5/4", "1/4", "13/16", "3+2/8", "31/4")


@st.composite
def lengths(draw):
    time = metre(draw(st.sampled_from(METRES)))
    grid = draw(st.sampled_from([2, 4, 8, 3, 6, 12, 5, 7]))
    last = int(time.length * grid)
    start = draw(st.integers(0, last - 1))
    return time, F(start, grid), F(draw(st.integers(start + 1, last)), grid), draw(st.booleans())


@given(lengths())
def test_pieces_cover_what_is_asked_for_and_each_can_be_written(length):
    time, start, end, rest = length
    beats = tuplet_beats([start, end], time)
    found = pieces(start, end, time, beats, rest)
    assert [one.start for one in found] == [start, *(one.end for one in found[:-1])]
    assert found[-1].end == end
    for one in found:
        scale = F(one.tuplet.actual, one.tuplet.normal) if one.tuplet else F(1)
        assert representable((one.end - one.start) * scale)
