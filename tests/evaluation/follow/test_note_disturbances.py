import numpy as np
import pytest

from descant.evaluation.follow import note_disturbances as made
from tests.evaluation.follow.made import performance


def pieces():
    return performance(120), performance(60, seed=5)


def test_places_stay_with_their_notes():
    piece, other = pieces()
    for change in (*made.BROKEN.values(), *made.NOISY.values(), lambda one: made.with_another(one, other)):
        played = change(piece)
        assert np.all(np.diff(played.time) >= 0)
        assert len(played.time) == len(played.pitch) == len(played.quarter)
        keys = {
            (round(at, 6), key)
            for at, key in zip(piece.written.onset.tolist(), piece.written.pitch.tolist(), strict=True)
        }
        own = [
            (round(at, 6), key) in keys
            for at, key in zip(played.quarter.tolist(), played.pitch.tolist(), strict=True)
            if not np.isnan(at)
        ]
        assert np.mean(own) >= (0.94 if change is made.with_extra else 1.0)


@pytest.mark.parametrize(("change", "quarters"), [(made.skipped, 32.0), (made.repeated, -16.0), (made.paused, 0.0)])
def test_where_the_player_goes_on(change, quarters):
    piece, _ = pieces()
    played = change(piece)
    at = int(np.flatnonzero(played.time >= played.resumes)[0])
    assert played.quarter[at] - played.quarter[at - 1] == pytest.approx(quarters, abs=1.0)
    wait = {made.paused: 3.0}.get(change, made.BREATH)
    assert played.time[at] - played.time[at - 1] >= wait - 1e-9


def test_a_page_of_another_piece_is_nowhere_and_then_it_goes_on():
    piece, other = pieces()
    played = made.with_another(piece, other)
    foreign = np.isnan(played.quarter)
    assert 9.0 < np.ptp(played.time[foreign]) < 10.0
    assert np.count_nonzero(~foreign) == len(piece.take)
    assert played.time[np.flatnonzero(foreign)[-1] + 1] == pytest.approx(played.resumes)


def test_a_twentieth_more_and_less():
    piece, _ = pieces()
    count = len(piece.take)
    assert len(made.with_extra(piece).time) == count + int(0.05 * count)
    assert 0.9 * count < len(made.with_missed(piece).time) < count
