"""Rows that count their own tokens: there and back, and what the grammar leaves to each."""

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.frames_before import NO_KEY
from descant.composition.get_score import GetScore, Track
from descant.composition.track_rows import TrackRows, semitones_to_c
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


def test_the_nearest_known_pitches():
    rows = np.full((6, 7), COVERED)
    rows[1, 0], rows[2, 0], rows[4, 0] = 61, 0, 65  # MIDI pitches 60 and 64, and silence between them
    rows[3, 2] = 49
    near = TrackRows(SONG).neighbours(rows)
    assert near.shape == (6, 3, 2)
    assert near[:, 0].tolist() == [[-1, 60], [-1, 64], [60, 64], [60, 64], [60, -1], [64, -1]]
    assert near[:, 1].tolist() == [[-1, 48]] * 3 + [[-1, -1]] + [[48, -1]] * 2
    assert (near[:, 2] == -1).all()


def test_the_key_of_what_is_known():
    tracks = TrackRows(SONG)
    rows = np.full((8, 7), COVERED)
    assert tracks.known_key(rows) == NO_KEY
    assert semitones_to_c(NO_KEY) == 0
    rows[:, 0] = 1 + np.array([62, 64, 66, 67, 69, 71, 73, 74])
    assert tracks.known_key(rows) == 2
    rows[:, 0] = COVERED
    rows[:4, -1] = 12 + 4  # E minor
    assert tracks.known_key(rows) == 12 + 4
    assert [semitones_to_c(key) for key in (0, 1, 6, 11, 12 + 9, 12 + 4)] == [0, -1, -6, 1, 0, 5]


def test_there_and_back_in_another_key():
    for vocabulary in (SONG, DUET):
        rows = TrackRows(vocabulary)
        grid = vocabulary.grid(draw(vocabulary, np.random.default_rng(3), 40 * vocabulary.rows))
        counted = rows.counted(grid)
        counted[::5] = COVERED
        for up in (-5, 6):
            moved = rows.transposed(counted, up)
            assert ((moved[:, 0] - counted[:, 0]) % 12 == np.where(counted[:, 0] > 0, up % 12, 0)).all()
            assert np.array_equal(moved < 1, counted < 1) or vocabulary.chords
            inside = (counted[:, 0] > 12) & (counted[:, 0] < 117)
            assert np.array_equal(rows.transposed(moved, -up)[inside, :2], counted[inside, :2])
            if vocabulary.chords:
                assert np.array_equal(rows.transposed(moved, -up)[:, -1], counted[:, -1])
