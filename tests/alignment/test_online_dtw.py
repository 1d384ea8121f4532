"""Online time warping: costs as in the whole table, positions close to the truth, no more work for longer music."""

import time

import numpy as np
import pytest

from descant.alignment import online_dtw
from descant.alignment.online_dtw import OnlineDtw
from descant.errors import InvalidValueError
from tests.alignment.test_dtw import melody, warped


def distances(rows, frame):
    return online_dtw.distances(rows, rows.sum(axis=1), frame)


def whole_table(cost):
    """Path costs of all pairs, a step in both rows counting twice."""
    total = np.full(cost.shape, np.inf)
    total[0, 0] = 2 * cost[0, 0]
    for i in range(cost.shape[0]):
        for j in range(cost.shape[1]):
            ways = [total[i, j]]
            ways += [total[i - 1, j - 1] + 2 * cost[i, j]] if i and j else []
            ways += [total[i - 1, j] + cost[i, j]] if i else []
            ways += [total[i, j - 1] + cost[i, j]] if j else []
            total[i, j] = min(ways)
    return total


def test_a_window_that_holds_everything_has_the_costs_of_the_whole_table():
    rng = np.random.default_rng(0)
    live, reference = rng.uniform(0.1, 1, (12, 5)), rng.uniform(0.1, 1, (12, 5))
    follower = OnlineDtw(reference, width=100)
    for frame in live:
        follower.push(frame)
    assert follower.reached == 11
    table = whole_table(np.stack([distances(reference, frame) for frame in live]))
    assert follower.across[-1] == pytest.approx(table[11, 11])


@pytest.mark.parametrize("seed", range(3))
def test_follows_a_changing_speed(seed):
    frames = melody(5000, seed)
    played, place = warped(frames, seed + 10)
    follower = OnlineDtw(frames, width=200)
    error = np.abs(np.array([follower.push(frame) for frame in played]) - place)
    assert np.median(error) <= 4  # half a note
    assert np.percentile(error, 95) <= 16
    assert error[-1] <= 16


def test_follows_without_hearing_ahead():
    frames = melody(800)
    played, _ = warped(frames, 2)
    whole, part = OnlineDtw(frames, width=100), OnlineDtw(frames, width=100)
    said = [whole.push(frame) for frame in played]
    assert [part.push(frame) for frame in played[:300]] == said[:300]


def test_neither_row_goes_on_alone_for_long():
    frames = melody(600)
    still = np.repeat(frames[:1], 400, axis=0)
    follower = OnlineDtw(frames, width=50)
    reached = []
    for frame in still:
        follower.push(frame)
        reached.append(follower.reached)
    steps = np.diff(reached)
    assert steps.max() <= 4
    assert max(len(run) for run in "".join("0" if step == 0 else "1" for step in steps).split("1")) <= 4


def test_a_frame_takes_no_longer_late_in_the_piece_than_early():
    frames = melody(4000)
    follower = OnlineDtw(frames, width=100)
    taken = []
    for frame in frames:
        start = time.perf_counter()
        follower.push(frame)
        taken.append(time.perf_counter() - start)
    assert len(follower.live) == len(follower.across) == len(follower.down) == 100
    assert np.median(taken[-500:]) < 3 * np.median(taken[500:1000])


def test_after_the_end_it_stays_there():
    frames = melody(60)
    follower = OnlineDtw(frames, width=20)
    said = [follower.push(frame) for frame in np.concatenate([frames, np.repeat(frames[-1:], 30, axis=0)])]
    assert said[-1] == 59
    assert follower.reached == 59


def test_refuses():
    with pytest.raises(InvalidValueError, match="at least one frame"):
        OnlineDtw(np.zeros((0, 4)))


def test_distances_by_hand():
    rows = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 3.0], [0.0, 0.0]])
    silent = np.zeros(2)
    assert distances(rows, np.array([2.0, 0.0]))[:2] == pytest.approx([0, (np.log(4) + 8) / 10])
    assert distances(10 * rows, np.array([20.0, 0.0])) == pytest.approx([0, 1, 40 / 60, 1])
    assert distances(np.array([silent]), silent) == pytest.approx([0])
    assert distances(np.array([silent]), np.full(2, 1e-5))[0] < 0.1


def test_inertia_keeps_the_pace_where_frames_say_nothing():
    frames = np.ones((300, 4))
    noisy = frames + np.random.default_rng(3).uniform(0, 0.1, frames.shape)
    free, steady = OnlineDtw(frames, width=50, together=1), OnlineDtw(frames, width=50, inertia=0.2, together=1)
    away = [np.abs(np.array([one.push(frame) for frame in noisy]) - np.arange(300)) for one in (free, steady)]
    assert away[1].max() <= 2 < away[0].max()
