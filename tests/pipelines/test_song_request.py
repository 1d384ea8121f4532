"""Charts as rows of chords, and basses and last chords as the piano plays them, on grids that we wrote."""

import numpy as np

from descant.composition.chord_chart import chart
from descant.composition.get_score import CHORD, DURATION, PITCH
from descant.composition.getmusic import POP
from descant.composition.song_faults import PIANO, sounding
from descant.pipelines.song_request import basses, chart_row, last_chord, simpler, with_basses, with_last_chord

TOP = 6  # the row of the piano's highest notes


def song(bars, *notes):
    """Bars of C major; of the piano (column, lane, pitch, columns that it lasts)."""
    grid = np.tile(POP.silence, (16 * bars, 1))
    grid[:, -1] = CHORD
    for column, lane, pitch, length in notes:
        grid[column, TOP + 2 * lane : TOP + 2 * lane + 2] = PITCH + pitch, DURATION + length - 1
    return grid


def test_a_chart_as_a_row():
    plan = chart("C | Dm7 G9 | N.C.")
    assert (chart_row(plan, 48) - CHORD).tolist() == [0] * 16 + [74] * 8 + [9 * 12 + 7] * 8 + [180] * 16
    assert simpler(plan) == ["G9"]


def test_basses_that_are_named_are_the_lowest():
    plan = chart("C/E | C/G | C")
    grid = song(3, (0, 0, 64, 4), (0, 1, 36, 4), (12, 0, 38, 8), (16, 0, 67, 2), (18, 0, 36, 2))
    assert basses(plan, grid, 0) == (0, 2)
    found = with_basses(plan, grid, 0)
    assert basses(plan, found, 0) == (2, 2)
    assert POP.flatten(found).size == found.size
    piano = sounding(found, PIANO)
    assert np.flatnonzero(piano[0]).tolist() == [40, 64]
    assert [int(np.flatnonzero(one)[0]) for one in piano[:32]] == [40] * 16 + [43] * 16
    assert np.array_equal(found[32:], grid[32:])
    full = with_basses(plan, song(3, *((0, lane, 70 - lane, 4) for lane in range(4))), 0)
    assert np.flatnonzero(sounding(full, PIANO)[0]).tolist() == [40, 68, 69, 70]


def test_the_last_chord_is_held():
    grid = song(2, (16, 0, 61, 2), (20, 0, 62, 2), (28, 0, 62, 2))
    grid[24:, -1] = CHORD + 12 + 9  # A minor
    at = last_chord(grid, np.arange(32) % 16)
    assert at == 24
    piano = sounding(with_last_chord(grid, at), PIANO)
    assert [np.flatnonzero(one).tolist() for one in piano[24:]] == [[45, 57, 60, 64]] * 8
    assert np.flatnonzero(piano[20]).tolist() == [62]
