"""What would make a parallel is what the counts find once it is written."""

import numpy as np
import pytest

from descant.composition.absorbing_state import COVERED
from descant.composition.jsb_raster import RANGES, JsbRaster
from descant.composition.parallels_avoided import DIVISOR, avoided, makes_parallel, makes_parallel_around
from descant.composition.voice_leading import PAIRS, parallel_fifths, parallel_octaves

RASTER = JsbRaster()


def tokens(*pitches):
    return np.array(pitches) - RASTER.lowest + 1


def test_a_fifth_kept_in_one_direction():
    last, above = tokens(72, 65, 60, 53), tokens(74, 65, 60)  # over F, C5 rises to D5: a twelfth, and one above G
    assert (np.flatnonzero(makes_parallel(last, above)) - 1 + RASTER.lowest).tolist() == [55, 67, 79]
    above = tokens(71, 65, 60)  # the soprano falls: only a fall of the bass would be a parallel, to E
    assert (np.flatnonzero(makes_parallel(last, above)) - 1 + RASTER.lowest).tolist() == [40, 52]
    assert not makes_parallel(last, last[:3]).any()  # nobody else moves


@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_is_counted(seed):
    """Of two random frames every voice's token makes a parallel with those above it where the counts find a pair."""
    rng = np.random.default_rng(seed)
    low, high = np.array(RANGES).T
    one = rng.integers(low, high + 1)
    other = np.clip(one + rng.integers(-3, 4, 4), low, high)
    if seed % 4 == 0:
        one[rng.integers(4)] = -1
    frames = np.array([one, other])
    grid = RASTER.flatten(frames).reshape(2, 4)
    found = [makes_parallel(grid[0], grid[1, :voice])[grid[1, voice]] for voice in range(4)]
    counted = parallel_fifths(frames).found[0] | parallel_octaves(frames).found[0]
    pairs = [(upper, lower) for upper in range(4) for lower in range(upper + 1, 4)]
    assert found == [any(counted[at] for at, pair in enumerate(pairs) if pair[1] == voice) for voice in range(4)]


def test_its_odds_are_divided_and_others_stay():
    last, above = tokens(72, 67, 60, 53), tokens(72, 69, 62)
    logits = np.linspace(-1, 1, RASTER.size)
    found = avoided(logits, last, above)
    parallel = makes_parallel(last, above)
    assert parallel.any()
    assert np.allclose(logits[parallel] - found[parallel], np.log(DIVISOR))
    assert np.array_equal(found[~parallel], logits[~parallel])


def test_many_places_are_one_by_one():
    rng = np.random.default_rng(0)
    last, above = rng.integers(0, 47, (6, 5, 4)), rng.integers(0, 47, (6, 5, 2))
    found = makes_parallel(last, above)
    assert found.shape == (6, 5, 47)
    assert np.array_equal(found[3, 2], makes_parallel(last[3, 2], above[3, 2]))


@pytest.mark.parametrize("seed", range(20))
def test_on_both_sides_it_is_what_is_counted(seed):
    """Each token of a voice put between two frames makes as many pairs parallel as the counts find there."""
    rng = np.random.default_rng(seed)
    low, high = np.array(RANGES).T
    frames = np.clip(rng.integers(low, high + 1) + rng.integers(-3, 4, (3, 4)), low, high)
    voice = seed % 4
    found = makes_parallel_around(RASTER.flatten(frames).reshape(3, 4), voice)
    for token in np.flatnonzero(RASTER.voice_masks[voice])[1:]:
        frames[1, voice] = token - 1 + RASTER.lowest
        pairs = [at for at, pair in enumerate(PAIRS) if voice in pair]
        counted = (parallel_fifths(frames).found | parallel_octaves(frames).found)[:, pairs]
        assert found[1, token] == counted.any()


def test_the_nearest_that_is_known_is_what_is_looked_at():
    rows = [tokens(72, 67, 64, 53), np.full(4, COVERED), tokens(74, 67, 64, 55), np.full(4, COVERED)]
    frames = np.array(rows)
    to_g = (np.array([55, 67, 79]) - RASTER.lowest + 1).tolist()  # over F, C5 rises to D5
    assert makes_parallel_around(frames, 3)[2].nonzero()[0].tolist() == to_g
    frames[2, 3] = COVERED  # what stood there is not asked
    assert makes_parallel_around(frames, 3)[2].nonzero()[0].tolist() == to_g
    assert not makes_parallel_around(frames, 3)[[1, 3]].any()  # nobody else is known there


def test_what_is_held_on_is_asked_where_it_moves():
    """The bass has no sixteenths: its E goes to F when the soprano, which has, goes from B to C."""
    frames = np.full((3, 4), COVERED)
    frames[:, 0] = tokens(72, 71, 72)
    frames[2, 3] = tokens(53)[0]
    found = makes_parallel_around(frames, 3)[0]
    assert found[tokens(52)[0]]
    assert not found[tokens(50)[0]]
    frames[1, 0] = frames[2, 0]  # then nobody moves with it
    assert not makes_parallel_around(frames, 3)[0].any()
