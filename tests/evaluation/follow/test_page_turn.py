"""Page turns measured by hand: right, early, late, missed and false ones."""

import numpy as np
import pytest

from descant.alignment.page_turner import SECONDS, PageTurner, Turn
from descant.alignment.written import Written
from descant.evaluation.follow.page_turn import (
    BARS,
    RIGHT,
    all_turns,
    compared,
    page_bars,
    rates,
    steady,
    trembling_places,
    true_places,
)
from descant.types import Notes
from descant.types.alignment import LOST
from tests.evaluation.follow.made import Formula

BEATS = np.arange(4 * (4 * BARS + 1))


def piece(pace=0.5):
    """Four pages and a bar in quarters, half a second each, or as `pace` says."""
    seconds = 1.0 + np.append(0.0, np.cumsum(np.broadcast_to(pace, len(BEATS) - 1)))
    pitch = 60 + 7 * BEATS % 12
    written = Written(BEATS.astype(float), np.ones(len(BEATS)), pitch, np.zeros(len(BEATS), int))
    take = Notes(seconds, seconds + 0.3, pitch, np.full(len(BEATS), 80))
    page = Notes(0.5 * BEATS, 0.5 * BEATS + 0.3, pitch, np.full(len(BEATS), 80))
    return Formula("hand", "a piece", "a piece", "valid", written, page, take, BEATS.astype(float), seconds)


DOWNBEATS = np.arange(0.0, len(BEATS), 4)


def test_eight_bars_stand_on_a_page():
    bars = page_bars(piece(), DOWNBEATS)
    assert [bar.page for bar in bars] == [1 + at // BARS for at in range(4 * BARS)]


def test_turns_beside_those_that_are_meant():
    bars = page_bars(piece(), DOWNBEATS)
    points = [4 * (BARS * page - 1) + 2 for page in (1, 2, 3)]  # quarters: half-way through the last bar
    times = [1.0 + 0.5 * point - SECONDS for point in points]
    told = [Turn(times[0], 2), Turn(times[1] - 1.0, 3), Turn(times[1] + 0.1, 3), Turn(times[2] + 0.5 * RIGHT + 0.5, 4)]
    found = compared(told, piece(), bars)
    assert found.error == pytest.approx([0.0, -2.0], abs=1e-6)
    assert (found.meant, found.false) == (3, 2)
    assert rates([found]) == pytest.approx(
        {"mean_beats": 1.0, "median_beats": 1.0, "early": 1 / 3, "late": 0.0, "missed": 1 / 3, "false": 2 / 3}
    )


def test_everyone_turns_right_in_a_steady_tempo():
    bars = page_bars(piece(), DOWNBEATS)
    for name, told in all_turns(piece(), bars).items():
        found = compared(told, piece(), bars)
        assert len(found.error) == 3, name
        assert np.abs(found.error).max() < (1.0 if "trembling" in name else 0.15), name


def test_a_steady_tempo_is_no_match_for_rubato():
    swaying = piece(0.5 + 0.25 * np.sin(np.arange(len(BEATS) - 1) / 12))
    bars = page_bars(swaying, DOWNBEATS)
    turner = PageTurner(bars)
    told = [turn for one in true_places(swaying) if (turn := turner.push(one)) is not None]
    assert np.abs(compared(told, swaying, bars).error).max() < 0.3
    by_tempo = compared(list(steady(swaying, bars)), swaying, bars)
    assert by_tempo.false or np.abs(by_tempo.error).max() > 1.0


def test_trembling_places_are_late_wrong_and_lost_and_always_the_same():
    one, again = (list(trembling_places(piece())) for _ in range(2))
    assert one == again
    time = np.array([place.time for place in one])
    away = np.abs(np.array([place.quarter for place in one]) - (time - 1.0) / 0.5)
    assert 0.1 < np.median(away) < 0.5
    assert away.max() > 2.0
    assert any(place.state == LOST for place in one)
