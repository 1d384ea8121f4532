"""Paths from piece to piece: short, and nobody twice in a row where that can be."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from descant.retrieval.playing_order import apart, smooth_order

names = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=7)


def twice(path: list[int], artists: list[str]) -> int:
    return sum(artists[one] == artists[other] != "" for one, other in pairwise(path))


def length(path: list[int], cost: np.ndarray) -> float:
    return sum(cost[one, other] for one, other in pairwise(path))


@given(names)
def test_nobody_comes_twice_in_a_row_where_that_can_be(artists: list[str]) -> None:
    rest = range(1, len(artists))
    least = min(twice([0, *order], artists) for order in permutations(rest))
    path = apart(range(len(artists)), artists)
    assert sorted(path) == list(range(len(artists)))
    assert path[0] == 0
    assert twice(path, artists) == least
    line = np.arange(len(artists), dtype=np.float64)
    assert twice(smooth_order(np.abs(line[:, None] - line), artists), artists) == least


def test_the_order_stays_where_nothing_speaks_against_it() -> None:
    assert apart([2, 0, 1], ["a", "b", "c"]) == [2, 0, 1]
    assert apart([0, 1, 2, 3], ["a", "a", "b", "a"]) == [0, 2, 1, 3]
    assert apart([], []) == []


def test_paths_are_short() -> None:
    place = np.array([0.0, 5.0, 1.0, 4.0, 2.0, 3.0])
    cost = np.abs(place[:, None] - place)
    assert place[smooth_order(cost, [""] * 6)].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def test_paths_are_nearly_the_shortest() -> None:
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(20):
        point = rng.uniform(size=(7, 2))
        cost = np.linalg.norm(point[:, None] - point, axis=2)
        best = min(length([0, *order], cost) for order in permutations(range(1, 7)))
        ratios.append(length(smooth_order(cost, [""] * 7), cost) / best)
    assert max(ratios) < 1.25
    assert np.mean(ratios) < 1.05
