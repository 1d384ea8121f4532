"""Lines of numbered notation: four bars of one width, an upbeat before them, room for words and chords."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.io.score.engrave import MARGIN
from descant.io.score.jianpu_cells import cells
from descant.io.score.jianpu_lines import ROOM, lines, width
from descant.types import Score
from descant.types.score import ChordSymbol, Lyric, ScorePart
from tests.scores import FOUR, frame, note

PLAIN = tuple(note(at, 1, "C4") for at in range(4))
DENSE = tuple(note(F(at, 8), "1/8", "C4") for at in range(32))


def score(*rows, **more):
    lengths = [max(event.end for event in row) for row in rows]
    return Score(frame(*[(one, FOUR, {}) for one in lengths]), (ScorePart(tuple(rows)),), **more)


def laid(one):
    return lines(one, cells(one))


def test_four_bars_of_one_width_fill_a_line():
    first, second = laid(score(*[PLAIN] * 6))
    assert [box.number for box in first] == [0, 1, 2, 3]
    assert [box.right - box.left for box in first + second] == pytest.approx([ROOM / 4] * 6)
    assert (first[0].left, first[-1].right) == (MARGIN, pytest.approx(MARGIN + ROOM))


def test_an_upbeat_stands_before_four_bars():
    upbeat = (note(0, 1, "G3"),)
    first, second = laid(score(upbeat, *[PLAIN] * 5))
    assert [len(first), len(second)] == [5, 1]
    assert len({round(box.right - box.left, 6) for box in first[1:]}) == 1
    assert first[-1].right == pytest.approx(MARGIN + ROOM)


def test_a_dense_bar_takes_more_and_what_does_not_fit_goes_to_the_next_line():
    first, second = laid(score(PLAIN, DENSE, PLAIN, PLAIN, PLAIN))
    assert [box.number for box in first] == [0, 1, 2]
    assert first[1].right - first[1].left > 2 * (first[0].right - first[0].left)
    assert first[-1].right == pytest.approx(MARGIN + ROOM)
    assert [box.number for box in second] == [3, 4]


def test_a_bar_wider_than_the_paper_is_set_closer():
    crowded = tuple(replace(one, lyrics=(Lyric("wordwordword"),)) for one in DENSE)
    ((box,),) = laid(score(crowded))
    assert box.right == pytest.approx(MARGIN + ROOM)
    assert box.places[-1] < box.right


def test_words_and_chords_have_room():
    sung = (note(0, 2, "C4", lyrics=(Lyric("incomprehensible"),)), note(2, 2, "C4", lyrics=(Lyric("things"),)))
    ((box, *_), *_) = laid(score(sung, *[PLAIN] * 4))
    assert box.places[2] - box.places[0] > width("incomprehensible", 36) / 2 + width("things", 36) / 2
    eighths = tuple(note(F(at, 2), "1/2", "C4") for at in range(8))
    symbols = (ChordSymbol(F(0), "C#:hdim7/b3"), ChordSymbol(F(1, 2), "F:7"))
    (first, *_), *_ = laid(score(eighths, chords=symbols))
    assert first.places[1] - first.places[0] > width("C#m7b5/E", 38)


def test_a_place_between_numbers_lies_between_them():
    one = score((note(0, 2, "C4"), note(2, 2, "D4")))
    ((box,),) = laid(one)
    (row,) = cells(one)
    first, dash, third, last = box.places
    assert [box.at(F(at), row, F(4)) for at in (0, 1, 2, 3, 4)] == [first, dash, third, last, box.right]
    assert box.at(F(1, 2), row, F(4)) == (first + dash) / 2


def test_a_letter_of_chinese_is_square():
    assert width("小星", 36) == 72


@given(st.lists(st.sampled_from([1, 2, 4, 8]), min_size=1, max_size=20))
def test_numbers_stand_in_order_within_their_bars(parts):
    one = score(*[tuple(note(F(at, part), F(1, part), "C4") for at in range(4 * part)) for part in parts])
    found = laid(one)
    assert [box.number for line in found for box in line] == list(range(len(parts)))
    for line in found:
        assert line[-1].right <= MARGIN + ROOM + 0.001
        for box, after in pairwise(line):
            assert box.right == after.left
        for box in line:
            places = [box.left, *box.places, box.right]
            assert all(one < other for one, other in pairwise(places))
