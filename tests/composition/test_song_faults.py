"""Faults of songs on grids that we wrote, each alone."""

import numpy as np
import pytest

from descant.composition.get_score import CHORD, DURATION, PITCH
from descant.composition.getmusic import POP
from descant.composition.song_faults import MELODY, PIANO, classes, faults, sounding

C_MAJOR, D_MINOR = 0, 12 + 2  # tags
LANES = {"melody": (0,), "bridge": (1, 2), "piano": (3, 4, 5, 6)}


def song(chords=(C_MAJOR, C_MAJOR), **tracks):
    """Two bars of four; of each track (column, pitches from the highest down, columns that they last)."""
    grid = np.tile(POP.silence, (16 * len(chords), 1))
    grid[:, -1] = CHORD + np.repeat(chords, 16)
    for name, notes in tracks.items():
        for column, pitches, length in notes:
            for lane, pitch in zip(LANES[name], pitches, strict=False):
                grid[column, 2 * lane : 2 * lane + 2] = PITCH + pitch, DURATION + length - 1
    return grid


PLAIN = {"melody": ((0, (72,), 16), (16, (67,), 16)), "piano": ((0, (64, 60, 48), 16), (16, (64, 60, 48), 16))}


def found(chords=(C_MAJOR, C_MAJOR), **changed):
    grid = song(chords, **{**PLAIN, **changed})
    return {name: count for name, count in faults(grid, np.arange(len(grid)) % 16).items() if count}


def test_what_is_plain_has_none():
    assert found() == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"bridge": ((4, (71,), 4),)}, {"clashes": 1}),
        ({"bridge": ((5, (71,), 2),)}, {}),  # between beats
        ({"bridge": ((4, (71,), 4),), "chords": (8 * 12, C_MAJOR)}, {}),  # C major seventh holds both
        ({"piano": ((0, (65, 60, 48), 8), (16, (64, 60, 48), 16))}, {"piano beside the chord": 2}),
        ({"melody": ((0, (74,), 4), (4, (72,), 28))}, {"melody beside the chord": 1}),
        ({"melody": ((0, (74,), 2), (2, (72,), 28))}, {}),  # it passes
        ({"piano": ((0, (64, 60, 43), 16), (16, (64, 60, 48), 16))}, {}),  # nothing changed to the first chord
        ({"piano": ((0, (64, 60, 48), 16), (16, (65, 62, 45), 16)), "chords": (C_MAJOR, D_MINOR)},
         {"basses that are not the root": 1, "melody beside the chord": 1}),
        ({"piano": ((0, (60, 47, 43), 4), (4, (60, 48), 12), (16, (64, 60, 48), 16))},
         {"mud": 1, "clashes": 1, "piano beside the chord": 1}),
        ({"melody": ((0, (72,), 16), (16, (86,), 2))}, {"wide leaps": 1}),
        ({"piano": ((0, (64, 60, 48), 16),)}, {"silent bars": 1}),
        ({"piano": ((0, (60,), 16), *((at, (64, 60, 48), 2) for at in range(16, 32, 4)))}, {"uneven bars": 1}),
    ],
)  # fmt: skip
def test_each_alone(changed, expected):
    assert found(**changed) == expected


def test_what_sounds():
    grid = song(**PLAIN)
    melody, piano = sounding(grid, MELODY), sounding(grid, PIANO)
    assert melody.sum(axis=1).tolist() == [1] * 32
    assert np.flatnonzero(melody[15]).tolist() == [72]
    assert np.flatnonzero(melody[16]).tolist() == [67]
    assert np.flatnonzero(classes(piano)[20]).tolist() == [0, 4]
