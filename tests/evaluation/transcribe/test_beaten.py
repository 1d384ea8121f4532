"""Places between beats, and the bars that downbeats make."""

import numpy as np
import pytest

from descant.evaluation.transcribe.beaten import bar_at, bars_on, between, holding
from tests.scores import FOUR, THREE


def test_time_runs_evenly_from_beat_to_beat_and_a_beat_beyond():
    beats, quarters = np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 2.0])
    place = between(beats, quarters, np.array([0.5, 1.5, 3.0, 5.0, 6.5, -0.5]))
    assert place[:4] == pytest.approx([-0.5, 0.5, 1.5, 2.5])
    assert np.isnan(place[4:]).all()


def test_bars_on_downbeats():
    downbeats = np.array([1.0, 4.0])
    bars = bars_on(downbeats, [THREE, FOUR], [1, -2])
    assert [(bar.line, bar.end, bar.sharps) for bar in bars] == [(-2, 1, 1), (1, 4, 1), (4, 8, -2)]
    places = np.array([0.0, 0.99, 1.0, 3.97, 4.0])
    assert bar_at(downbeats, places).tolist() == [0, 0, 1, 1, 2]
    assert bar_at(downbeats, places, early=1 / 16).tolist() == [0, 1, 1, 2, 2]


def test_what_holds_at_a_place():
    assert holding(np.array([1.0, 4.0]), np.array([0.0, 1.0, 3.0, 4.0])).tolist() == [0, 0, 0, 1]
