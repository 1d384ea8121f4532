"""Bars on steps, by hand: upbeats, what completes them, beats of every metre, and metres that are refused."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.pipelines.bar_grid import EIGHTH, SIXTEENTH, BarGrid, measures_of
from descant.types import MeterChange, Notes
from descant.types.score import TimeSignature
from tests.scores import FOUR, THREE, frame


def notes(quarters, meters=()):
    """A note a quarter at 60 quarters a minute."""
    onset = np.arange(quarters, dtype=float)
    tempos = ()
    return Notes(onset / 2, (onset + 1) / 2, np.full(quarters, 60), np.full(quarters, 80), tempos=tempos, meters=meters)


def test_an_upbeat_and_what_completes_it():
    grid = BarGrid.of(frame((1, FOUR, {}), (4, FOUR, {}), (3, FOUR, {}), (1, FOUR, {}), (3, FOUR, {})))
    assert [(one.start, one.stop, one.missing) for one in grid.bars] == [
        (0, 4, 12),
        (4, 20, 0),
        (20, 32, 0),
        (32, 36, 12),  # the upbeat of what follows a repeat
        (36, 48, 0),
    ]
    numbered = grid.numbered()
    assert [one.start for one in numbered] == [4, 20, 36]
    assert [grid.end_of(one) for one in numbered] == [20, 36, 48]
    assert numbered[0].beat_starts == [4, 8, 12, 16]
    assert grid.pulse().step.tolist() == list(range(48))


@pytest.mark.parametrize(
    ("beats", "unit", "step", "lengths"),
    [
        ((3,), 4, SIXTEENTH, (4, 4, 4)),
        ((2,), 2, EIGHTH, (4, 4)),
        ((3,), 2, EIGHTH, (4, 4, 4)),
        ((6,), 8, SIXTEENTH, (6, 6)),
        ((9,), 8, SIXTEENTH, (6, 6, 6)),
        ((3,), 8, SIXTEENTH, (6,)),
        ((4,), 8, SIXTEENTH, (4, 4)),
        ((5,), 8, SIXTEENTH, (4, 6)),
        ((7,), 8, SIXTEENTH, (4, 4, 6)),
        ((3, 2), 8, SIXTEENTH, (6, 4)),
        ((1,), 8, SIXTEENTH, (2,)),
    ],
)
def test_beats_are_as_the_metre_has_them(beats, unit, step, lengths):
    time = TimeSignature(beats, unit)
    grid = BarGrid.of(frame((time.length, time, {}), (time.length, time, {})))
    assert grid.step == step
    assert grid.bars[0].beats == lengths
    assert grid.length == 2 * sum(lengths)
    assert np.flatnonzero(grid.pulse().level == 0).tolist() == [
        bar * sum(lengths) + sum(lengths[:at]) for bar in range(2) for at in range(len(lengths))
    ]


def test_halves_among_quarters_are_counted_in_sixteenths():
    grid = BarGrid.of(frame((4, TimeSignature((2,), 2), {}), (3, THREE, {})))
    assert grid.step == SIXTEENTH
    assert [one.beats for one in grid.bars] == [(8, 8), (4, 4, 4)]


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([(F(11, 4), TimeSignature((11,), 16), {})], "is in 11/16; its beats are too short"),
        ([(4, FOUR, {}), (F(1, 3), FOUR, {}), (4, FOUR, {})], "bar 2 is 1/3 quarters long"),
        ([(F(5, 2), TimeSignature((5,), 8), {})] * 1 + [(F(4), TimeSignature((4, 4), 8), {})], None),
        ([(F(11, 2), TimeSignature((5, 6), 8), {})], "beats of 5 eighths"),
    ],
)
def test_metres_that_do_not_go(measures, words):
    if words is None:
        assert BarGrid.of(frame(*measures)).bars[1].beats == (8, 8)
        return
    with pytest.raises(InvalidValueError, match=words):
        BarGrid.of(frame(*measures))


def test_measures_of_midi():
    found, said = measures_of(notes(9))
    assert not said
    assert [(one.start, one.length, one.time) for one in found] == [(0, 4, FOUR), (4, 4, FOUR), (8, 4, FOUR)]
    found, said = measures_of(notes(10, (MeterChange(0.0, 1, 4), MeterChange(0.5, 3, 4))))
    assert said
    assert [(one.number, one.length, one.time) for one in found] == [
        ("0", 1, THREE),
        ("1", 3, THREE),
        ("2", 3, THREE),
        ("3", 3, THREE),
    ]
    assert BarGrid.of(found).bars[0].missing == 8
    found, _ = measures_of(notes(11, (MeterChange(0.0, 4, 4), MeterChange(4.0, 3, 4))))
    assert [(one.number, one.length) for one in found] == [("1", 4), ("2", 4), ("3", 3)]
