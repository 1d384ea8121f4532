"""A score's frames at any pace: attacks as they sound, what follows them held or cut; and how the pace is told."""

import numpy as np
import pytest

from descant.alignment.score_frames import FASTEST, Pace, ScoreFrames

ONSETS = np.array([0, 10, 20])


def frames():
    """One rise at each onset; the level tells the frame."""
    made = np.zeros((30, 2))
    made[ONSETS, 0] = 1.0
    made[:, 1] = np.arange(30)
    return made


def test_at_the_pages_pace_they_are_read_as_they_are():
    read = ScoreFrames(frames(), ONSETS, 1)
    assert np.array(list(read)) == pytest.approx(frames())
    assert read.place == pytest.approx(np.arange(30))


@pytest.mark.parametrize("pace", [0.5, 0.7, 1.5, 2.5])
def test_at_another_pace_onsets_come_when_the_performer_comes_to_them(pace):
    read = ScoreFrames(frames(), ONSETS, 1)
    read.pace = pace
    found = np.array(list(read))
    assert len(found) == pytest.approx(30 / pace, abs=1)
    assert np.flatnonzero(found[:, 0]) == pytest.approx(ONSETS / pace, abs=1)
    assert np.all(np.diff(read.place) > 0)
    assert np.array(read.place) == pytest.approx(np.arange(len(found)) * pace, abs=pace + 1)


def test_what_is_held_sounds_on_and_nothing_sets_in():
    read = ScoreFrames(frames(), ONSETS, 1)
    read.pace = 0.5
    found = np.array(list(read))
    assert found[10:20].tolist() == [[0.0, 9.0]] * 10


def test_reading_may_begin_anywhere():
    read = ScoreFrames(frames(), ONSETS, 1, start=14.0)
    found = np.array(list(read))
    assert found[:, 1].tolist() == list(range(14, 30))


def test_the_pace_is_the_slope_of_the_places():
    pace = Pace(fps=50.0)
    for at in range(1000):
        pace.push(0.7 * at)
    assert pace.value == pytest.approx(0.7, abs=0.02)
    assert pace.known


def test_the_pace_has_its_limits_and_survives_a_jump():
    pace = Pace(fps=50.0)
    for at in range(1500):
        pace.push(9.0 * at)
    assert pace.value == pytest.approx(FASTEST, abs=0.01)
    pace.restart()
    assert pace.push(0.0) == pytest.approx(FASTEST, abs=0.01)
