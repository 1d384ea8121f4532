"""Time warping: the cheapest of all paths where all are looked at, and close to it where they are not."""

import numpy as np
import pytest

from descant.alignment import dtw as module
from descant.alignment.dtw import FACTOR, dtw, window
from descant.errors import InvalidValueError


def costs(one, other):
    first, second = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (one, other))
    return 1.0 - first @ second.T


def cheapest(cost):
    total = np.full(cost.shape, np.inf)
    for i in range(cost.shape[0]):
        for j in range(cost.shape[1]):
            ways = [total[i - 1, j - 1]] if i and j else []
            ways += [total[i - 1, j]] if i else []
            ways += [total[i, j - 1]] if j else []
            total[i, j] = cost[i, j] + (min(ways) if ways else 0.0)
    return total[-1, -1]


def melody(length, seed=0):
    """Frames of a random walk over 24 bins, a little noise in all of them."""
    rng = np.random.default_rng(seed)
    notes = np.repeat(rng.integers(0, 24, length // 8 + 1), 8)[:length]
    return np.eye(24)[notes] + rng.uniform(0, 0.1, (length, 24))


def check_steps(path, rows, columns):
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [rows - 1, columns - 1]
    steps = np.diff(path, axis=0)
    assert set(map(tuple, steps.tolist())) <= {(1, 1), (1, 0), (0, 1)}


@pytest.mark.parametrize("seed", range(8))
def test_the_cheapest_of_all_paths(seed):
    rng = np.random.default_rng(seed)
    one, other = (rng.uniform(0.1, 1, (int(rng.integers(1, 14)), 5)) for _ in range(2))
    path = dtw(one, other)
    check_steps(path, len(one), len(other))
    cost = costs(one, other)
    assert cost[path[:, 0], path[:, 1]].sum() == pytest.approx(cheapest(cost), abs=1e-5)


def warped(frames, seed):
    """The frames played at a changing speed, and where each of the new ones comes from."""
    rng = np.random.default_rng(seed)
    speed = np.repeat(rng.uniform(0.6, 1.6, len(frames) // 50 + 1), 50)[: len(frames)]
    place = np.cumsum(speed)
    place = place[place < len(frames) - 1]
    return frames[place.astype(int)], place


def test_a_long_row_is_found_again_at_another_speed():
    frames = melody(6000)
    played, place = warped(frames, 1)
    path = dtw(played, frames)
    check_steps(path, len(played), len(frames))
    found = np.full(len(played), -1)
    found[path[:, 0]] = path[:, 1]
    error = np.abs(found - place)
    assert np.median(error) <= 4  # half a note
    assert np.percentile(error, 99) <= 8


def test_coarse_to_fine_costs_hardly_more_than_all_pairs(monkeypatch):
    frames = melody(900, seed=3)
    played, _ = warped(frames, 4)
    cost = costs(played, frames)
    several = dtw(played, frames)
    monkeypatch.setattr(module, "SMALL", 10_000)
    all_pairs = dtw(played, frames)
    worth = [cost[path[:, 0], path[:, 1]].sum() for path in (several, all_pairs)]
    assert worth[1] <= worth[0] + 1e-4
    assert worth[0] < 1.05 * worth[1]


def test_what_is_looked_at_grows_with_the_length_alone():
    for length in (4_000, 16_000):
        path = np.stack([np.arange(length // FACTOR)] * 2, axis=1)
        low, high = window(path, length, length, 24)
        assert (high - low).sum() < 80 * length
        assert np.all(low[1:] < high[:-1])
        assert (low[0], high[-1]) == (0, length)


def test_silence_and_single_frames():
    assert dtw(np.zeros((1, 4)), np.ones((1, 4))).tolist() == [[0, 0]]
    assert dtw(np.ones((1, 4)), np.ones((3, 4))).tolist() == [[0, 0], [0, 1], [0, 2]]
    check_steps(dtw(np.zeros((5, 4)), melody(8)[:, :4]), 5, 8)


@pytest.mark.parametrize("one", [np.zeros((0, 3)), np.zeros(3), np.zeros((2, 4))])
def test_refuses(one):
    with pytest.raises(InvalidValueError, match="cannot be warped onto each other"):
        dtw(one, np.zeros((2, 3)))
