"""The longest shared passage: by hand, against a search of everything, and in other keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from descant.composition.copy_rate import Passages, Shared
from descant.composition.jsb_raster import REST

PIECE = arrays.arrays(
    np.int64, st.tuples(st.integers(0, 9), st.just(4)), elements=st.sampled_from([60, 61])
)  # few pitches, so that much is shared
PIECES = st.lists(PIECE, min_size=1, max_size=4)


def random_piece(seed, steps=40):
    return np.random.default_rng(seed).integers(48, 72, (steps, 4))


def same(one, two):
    """Whether two passages are one up to transposition."""
    return len(one) == len(two) and len(np.unique(one - two)) == 1


def searched(piece, pieces):
    """The steps of the longest passage, all pairs of places tried."""
    found = [
        length
        for other in pieces
        for start in range(len(piece))
        for there in range(len(other))
        for length in range(2, min(len(piece) - start, len(other) - there) + 1)
        if same(piece[start : start + length], other[there : there + length])
    ]
    return max(found, default=0)


@pytest.mark.parametrize("semitones", [-5, 0, 3])
def test_a_passage_in_any_key_is_found_where_it_stands(semitones):
    others = [random_piece(seed) for seed in range(3)]
    piece = random_piece(9)
    piece[20:31] = others[1][5:16] + semitones
    assert Passages.of(others).longest(piece) == Shared(steps=11, start=20, piece=1, there=5)


def test_one_voice_that_differs_ends_a_passage():
    other = random_piece(0)
    piece = other.copy()
    piece[25, 2] += 1
    assert Passages.of([other]).longest(piece) == Shared(steps=25, start=0, piece=0, there=0)
    assert Passages.of([other]).longest(np.where(np.arange(4) == 1, other + 1, other)).steps == 0


def test_a_whole_copy_is_as_long_as_the_piece():
    others = [random_piece(seed) for seed in range(3)]
    assert Passages.of(others).longest(others[2] + 2) == Shared(steps=40, start=0, piece=2, there=0)


def test_a_piece_can_be_left_out():
    others = [random_piece(seed) for seed in range(3)]
    others[2][10:20] = others[0][4:14]
    passages = Passages.of(others)
    assert passages.longest(others[2], but=2) == Shared(steps=10, start=10, piece=0, there=4)
    assert passages.longest(others[0], but=0) == Shared(steps=10, start=4, piece=2, there=10)
    assert passages.longest(others[1], but=1).steps < 3


def test_silence_is_part_of_a_passage_and_no_pitch():
    other = random_piece(0, steps=8)
    other[3, 1:] = REST
    assert Passages.of([other]).longest(np.where(other >= 0, other + 2, REST)).steps == 8
    assert Passages.of([other]).longest(np.where(other >= 0, other, 60)).steps < 8


@pytest.mark.parametrize("steps", [0, 1])
def test_what_has_no_two_steps_shares_nothing(steps):
    assert Passages.of([random_piece(0)]).longest(random_piece(0, steps)) == Shared()
    assert Passages.of([random_piece(0, steps)]).longest(random_piece(0)) == Shared()


@given(PIECES, PIECE)
def test_as_long_as_a_search_of_everything_finds(others, piece):
    passages = Passages.of(others)
    found = passages.longest(piece)
    assert found.steps == searched(piece, others)
    if found.steps:
        there = others[found.piece][found.there : found.there + found.steps]
        assert same(piece[found.start : found.start + found.steps], there)


@given(PIECES)
def test_as_long_as_a_search_of_the_others_finds(others):
    passages = Passages.of(others)
    for at, piece in enumerate(others):
        found = passages.longest(piece, but=at)
        assert found.piece != at
        assert found.steps == searched(piece, others[:at] + others[at + 1 :])
