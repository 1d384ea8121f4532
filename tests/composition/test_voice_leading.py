"""Voice leading: each measure by a case of its own, and what holds of any piece."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from descant.composition.illiac import illiac
from descant.composition.jsb_raster import REST
from descant.composition.voice_leading import (
    PAIRS,
    crossing,
    harsh_leaps,
    leaps,
    out_of_range,
    overlap,
    parallel_fifths,
    parallel_octaves,
    wide_spacing,
)

C = (72, 67, 64, 48)
D = (74, 69, 65, 50)  # every voice one step up: fifths of alto and bass, octaves of the outer voices
G = (71, 67, 62, 55)
BETWEEN_STEPS = (parallel_fifths, parallel_octaves, overlap, leaps, harsh_leaps)
MEASURES = (*BETWEEN_STEPS, crossing, wide_spacing)
PIECES = arrays.arrays(
    np.int64, st.tuples(st.integers(0, 6), st.just(4)), elements=st.sampled_from([REST, *range(50, 66)])
)


def frames(*chords):
    return np.array(chords, dtype=np.int64)


def pairs(places):
    return [PAIRS[at] for _, at in np.argwhere(places.found)]


def test_chords_that_move_up_in_parallel():
    piece = frames(C, C, D)
    fifths, octaves = parallel_fifths(piece), parallel_octaves(piece)
    assert pairs(fifths) == [(1, 3)]
    assert pairs(octaves) == [(0, 3)]
    assert fifths.asked.sum() == octaves.asked.sum() == 6  # all pairs, in one of the two steps
    assert not fifths.asked[0].any()


def test_a_unison_that_goes_to_an_octave_in_one_direction_is_parallel():
    assert pairs(parallel_octaves(frames((60, 60, 60, 60), (74, 72, 67, 62)))) == [(0, 3)]


@pytest.mark.parametrize(
    "after",
    [
        (72, 71, 67, 55),  # the bass moves up by a fifth, the soprano stays
        (84, 67, 64, 48),  # an octave's leap over a bass that stays
        (67, 64, 60, 55),  # the outer voices in contrary motion
        (76, 72, 67, 50),  # another interval
        (REST, 69, 66, 51),  # one voice falls silent
    ],
)
def test_no_octaves_where_not_both_move_the_same_way_and_keep_them(after):
    assert not parallel_octaves(frames(C, after)).found[:, PAIRS.index((0, 3))].any()


def test_fifths_in_contrary_motion_and_diminished_ones_are_not_counted():
    contrary = frames((79, 76, 67, 60), (74, 76, 67, 67))  # a twelfth, then a fifth
    assert not parallel_fifths(contrary).found.any()
    assert not parallel_fifths(contrary).asked.any()
    diminished = frames((67, 60, 52, 48), (65, 59, 52, 48))
    assert parallel_fifths(diminished).asked.sum() == 1
    assert not parallel_fifths(diminished).found.any()


def test_leaps_of_voices_that_move():
    piece = frames(C, (77, 67, 68, 54), (67, REST, 57, 41))
    found, asked = leaps(piece)
    assert asked.tolist() == [[True, False, True, True], [True, False, True, True]]
    assert found.tolist() == [[True, False, False, True], [True, False, True, True]]  # E to A flat sounds as a third
    harsh = harsh_leaps(piece)
    assert harsh.found.tolist() == [[False, False, False, True], [True, False, True, True]]
    assert harsh.asked.tolist() == asked.tolist()
    assert harsh_leaps(frames(C, (84, 80, 64, 36))).found.tolist() == [[False, True, False, False]]  # octaves


def test_crossing_is_told_of_neighbours_that_both_sing():
    found, asked = crossing(frames(C, (64, 67, 60, 48), (72, REST, 74, 48)))
    assert found.tolist() == [[False] * 3, [True, False, False], [False] * 3]
    assert asked.tolist() == [[True] * 3, [True] * 3, [False, False, True]]
    assert not crossing(frames((67, 67, 60, 48))).found.any()  # a unison


def test_overlap_is_beyond_where_the_neighbour_was():
    down = overlap(frames(C, (65, 60, 57, 53)))  # the soprano's F is below the alto's G
    assert down.found.tolist() == [[True, True, False]]  # and the alto's C below the tenor's E
    up = overlap(frames(C, (79, 74, 67, 60)))
    assert up.found.tolist() == [[True, False, False]]  # the alto's D is above the soprano's C
    assert up.asked.tolist() == [[True] * 3]


def test_voices_that_cross_or_hold_do_not_overlap():
    assert not overlap(frames(C, (64, 67, 60, 48))).found[0, 0]
    held = overlap(frames(C, C, (72, 67, 64, 52)))
    assert held.asked.tolist() == [[False] * 3, [False, False, True]]


def test_ranges_of_each_voice():
    assert not out_of_range(frames((60, 55, 48, 40), (79, 74, 67, 62))).found.any()
    assert out_of_range(frames((59, 54, 47, 39), (80, 75, 68, 63))).found.all()
    silent = out_of_range(frames((REST, 67, 64, 48)))
    assert silent.asked.tolist() == [[False, True, True, True]]
    assert not silent.found.any()


def test_spacing_of_the_upper_voices():
    assert wide_spacing(frames((79, 67, 55, 36))).found.tolist() == [[False, False]]  # octaves, and more to the bass
    assert wide_spacing(frames((79, 66, 53, 48))).found.tolist() == [[True, True]]
    assert wide_spacing(frames((79, REST, 53, 48))).asked.tolist() == [[False, False]]


@given(PIECES, st.integers(-5, 5))
def test_found_where_asked_whatever_the_key(piece, semitones):
    moved = np.where(piece >= 0, piece + semitones, REST)
    for measure in MEASURES:
        found, asked = measure(piece)
        assert not (found & ~asked).any()
        assert [one.tolist() for one in measure(moved)] == [found.tolist(), asked.tolist()]


@given(PIECES)
def test_notes_held_twice_as_long_move_no_more(piece):
    for measure in BETWEEN_STEPS:
        slow = measure(np.repeat(piece, 2, axis=0))
        assert [one.sum() for one in slow] == [one.sum() for one in measure(piece)]


@given(PIECES)
def test_parallels_backwards_are_parallels(piece):
    for measure in (parallel_fifths, parallel_octaves):
        assert measure(piece[::-1]).found[::-1].tolist() == measure(piece).found.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_counterpoint_by_rule_breaks_none(seed):
    piece = illiac(12, np.random.default_rng(seed))
    for measure in set(MEASURES) - {leaps}:
        found, asked = measure(piece)
        assert asked.any()
        assert not found.any()
