"""Bars after heard beats: they cover all notes, upbeats too, and hold beats that nobody heard."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.transcription.notation.timeline import covering, timeline
from descant.types import Beats
from tests.transcription.notation.played import ticks

NONE = Beats(np.zeros(0), np.zeros(0, dtype=np.int64))


def bars(beats, first, last, compound=False):
    return [(start, length, f"{time.beats[0]}/{time.unit}") for start, length, time in of(beats, first, last, compound)]


def of(beats, first, last, compound=False):
    """The bars up to the beat after the last note, which a late note may be written on."""
    line = timeline(beats, first, last, compound)
    return [one for one in line.bars if one[0] < line.quarters[-1]]


@pytest.mark.parametrize(("bar", "metre"), [(2, "2/4"), (3, "3/4"), (4, "4/4"), (7, "7/4")])
def test_bars_are_as_long_as_their_downbeats_lie_apart(bar, metre):
    found = bars(ticks(3 * bar, bar), 0.5, 0.5 + (3 * bar - 1) / 2)
    assert found == [(bar * at, bar, metre) for at in range(3)]


def test_dotted_beats():
    assert bars(ticks(4, 2), 0.5, 2.0, compound=True) == [(0, 3, "6/8"), (3, 3, "6/8")]


def test_an_upbeat_is_a_short_bar():
    found = bars(ticks(9, 4, first=4), 0.5, 4.5)
    assert found == [(0, 1, "4/4"), (1, 4, "4/4"), (5, 4, "4/4")]


def test_a_long_upbeat_is_a_bar_with_a_rest():
    beats = ticks(11, 4, first=2)
    assert [length for _, length, _ in of(beats, 0.5, 5.5)] == [4, 4, 4]
    assert timeline(beats, 0.5, 5.5, compound=False).quarters[0] == 1


def test_a_change_of_metre():
    beats = Beats(np.arange(10) / 2, [1, 2, 3, 4, 1, 2, 3, 1, 2, 3])
    assert bars(beats, 0.0, 4.5) == [(0, 4, "4/4"), (4, 3, "3/4"), (7, 3, "3/4")]


def test_beats_go_on_to_all_notes():
    seconds, position = covering(ticks(8, 4, start=4.0), 1.0, 11.0)
    assert seconds[0] == pytest.approx(1.0)
    assert seconds[-1] > 11.0
    assert np.allclose(np.diff(seconds), 0.5)
    assert position[0] == 3  # six beats before a downbeat
    assert np.all((np.diff(position) == 1) | (position[1:] == 1))


def test_beats_that_nobody_heard_are_put_in():
    heard = ticks(16, 4)
    kept = np.r_[0:6, 9:16]
    seconds, position = covering(Beats(heard.time[kept], heard.position[kept]), 0.5, 8.0)
    assert np.allclose(seconds[:16], heard.time)
    assert position[:16].tolist() == heard.position.tolist()


@pytest.mark.parametrize(
    "beats",
    [NONE, Beats([1.0], [1]), Beats([1.0, 1.5], [0, 0]), Beats([1.0, 1.4, 2.0], [2, 3, 2]), Beats([9.0, 9.5], [1, 1])],
)
def test_bars_of_four_where_nothing_is_known(beats):
    line = timeline(beats, 2.0, 6.0, compound=False)
    assert line.seconds[0] <= 2.06
    assert line.seconds[-1] > 6.0
    assert np.all(np.diff(line.seconds) > 0)
    assert all(time.beats[0] in (1, 4) for _, _, time in line.bars)


@pytest.mark.parametrize("compound", [False, True])
@pytest.mark.parametrize("downbeats", [[0], [60], [0, 50], [70, 75], [0, 4, 99]])
def test_no_bar_is_longer_than_can_be_written(downbeats, compound):
    position = np.arange(100) % 40 + 2
    position[downbeats] = 1
    line = timeline(Beats(np.arange(100) / 2, position), 0.0, 49.0, compound)
    assert sum(length for _, length, _ in line.bars) >= line.quarters[-1]
    assert max(length for _, length, _ in line.bars) <= 32


def test_places_and_times_go_both_ways():
    line = timeline(ticks(9, 4, first=4), 0.5, 4.5, compound=False)
    assert line.beat(np.array([0.75]))[0] == pytest.approx(0.5)
    assert line.quarter(F(5, 2)) == F(5, 2)
    assert line.quarters_at(np.array([1.0, 1.25])) == pytest.approx([1.0, 1.5])
