"""Rows that count their own tokens: there and back, and what the grammar leaves to each."""

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.get_score import GetScore, Track
from descant.composition.track_rows import TrackRows
from descant.composition.vocabulary import draw
from descant.types import Part

SONG = GetScore((Track(Part("melody")), Track(Part("piano"), 2)), chords=True)
DUET = GetScore((Track(Part("one")), Track(Part("two"))))


def test_rows_know_their_tracks():
    rows = TrackRows(SONG)
    assert rows.tracks == ("melody", "piano", "chords")
    assert rows.track.tolist() == [0, 0, 1, 1, 1, 1, 2]
    assert rows.turn.tolist() == [0, 1, 0, 1, 2, 3, 0]
    assert rows.sizes.tolist() == [129, 65, 129, 65, 129, 65, 181]
    assert TrackRows(DUET).tracks == ("one", "two")
    assert TrackRows(DUET).turn.tolist() == [0, 1, 0, 1]


def test_a_column_as_its_rows_count_it():
    column = np.array([[61, 132, 0, 0, COVERED, COVERED, 193 + 180]])
    assert TrackRows(SONG).counted(column).tolist() == [[61, 4, 0, 0, COVERED, COVERED, 180]]


def test_any_grid_comes_back():
    for vocabulary in (SONG, DUET):
        rows = TrackRows(vocabulary)
        grid = vocabulary.grid(draw(vocabulary, np.random.default_rng(0), 60 * vocabulary.rows))
        grid[np.random.default_rng(1).random(grid.shape) < 0.2] = COVERED
        counted = rows.counted(grid)
        assert np.array_equal(rows.tokens(counted), grid)
        assert (counted < rows.sizes).all()


def test_the_grammar_in_a_rows_own_count():
    """Both ways of asking what may stand next agree, token by token."""
    rows = TrackRows(SONG)
    grid = SONG.grid(draw(SONG, np.random.default_rng(2), 30 * SONG.rows))
    for row in range(SONG.rows):
        allowed = rows.allowed(grid, row)
        assert allowed.shape == (len(grid), rows.sizes[row])
        for column, mask in zip(grid, allowed, strict=True):
            state = SONG.start
            for token in column[:row]:
                state = SONG.after(state, int(token))
            other = np.tile(column, (SONG.size, 1))
            other[:, row] = np.arange(SONG.size)
            counted = rows.counted(other)[SONG.allowed(state), row]
            assert sorted(counted.tolist()) == np.flatnonzero(mask).tolist()
