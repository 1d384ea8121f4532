"""Scores of the parts of a search, put together by rank and told as percentiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import InvalidValueError
from descant.retrieval.scores import Scores, fused, percentile, ranks, top

NONE = -np.inf


def test_items_are_put_in_order_and_scored_once() -> None:
    scores = Scores(np.array([7, 2, 5]), np.array([0.7, 0.2, 0.5]), str)
    assert scores.ids.tolist() == [2, 5, 7]
    assert scores.score.tolist() == [0.2, 0.5, 0.7]
    assert scores.reason(7) == "7"
    with pytest.raises(InvalidValueError, match="once"):
        Scores(np.array([1, 2, 1]), np.zeros(3), str)
    with pytest.raises(InvalidValueError, match="finite"):
        Scores(np.array([1]), np.array([np.nan]), str)


def test_over_other_items() -> None:
    scores = Scores(np.array([2, 5, 9]), np.array([0.2, 0.5, 0.9]), str)
    assert scores.over(np.array([1, 2, 3, 5])).tolist() == [NONE, 0.2, NONE, 0.5]
    assert scores.over(np.array([2, 5, 9])).tolist() == [0.2, 0.5, 0.9]
    assert scores.over(np.array([], np.int64)).tolist() == []
    assert Scores(np.array([], np.int64), np.array([]), str).over(np.array([4])).tolist() == [NONE]


def test_ranks_of_equals_are_equal() -> None:
    assert ranks(np.array([0.5, 0.9, 0.5, NONE, 0.1])).tolist() == [2, 1, 2, 5, 4]
    assert ranks(np.array([])).tolist() == []


def test_parts_are_fused_by_rank() -> None:
    one = np.array([0.9, 0.8, 0.1])
    other = np.array([-5.0, NONE, 3000.0])  # quite another scale
    found = fused([one, other])
    assert found == pytest.approx([1 / 61 + 1 / 62, 1 / 62, 1 / 63 + 1 / 61])
    assert fused([one]) is one
    assert fused([np.array([NONE, 1.0]), np.array([NONE, NONE])]).tolist() == [NONE, 1 / 61]


def test_the_best_come_first_and_of_equals_the_first() -> None:
    score = np.array([0.5, 0.9, 0.5, NONE, 0.5, 0.7])
    assert top(score, 3).tolist() == [1, 5, 0]
    assert top(score, 99).tolist() == [1, 5, 0, 2, 4]
    assert top(score, 0).tolist() == []
    assert top(np.array([]), 3).tolist() == []


def test_percentiles_are_shares_of_the_others() -> None:
    score = np.array([0.1, 0.4, NONE, 0.4, 0.9])
    assert percentile(score, np.array([4, 1, 0, 2])).tolist() == [100.0, 50.0, 25.0, 0.0]
    assert percentile(np.array([3.0]), np.array([0])).tolist() == [100.0]


@given(st.lists(st.one_of(st.just(NONE), st.integers(-5, 5).map(float)), max_size=30), st.integers(0, 40))
def test_top_is_a_stable_sort(values: list[float], count: int) -> None:
    expected = sorted((at for at, one in enumerate(values) if one != NONE), key=lambda at: -values[at])[:count]
    assert top(np.array(values, dtype=np.float64), count).tolist() == expected
