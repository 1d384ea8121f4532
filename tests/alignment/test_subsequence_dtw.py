"""A part is found where it lies; costs are those of the whole table."""

import numpy as np
import pytest

from descant.alignment.subsequence_dtw import STEEPEST, subsequence
from tests.alignment.test_dtw import costs, melody


def best_path(cost):
    """Where the cheapest of all paths begins and ends, by recursion over the steps."""
    total = np.full(cost.shape, np.inf)
    begun = np.zeros(cost.shape, int)
    total[0], begun[0] = cost[0], np.arange(cost.shape[1])
    for i in range(1, cost.shape[0]):
        for j in range(1, cost.shape[1]):
            ways = [(total[i - 1, j - step], begun[i - 1, j - step]) for step in range(1, min(STEEPEST, j) + 1)]
            for back in range(2, min(STEEPEST, i) + 1):
                waited = cost[i - back + 1 : i, j].sum()
                ways.append((total[i - back, j - 1] + waited, begun[i - back, j - 1]))
            total[i, j], begun[i, j] = min(ways)
            total[i, j] += cost[i, j]
    last = int(np.argmin(total[-1]))
    return int(begun[-1, last]), last


@pytest.mark.parametrize("seed", range(12))
def test_the_best_of_all_paths(seed):
    rng = np.random.default_rng(seed)
    short, long = (rng.uniform(0.1, 1, (count, 5)) for count in (7, 12))
    assert subsequence(short, long) == best_path(costs(short, long))


def test_a_part_is_found_at_another_speed():
    frames = melody(900)
    first, last = subsequence(frames[300:600:2], frames)
    assert abs(first - 300) <= 8
    assert abs(last - 599) <= 8


def test_what_is_too_long_for_any_path_is_all_of_it():
    assert subsequence(melody(100), melody(10)) == (0, 9)
