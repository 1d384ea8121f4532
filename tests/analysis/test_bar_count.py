"""The metre counted from positions."""

import numpy as np
import pytest

from descant.analysis.bar_count import bar_count
from descant.types import Beats


def beats(positions: list[int], confidence: float = 1.0) -> Beats:
    return Beats(np.arange(len(positions)) * 0.5, np.array(positions), np.full(len(positions), confidence))


@pytest.mark.parametrize("length", [2, 3, 4, 6])
def test_the_metre_is_the_number_of_beats_in_a_bar(length: int) -> None:
    meter = bar_count(beats([1 + at % length for at in range(5 * length)]))
    assert meter.signature == f"{length}/4"
    assert meter.confidence == 1.0


def test_the_length_that_most_beats_stand_in_wins() -> None:
    meter = bar_count(beats([3, 4, *[1, 2, 3, 4] * 3, *[1, 2, 3], 1], confidence=0.5))
    assert meter.signature == "4/4"
    assert meter.confidence == pytest.approx(0.5 * 12 / 15)


@pytest.mark.parametrize("positions", [[], [1], [2, 3, 4, 1, 2], [0] * 10])
def test_without_two_downbeats_there_is_no_metre(positions: list[int]) -> None:
    meter = bar_count(beats(positions))
    assert meter.signature is None
    assert meter.confidence == 0.0


def test_unsure_downbeats_make_an_unsure_metre() -> None:
    position = np.arange(17) % 4 + 1
    unsure = Beats(np.arange(17) * 0.5, position, np.where(position == 1, 0.2, 1.0))
    assert bar_count(unsure).confidence == pytest.approx(0.2)


def test_bars_too_long_to_be_bars_are_none() -> None:
    assert bar_count(beats([1, *[0] * 99, 1])).signature is None
