"""Relevance against diversity, in cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from descant.retrieval.maximal_marginal_relevance import marginal_relevance, spread

RELEVANCE = np.array([1.0, 0.9, 0.5])
LIKENESS = np.array([[1.0, 0.95, 0.1], [0.95, 1.0, 0.1], [0.1, 0.1, 1.0]])


def test_what_is_like_what_was_taken_comes_later() -> None:
    # of the second and the third: 0.45 - 0.475 against 0.25 - 0.05
    assert list(marginal_relevance(RELEVANCE, LIKENESS, 0.5)) == [0, 2, 1]


def test_the_ends_of_the_trade() -> None:
    assert list(marginal_relevance(RELEVANCE, LIKENESS, 1.0)) == [0, 1, 2]
    assert list(marginal_relevance(RELEVANCE, LIKENESS, 0.0)) == [0, 2, 1]
    assert list(marginal_relevance(np.zeros(0), np.zeros((0, 0)), 0.5)) == []


def test_spread() -> None:
    assert spread(LIKENESS, [0, 1, 2]) == pytest.approx(1 - (0.95 + 0.1 + 0.1) / 3)
    assert spread(LIKENESS, [0]) == 0.0
