"""What chords let four voices sing: on beats their tones over their bass, whole at first; between beats anything."""

import numpy as np
import pytest

from descant.composition.chord_spans import BASS, ChordSpan, Spans, ending, opening
from descant.composition.jsb_raster import JsbRaster

RASTER = JsbRaster()
SEVENTH, NINTH = (0, 4, 7, 10), (0, 2, 4, 7, 10)


def drawn(rule, steps, rng):
    """Frames (steps, 4) of MIDI numbers, any token that the rule and the ranges let pass as likely as another."""
    frames = np.zeros((steps, 4), dtype=np.int64)
    for step in range(steps):
        last = frames[step - 1 : step] if step else np.zeros((1, 4), dtype=np.int64)
        for voice in range(4):
            allowed = rule(step, last, frames[step : step + 1, :voice])[0] & RASTER.voice_masks[voice]
            assert allowed.any()
            frames[step, voice] = rng.choice(np.flatnonzero(allowed))
    return RASTER.frames(frames.ravel())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("intervals", "bass", "whole"),
    [((0, 3, 7), 0, {0, 3, 7}), ((0, 4, 7), 4, {0, 4, 7}), (SEVENTH, 0, set(SEVENTH)), (NINTH, 0, {0, 2, 4, 10})],
)
def test_a_chord_on_its_beats(intervals, bass, whole, seed):
    root = seed % 12
    rule = Spans([ChordSpan.of(0, 16, root, intervals, (root + bass) % 12)])
    frames = drawn(rule, 16, np.random.default_rng(seed))
    on_beats = frames[::4]
    assert {(pitch - root) % 12 for pitch in frames[0]} == whole
    assert all((pitch - root) % 12 in intervals for pitch in on_beats.ravel())
    assert (on_beats[:, BASS] % 12 == (root + bass) % 12).all()
    assert (frames >= 0).all()


def test_a_bass_that_is_no_tone_of_the_chord():
    frames = drawn(Spans([ChordSpan.of(0, 4, 0, (0, 4, 7), 2)]), 4, np.random.default_rng(0))
    assert {pitch % 12 for pitch in frames[0, :3]} == {0, 4, 7}
    assert frames[0, BASS] % 12 == 2


def test_between_beats_anything_is_sung():
    rule = Spans([ChordSpan.of(0, 8, 0, (0, 4, 7), 0)])
    assert np.count_nonzero(rule(1, np.ones((1, 4), int), np.ones((1, 0), int))) == RASTER.size - 1  # but no rest
    assert np.count_nonzero(rule(9, np.ones((1, 4), int), np.ones((1, 0), int))) == RASTER.size - 1


@pytest.mark.parametrize(("mode", "third"), [("major", 4), ("minor", 3)])
def test_an_ending_is_a_dominant_and_a_tonic_that_is_held(mode, third):
    tonic = 9
    frames = drawn(Spans([opening(tonic, mode), *ending(32, tonic, mode, 8)]), 32, np.random.default_rng(3))
    assert {(pitch - tonic) % 12 for pitch in frames[0]} == {0, third, 7}
    assert {7, 11, 2} <= {(pitch - tonic) % 12 for pitch in frames[20]} <= {7, 11, 2, 5}
    assert {(pitch - tonic) % 12 for pitch in frames[24]} == {0, third, 7}
    assert (frames[[0, 24], BASS] % 12 == tonic).all()
    assert (frames[24:] == frames[24]).all()


def test_a_low_alto_leaves_the_tenor_what_it_can_sing():
    """Below an alto on E3 no G is left for the tenor: rather than nothing, it sings one above."""
    rule = Spans([ChordSpan.of(0, 4, 0, (0, 4, 7), 0)])
    above = np.array([[72, 52]]) - RASTER.lowest + 1
    allowed = np.flatnonzero(rule(0, np.zeros((1, 4), int), above)[0] & RASTER.voice_masks[2]) - 1 + RASTER.lowest
    assert allowed.tolist() == [55, 67]


def test_voices_do_not_cross_where_they_need_not():
    rule = Spans([ChordSpan.of(0, 4, 0, (0, 4, 7), 0)])
    above = np.array([[72, 60]]) - RASTER.lowest + 1
    allowed = np.flatnonzero(rule(0, np.zeros((1, 4), int), above)[0] & RASTER.voice_masks[2]) - 1 + RASTER.lowest
    assert allowed.tolist() == [48, 52, 55, 60]
