"""The written queries ask for what pieces can have, and grades and gains are as computed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from descant.evaluation.find.queries import ALL, NEARLY, WrittenQuery, ndcg, written_queries
from descant.types.instruments import INSTRUMENTS

PIECE: dict[str, Any] = {"tempo": 72.0, "mode": "minor", "instruments": ("piano", "bass"), "meter": None}


def test_there_are_a_hundred_queries_and_none_twice() -> None:
    words = [one.words for one in written_queries()]
    assert len(words) == len(set(words)) == 100
    assert all(one.asks for one in written_queries())


def test_queries_ask_for_instruments_that_are_told_apart() -> None:
    for one in written_queries():
        assert {*one.asks.get("instruments", ()), *one.asks.get("without", ())} <= set(INSTRUMENTS), one.words


@pytest.mark.parametrize(
    ("asks", "grade"),
    [
        ({"tempo": [60, 80], "mode": ["minor"], "instruments": ["piano"]}, ALL),
        ({"tempo": [72, 72]}, ALL),
        ({"tempo": [60, 80], "mode": ["major"]}, NEARLY),
        ({"tempo": [80, 90]}, 0),
        ({"tempo": [80, 90], "mode": ["major"], "instruments": ["piano"]}, 0),
        ({"instruments": ["piano", "flute"]}, 0),
        ({"instruments": ["piano"], "without": ["drums"]}, ALL),
        ({"instruments": ["piano"], "without": ["bass"]}, NEARLY),
        ({"meter": ["3/4"]}, 0),
    ],
)
def test_grades(asks: dict[str, Any], grade: int) -> None:
    assert WrittenQuery("words", asks).grade(PIECE) == grade


def test_the_gain_of_a_ranking_worked_out_by_hand() -> None:
    # found 1 then 3, of 3 and 1 in all: (1 + 3 / log2 3) / (3 + 1 / log2 3)
    expected = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert ndcg([1, 3], [0, 3, 1, 0]) == pytest.approx(expected)
    assert ndcg([3, 1], [0, 3, 1, 0]) == pytest.approx(1.0)
    assert ndcg([0, 0], [0, 3, 1, 0]) == 0.0
    assert ndcg([0] * 10 + [3], [3] + [0] * 20) == 0.0
