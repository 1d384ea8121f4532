"""Errors put into a take made here: where they are said to be."""

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import EXTRA, LATE, MISSED, OF_NOTES, REPEATED, SKIPPED, WRONG
from descant.evaluation.follow.take_errors import spoiled, with_jumps
from tests.evaluation.follow.made import take


def test_errors_are_where_they_are_said_to_be():
    one = take()
    worse = spoiled(one, 0.02)
    kinds = [error.kind for error in worse.errors]
    assert {kind: kinds.count(kind) for kind in OF_NOTES} == dict.fromkeys(OF_NOTES, 2)
    assert len(worse.onset) == len(one.onset)  # two left out, two added
    for error in worse.errors:
        if error.kind == WRONG:
            assert worse.pitch[error.played] != one.page.notes.pitch[error.note]
            assert worse.answers[error.played] == NONE
        elif error.kind == MISSED:
            assert error.note not in worse.answers
        elif error.kind == EXTRA:
            assert worse.was[error.played] == NONE
        else:
            assert worse.answers[error.played] == error.note
        if error.kind == LATE:
            assert 0.1 < worse.onset[error.played] - one.onset[worse.was[error.played]] < 0.31


def test_a_bar_is_repeated_and_one_is_skipped():
    one = take()
    worse = with_jumps(one)
    again, left = worse.errors
    assert (again.kind, left.kind) == (REPEATED, SKIPPED)
    quarter = one.page.notes.onset[worse.answers]
    assert not ((quarter >= left.quarter) & (quarter < left.until)).any()
    counts = np.bincount(worse.answers)
    twice = one.page.notes.onset[np.flatnonzero(counts == 2)]
    assert ((twice >= again.quarter) & (twice < again.until)).all()
    assert (np.diff(worse.onset) >= 0).all()
