from dataclasses import replace

import numpy as np
import pytest

from descant.alignment.written import Written, written
from descant.errors import InvalidValueError
from descant.types.score import TempoMark
from tests.scores import full_score


def test_places_and_times_of_a_page_that_changes_its_tempo():
    notes = Written(
        np.array([0.0, 4.0]), np.array([4.0, 4.0]), np.array([60, 62]), np.zeros(2, int), np.array([0.0, 4.0]),
        np.array([60.0, 120.0]),
    )  # fmt: skip
    assert notes.seconds([0.0, 2.0, 4.0, 6.0]).tolist() == [0.0, 2.0, 4.0, 5.0]
    assert notes.quarters([0.0, 2.0, 4.0, 5.0]).tolist() == [0.0, 2.0, 4.0, 6.0]
    assert notes.end == 8.0


def test_a_score_gives_its_notes_in_order_and_its_tempi():
    score = replace(full_score(), tempos=(TempoMark(0, 90.0),))
    notes = written(score)
    assert len(notes) == sum(one.drum is None for one in score.sounding())
    assert np.all(np.diff(notes.onset) >= 0)
    assert notes.seconds(3.0) == pytest.approx(2.0)


def test_a_score_without_notes_cannot_be_followed():
    with pytest.raises(InvalidValueError, match="no notes"):
        written(replace(full_score(), measures=(), parts=()))


def test_some_of_the_notes_keep_their_places_and_tempi():
    notes = written(full_score())
    some = notes.only(notes.part == notes.part[-1])
    assert set(some.part.tolist()) == {notes.part[-1]}
    assert some.seconds(5.0) == notes.seconds(5.0)
    with pytest.raises(InvalidValueError, match="no notes"):
        notes.only(np.zeros(len(notes), dtype=bool))
