"""What would make a parallel is what the counts find once it is written."""

import numpy as np
import pytest

from descant.composition.jsb_raster import RANGES, JsbRaster
from descant.composition.parallels_avoided import DIVISOR, avoided, makes_parallel
from descant.composition.voice_leading import parallel_fifths, parallel_octaves

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
