"""A file's own bars: believed where its notes keep to them, and not where a player ignored them."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from descant.transcription.notation.given import given, given_timeline, on_grid, quarters
from descant.types import MeterChange, Notes, TempoChange
from tests.transcription.notation.played import played

SCALE = [(at * F(1, 2), "1/2", 60 + at) for at in range(16)]


def told(*, bpm=120.0, meters=((0.0, 4, 4),), jitter=0.0, rows=SCALE):
    notes = played(*rows, bpm=bpm, start=0.0 + jitter, jitter=jitter)
    return replace(notes, tempos=(TempoChange(0.0, bpm),), meters=tuple(MeterChange(*one) for one in meters))


def test_written_music_is_exact_and_music_to_a_click_is_near():
    assert given(told()) == (True, True)
    assert given(told(jitter=0.02)) == (True, False)


def test_a_free_performance_says_nothing():
    rng = np.random.default_rng(0)
    onset = np.sort(rng.uniform(0, 60, 120))
    notes = Notes(onset, onset + 0.3, rng.integers(40, 80, 120), np.full(120, 70), tempos=(TempoChange(0.0, 120.0),))
    assert given(notes) == (False, False)


def test_without_a_tempo_map_or_with_few_notes_nothing_is_given():
    assert given(played(*SCALE)) == (False, False)
    assert given(told(rows=SCALE[:3])) == (False, False)
    assert given(told(meters=((0.0, 1, 4),))) == (False, False), "bars of one beat are no bars"


def test_quarters_after_a_change_of_tempo():
    notes = replace(told(), tempos=(TempoChange(0.0, 60.0), TempoChange(4.0, 120.0)))
    assert quarters(notes, np.array([2.0, 4.0, 5.0])) == pytest.approx([2.0, 4.0, 6.0])


@pytest.mark.parametrize("place", ["1/16", "7/12", "3/4", "2/5", "3/7", "5"])
def test_places_of_written_music(place):
    assert on_grid(float(F(place)) + 1e-5) == F(place)


def test_bars_change_with_the_metre_and_an_upbeat_is_seen():
    line = given_timeline(told(meters=((0.0, 1, 4), (0.5, 3, 4), (3.5, 2, 4))))
    lengths = [(length, time.beats[0]) for _, length, time in line.bars]
    assert lengths == [(1, 3), (3, 3), (3, 3), (2, 2)]
    assert line.quarters[-1] > 7
    assert np.all(np.diff(line.seconds) > 0)


def test_a_metre_within_a_bar_cuts_it_short():
    line = given_timeline(told(meters=((0.0, 4, 4), (1.5, 2, 4))))
    assert [length for _, length, _ in line.bars][:3] == [3, 2, 2]
