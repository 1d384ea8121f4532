"""What is known of a chorale when a frame begins: by hand, and the same piece in another key."""

import numpy as np
import pytest

from descant.composition.frames_before import LOWEST, NO_KEY, Before, key_of, room_to_move, rows, transposed
from descant.composition.jsb_raster import REST, JsbRaster

RASTER = JsbRaster()


def tokens(*frames):
    return np.where(np.array(frames) == REST, 0, np.array(frames) - LOWEST + 1)


C = (72, 67, 64, 48)
F = (72, 69, 65, 53)
G = (71, 67, 62, 55)


def made(seed=0, steps=40):
    rng = np.random.default_rng(seed)
    chords = np.array([C, F, G, (REST, 67, 64, 48)])
    return tokens(*np.repeat(chords[rng.integers(0, 4, steps // 2)], 2, axis=0))


def test_last_pitch_how_long_and_what_was_before_it():
    told = rows(tokens(C, C, F, F, F, G))
    assert told["last"][0].tolist() == told["hold"][0].tolist() == [0, 0, 0, 0]
    assert told["last"][1].tolist() == told["frame"][0].tolist()
    assert told["hold"][:, 0].tolist() == [0, 1, 2, 3, 4, 5]  # the soprano keeps its C
    assert told["hold"][:, 3].tolist() == [0, 1, 2, 1, 2, 3]
    assert (told["earlier"][5] + LOWEST - 1).tolist() == [LOWEST - 1, 67, 64, 48]
    assert told["step"].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_voice_that_rests_from_the_start_is_held_from_the_first_frame():
    assert rows(tokens((REST, *C[1:]), (REST, *C[1:])))["hold"][:, 0].tolist() == [0, 1]


def test_keys():
    assert key_of(np.zeros(12)) == NO_KEY
    major, minor = np.zeros(12), np.zeros(12)
    major[[2, 4, 6, 7, 9, 11, 1]] = 3, 1, 2, 1, 2, 1, 1
    minor[[9, 11, 0, 2, 4, 5, 8]] = 3, 1, 2, 1, 2, 1, 1
    assert key_of(major) == 2
    assert key_of(minor) == 12 + 9
    told = rows(tokens(*[C, F, G, C] * 4))
    assert told["key"][0].tolist() == [NO_KEY, NO_KEY]
    assert told["key"][-1].tolist() == [0, 0]


def test_recent_pitch_classes_fade():
    told = rows(tokens(*[C] * 200))["recent"]
    assert told[1].sum() == pytest.approx(0.05)
    assert told[-1][[0, 4, 7]] == pytest.approx([0.5, 0.25, 0.25], abs=1e-3)


def test_a_piece_in_the_making_is_told_of_like_a_whole_one():
    piece = made()
    told = rows(piece)
    before = Before.start()
    for at, frame in enumerate(piece):
        for name, one in before.row().items():
            assert np.array_equal(one, told[name][at])
        before = before.after(frame)


def test_only_what_came_before_is_told():
    one, two = made(), made()
    two[20:] = tokens(F)
    for name, told in rows(one).items():
        if name != "frame":
            assert np.array_equal(told[:21], rows(two)[name][:21])


@pytest.mark.parametrize("by", [-3, 2])
def test_moved_to_another_key(by):
    piece = made(1)
    moved, again = transposed(rows(piece), by), rows(np.where(piece > 0, piece + by, 0))
    for name in moved:
        assert np.array_equal(moved[name], again[name])


def test_room_to_move():
    down, up = room_to_move(tokens(C, F), RASTER)
    assert (down, up) == (-12, 4)  # the tenor's F is 4 below its highest A
    assert room_to_move(tokens((REST, REST, REST, REST)), RASTER) == (-12, 12)
