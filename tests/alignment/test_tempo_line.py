"""The tempo line: where notes are due, whatever one of them does."""

import numpy as np
import pytest

from descant.alignment.tempo_line import tempo_line


def test_a_steady_player_is_on_the_line():
    quarter = np.arange(0, 16, 0.5)
    line = tempo_line(quarter, 1.0 + 0.6 * quarter)
    assert line.due == pytest.approx(1.0 + 0.6 * quarter)
    assert line.pace == pytest.approx(np.full(32, 0.6))
    assert not line.paused.any()


@pytest.mark.parametrize("late", [0.15, -0.15])
def test_one_late_note_bends_nothing(late):
    quarter = np.arange(0, 16, 0.5)
    played = 0.6 * quarter
    played[13] += late
    assert tempo_line(quarter, played).due == pytest.approx(0.6 * quarter, abs=0.002)


def test_a_slowing_player_is_not_late():
    quarter = np.arange(0, 16, 0.5)
    played = 0.5 * quarter + 0.01 * quarter**2  # half as fast again at the end
    line = tempo_line(quarter, played)
    assert line.due[2:-2] == pytest.approx(played[2:-2], abs=0.03)
    assert line.pace[2:-2] == pytest.approx(0.5 + 0.02 * quarter[2:-2], abs=0.03)


def test_a_pause_breaks_the_line():
    quarter = np.arange(0, 16, 0.5)
    played = 0.6 * quarter + np.where(quarter >= 8, 2.0, 0.0)
    line = tempo_line(quarter, played)
    assert np.flatnonzero(line.paused).tolist() == [16]
    assert line.due == pytest.approx(played)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_few_places(count):
    quarter = np.arange(float(count))
    line = tempo_line(quarter, 0.7 * quarter)
    assert line.due == pytest.approx(0.7 * quarter)
    assert (line.pace > 0).all()
