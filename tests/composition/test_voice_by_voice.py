"""Cells of one step that hear each other, by a denoiser that would have every pair of voices in parallel."""

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.jsb_raster import JsbRaster
from descant.composition.voice_by_voice import voice_by_voice
from descant.composition.voice_leading import parallel_fifths, parallel_octaves

RASTER = JsbRaster()
STEPS = 64
SCALE = np.array([64, 65, 67, 69, 71, 72]) - RASTER.lowest + 1


def planing():
    """Logits of four voices that go up and down in parallel fifths and octaves, or stay a third off it."""
    logits = np.full((4, STEPS, RASTER.size), -30.0)
    line = SCALE[np.abs(np.arange(STEPS) % 10 - 5)]
    for voice, below in enumerate((0, 5, 12, 19)):
        logits[voice, np.arange(STEPS), line - below] = 0.0
        logits[voice, np.arange(STEPS), line - below - 2] = -1.5
    return logits


def counted(grid):
    frames = RASTER.frames(grid.T.ravel())
    return int(parallel_fifths(frames).found.sum() + parallel_octaves(frames).found.sum())


def drawn(now, grid, seed=0, **more):
    levels = np.tile([0, 2, 1, 2], STEPS // 4)
    return voice_by_voice(planing(), now, grid, 1.0, np.random.default_rng(seed), levels, **more)


def test_parallels_become_rare_though_all_is_drawn_at_once():
    everything = np.ones((4, STEPS), dtype=bool)
    nothing = np.full((4, STEPS), COVERED)
    careless = planing().argmax(axis=-1)
    assert counted(careless) > 200
    assert all(counted(drawn(everything, nothing, seed)) < 40 for seed in range(5))


def test_only_what_is_asked_for_is_drawn():
    rng = np.random.default_rng(1)
    whole = drawn(np.ones((4, STEPS), dtype=bool), np.full((4, STEPS), COVERED))
    now = rng.random((4, STEPS)) < 0.3
    left = now & (rng.random((4, STEPS)) < 0.2)
    grid = np.where(now, COVERED, whole)
    found = drawn(now & ~left, grid)
    assert np.array_equal(found[~now], whole[~now])
    assert (found[left] == COVERED).all()
    assert (found[now & ~left] > 0).all()
    assert (grid[now] == COVERED).all()  # what was given is not written into


def test_a_rule_sees_what_is_there_and_is_kept_to():
    heard = []

    def rule(frames, voice):
        heard.append((voice, int((frames != COVERED).sum())))
        found = np.zeros((STEPS, RASTER.size), dtype=bool)
        found[:, 10 + voice] = True
        return found

    found = drawn(np.ones((4, STEPS), dtype=bool), np.full((4, STEPS), COVERED), rule=rule)
    assert np.array_equal(found, np.repeat([[10], [11], [12], [13]], STEPS, axis=1))
    known = [number for _, number in heard]
    assert known == sorted(known)
    assert known[0] == 0
    assert len(set(known)) == 12  # voice by voice, level by level
