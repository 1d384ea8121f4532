"""The order of measures, against orders worked out by hand, and against music21's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descant.io.score.play_order import MOST_JUMPS, play_order
from descant.types.score import JUMPS
from tests.scores import FOUR, frame


def measures(*signs):
    return frame(*[(4, FOUR, one) for one in signs])


def end(times=2, **more):
    return {"repeat_end": times, **more}


def ending(number, **more):
    return {"ending": number, **more}


def sign(*names, **more):
    return {"jumps": names, **more}


START = {"repeat_start": True}


@pytest.mark.parametrize(
    ("signs", "order"),
    [
        ([{}, {}, {}], [0, 1, 2]),
        ([{}, end(), {}], [0, 1, 0, 1, 2]),
        ([{}, START, end(3), {}], [0, 1, 2, 1, 2, 1, 2, 3]),
        ([{}, ending("1", **end()), ending("2"), {}], [0, 1, 0, 2, 3]),
        ([{}, ending("1,2", **end()), ending("3"), {}], [0, 1, 0, 1, 0, 2, 3]),
        ([{}, ending("1, 2", **end()), ending("3")], [0, 1, 0, 1, 0, 2]),
        ([end(), START | end()], [0, 0, 1, 1]),
        ([end(), {}, end()], [0, 0, 1, 2, 1, 2]),
        ([{}, ending("1", **end()), ending("2", **end()), START], [0, 1, 0, 2, 3]),
        # endings of two measures; what follows the last one is repeated by itself
        (
            [{}, ending("1"), ending("1", **end()), ending("2"), ending("2"), {}, end()],
            [0, 1, 2, 0, 3, 4, 5, 6, 5, 6],
        ),
        ([{}, ending("1", **end()), {}], [0, 1, 0, 2]),  # the second time goes on after the bracket
        # within one another: the inner passage alone, as nothing says where the outer one begins again
        ([START, START, end(), end()], [0, 1, 2, 1, 2, 3, 3]),
    ],
)
def test_repeats_and_endings(signs, order):
    assert play_order(measures(*signs)) == order


@pytest.mark.parametrize(
    ("signs", "order"),
    [
        ([{}, sign("D.C.")], [0, 1, 0, 1]),
        ([{}, sign("Fine"), {}, sign("D.C. al Fine")], [0, 1, 2, 3, 0, 1]),
        ([{}, sign("Fine"), {}, sign("D.C.")], [0, 1, 2, 3, 0, 1]),
        ([{}, sign("segno"), sign("Fine"), sign("D.S. al Fine"), {}], [0, 1, 2, 3, 1, 2]),
        ([{}, sign("segno"), sign("To Coda"), {}, sign("D.S. al Coda"), sign("coda"), {}], [0, 1, 2, 3, 4, 1, 2, 5, 6]),
        ([{}, sign("To Coda"), sign("D.C."), sign("coda")], [0, 1, 2, 0, 1, 3]),
        # each looks for its own sign
        ([sign("Fine"), sign("To Coda"), sign("D.C. al Coda"), sign("coda")], [0, 1, 2, 0, 1, 3]),
        ([sign("To Coda"), sign("Fine"), sign("D.C. al Fine"), sign("coda")], [0, 1, 2, 0, 1]),
        # a minuet and its trio: afterwards without repeats
        (
            [end(), START, sign("Fine", **end()), START | end(), START, sign("D.C. al Fine", **end())],
            [0, 0, 1, 2, 1, 2, 3, 3, 4, 5, 4, 5, 0, 1, 2],
        ),
        # afterwards the last ending
        (
            [{}, ending("1", **end()), ending("2"), sign("Fine"), sign("D.C. al Fine")],
            [0, 1, 0, 2, 3, 4, 0, 2, 3],
        ),
        ([{}, ending("1", **end()), sign("Fine"), sign("D.C. al Fine")], [0, 1, 0, 2, 3, 0, 2]),
        # or the one with the Fine
        (
            [{}, ending("1", jumps=("Fine",), **end()), ending("2"), START, sign("D.C. al Fine")],
            [0, 1, 0, 2, 3, 4, 0, 1],
        ),
        ([{}, ending("1", jumps=("Fine",), **end()), ending("2"), sign("D.C.")], [0, 1, 0, 2, 3, 0, 1]),
        (
            [{}, ending("1", jumps=("Fine",), **end()), ending("2"), sign("D.C. al Coda")],
            [0, 1, 0, 2, 3, 0, 2, 3],
        ),
        ([{}, ending("1", jumps=("D.C.",)), ending("2"), {}], [0, 1, 0, 2, 3]),
        ([{}, ending("1", **end()), ending("2", jumps=("D.S.",)), {}], [0, 1, 0, 2, 3]),  # no segno
        (
            [sign("segno"), ending("1", **end()), ending("2", jumps=("D.S.",)), {}],
            [0, 1, 0, 2, 0, 2, 3],
        ),
        # what is new after the jump is repeated, from the coda on
        ([{}, sign("To Coda"), sign("D.C. al Coda"), sign("coda"), end()], [0, 1, 2, 0, 1, 3, 4, 3, 4]),
        ([{}, sign("D.C."), {}, end()], [0, 1, 0, 1, 2, 3, 2, 3]),
        # two jumps, one after the other, to the last segno before each
        (
            [sign("segno"), sign("D.S."), sign("segno"), sign("D.S."), {}],
            [0, 1, 0, 1, 2, 3, 2, 3, 4],
        ),
    ],
)
def test_jumps(signs, order):
    assert play_order(measures(*signs)) == order


@pytest.mark.parametrize(
    ("signs", "order"),
    [
        ([sign("D.S. al Fine"), sign("Fine")], [0, 1]),  # no segno
        ([{}, sign("D.S."), sign("segno")], [0, 1, 2]),  # nor one before it
        ([{}, sign("D.C. al Coda"), sign("coda")], [0, 1, 0, 1, 2]),  # no To Coda
        ([sign("coda"), sign("To Coda"), sign("D.C. al Coda")], [0, 1, 2, 0, 1, 2]),  # no coda after it
        ([{}, sign("D.C. al Fine")], [0, 1, 0, 1]),
        ([sign("Fine"), sign("To Coda"), sign("coda")], [0, 1, 2]),  # no jump
        ([{}, START, {}], [0, 1, 2]),
        ([{}, ending("1"), ending("2"), {}], [0, 1, 2, 3]),  # brackets that nothing repeats
        ([{}, ending("1"), ending("2", **end()), {}], [0, 1, 2, 0, 1, 2, 3]),
        ([{}, ending("1", **end()), ending("3"), {}], [0, 1, 0, 2, 3]),  # counted in order
        ([{}, ending("1", **end()), ending("1"), {}], [0, 1, 0, 2, 3]),
        ([{}, ending("last", **end()), ending("x"), {}], [0, 1, 0, 2, 3]),
        ([{}, end(), ending("2"), {}], [0, 1, 0, 1, 2, 3]),
        ([{}, ending("1"), {}, end(), ending("2"), {}], [0, 1, 2, 3, 0, 4, 5]),  # a bracket that stops short
        ([{}, ending("1", **end()), ending("2"), {}, end(), {}], [0, 1, 0, 2, 3, 4, 3, 4, 5]),  # a passage of its own
        ([{}, end(1000)], [0, 1] * 8),
        ([], []),
    ],
)
def test_signs_that_make_no_sense(signs, order):
    assert play_order(measures(*signs)) == order


def test_only_so_many_jumps_are_taken():
    assert len(play_order(measures(*[sign("D.C.")] * 30))) == 30 + sum(range(1, MOST_JUMPS + 1))


ANY = st.fixed_dictionaries(
    {},
    optional={
        "repeat_start": st.booleans(),
        "repeat_end": st.sampled_from([0, 2, 3]),
        "ending": st.sampled_from(["", "1", "2", "1,2", "3", "x"]),
        "jumps": st.lists(st.sampled_from(JUMPS), max_size=2).map(tuple),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=12))
def test_any_signs_come_to_an_end_and_begin_at_the_beginning(signs):
    order = play_order(measures(*signs))
    assert order[0] == 0
    assert len(order) <= len(signs) * (8 + MOST_JUMPS)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=12))
def test_without_a_fine_or_a_coda_no_measure_is_left_out(signs):
    plain = [{**one, "jumps": tuple(jump for jump in one.get("jumps", ()) if jump[:2] == "D.")} for one in signs]
    assert set(play_order(measures(*plain))) == set(range(len(signs)))
