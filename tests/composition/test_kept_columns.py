"""What is kept comes back by its place; with a window the oldest is written over."""

import numpy as np
import pytest

from descant.composition.kept_columns import BLOCK, Columns


def present(first, number, pieces=2):
    """Of one layer, a head and a width of 3: the place, the piece and whether it is a key or a value."""
    found = np.zeros((1, 2, pieces, 1, number, 3), dtype=np.float32)
    found[..., 0] = np.arange(first, first + number)
    found[..., 1] = np.arange(pieces)[:, None, None]
    found[0, 1, ..., 2] = 1
    return found


def held(columns, piece=0):
    """Places, and what is kept at each of them of a piece's keys."""
    real = columns.places >= 0
    return columns.places[real].tolist(), columns.kept[0, piece, 0, real, 0].tolist()


@pytest.mark.parametrize("parts", [[1] * 150, [150], [0, 70, 0, 1, 79]])
def test_all_is_kept(parts):
    columns, first = Columns.none(1, 2, 1, 3), 0
    for number in parts:
        columns.add(present(first, number))
        first += number
    assert held(columns) == (list(range(150)), list(range(150)))
    assert len(columns.places) % BLOCK == 150 % BLOCK or len(columns.places) % BLOCK == 0
    assert columns.kept[:, :, 0, :150, 2].tolist() == [[[0] * 150] * 2, [[1] * 150] * 2]
    assert (columns.kept[:, 1, 0, :150, 1] == 1).all()


@pytest.mark.parametrize("parts", [[1] * 50, [50], [20, 30], [0, 7, 43]])
def test_a_window_is_kept(parts):
    columns, first = Columns.none(1, 2, 1, 3, window=16), 0
    for number in parts:
        columns.add(present(first, number))
        first += number
    places, kept = held(columns)
    assert sorted(places) == list(range(34, 50))
    assert kept == places
    assert columns.kept.shape[3] == 16


def test_nothing_is_kept_at_first():
    assert held(Columns.none(1, 1, 1, 3, window=4)) == ([], [])
    assert held(Columns.none(1, 1, 1, 3)) == ([], [])


def test_pieces_that_have_ended_are_left():
    columns = Columns.none(1, 2, 1, 3)
    columns.add(present(0, 5))
    columns.add(present(5, 5, pieces=1))
    assert held(columns, 0) == (list(range(10)), list(range(10)))
    assert held(columns, 1)[1] == [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]


def test_copies_and_repeats_stand_alone():
    columns = Columns.none(1, 1, 1, 3)
    columns.add(present(0, 5, pieces=1))
    copy, three = columns.copy(), columns.repeated(3)
    copy.add(present(5, 1, pieces=1))
    three.add(present(5, 1, pieces=3))
    assert held(columns)[0] == [0, 1, 2, 3, 4]
    assert held(copy)[0] == held(three, 2)[0] == [0, 1, 2, 3, 4, 5]
    assert three.kept[0, 2, 0, 5, 1] == 2
