"""The coarse search of the whole score: the place that explains the last seconds, wherever it is."""

import numpy as np
import pytest

from descant.alignment.whereabouts import GROUP, Whereabouts, grouped


def score(seed=0, groups=200):
    """Frames that change every second or so, each group its own."""
    rng = np.random.default_rng(seed)
    chords = rng.uniform(0, 1, (groups // 4, 20)) ** 4 * 20
    return np.repeat(chords, 4 * GROUP, axis=0).astype(np.float32)


def heard(where, frames, pace=1.0):
    """How many rows are made of frames of somebody who is thought to go on at this pace."""
    return sum(where.push(frame, pace * (at + 1)) for at, frame in enumerate(frames))


def test_finds_the_place_that_is_played():
    frames = score()
    where = Whereabouts(frames)
    heard(where, frames[60 * GROUP : 100 * GROUP])
    place, distance = where.long.best()
    assert place / GROUP == pytest.approx(100, abs=4)
    assert where.long.below(distance) > 0.3
    assert where.long.around(place) == distance
    assert where.long.around(10 * GROUP) > 2 * distance
    assert where.long.seconds == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("pace", [0.5, 2.0])
def test_finds_it_at_another_tempo(pace):
    frames = score()
    where = Whereabouts(frames)
    played = frames[(np.arange(0, 40 / pace * GROUP) * pace + 60 * GROUP).astype(int)]
    heard(where, played)
    assert where.long.best()[0] / GROUP == pytest.approx(100, abs=5)


@pytest.mark.parametrize(("pace", "rows"), [(1.0, 10), (0.5, 5), (0.7, 7), (2.0, 20), (5.0, 20), (0.0, 5)])
def test_rows_are_heard_in_step_with_the_scores_own(pace, rows):
    assert heard(Whereabouts(score()), score()[: 10 * GROUP], pace) == pytest.approx(rows, abs=1)


def test_follows_a_jump_within_seconds():
    frames = score()
    where = Whereabouts(frames)
    heard(where, frames[: 60 * GROUP])
    heard(where, frames[140 * GROUP : 160 * GROUP])
    assert where.long.best()[0] / GROUP == pytest.approx(160, abs=4)


def test_nothing_stands_out_in_another_piece():
    here, other = Whereabouts(score()), score(seed=5)
    heard(here, other[: 60 * GROUP])
    assert here.long.below(here.long.best()[1]) < 0.25


def test_forgets_when_told():
    where = Whereabouts(score())
    heard(where, score()[: 40 * GROUP])
    where.restart()
    assert where.long.seconds == 0
    assert where.long.mean == pytest.approx(0.0)


def test_groups_are_means_and_the_last_may_be_short():
    rows = grouped(np.arange(2 * GROUP + 2, dtype=np.float32)[:, None])
    assert rows[:, 0].tolist() == [(GROUP - 1) / 2, GROUP + (GROUP - 1) / 2, 2 * GROUP + 0.5]
