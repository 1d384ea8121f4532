"""Frames to follow by: what sets in and what sounds, told without what follows, and without the noise of the room."""

import numpy as np
import pytest

from descant.features import RATE, get
from descant.features.following import END, FPS, LEVELS, FollowerFrames, ScoreSound, rises
from descant.types import Audio


def tone(hz, seconds, start=0.0, total=3.0):
    time = np.arange(round(total * RATE)) / RATE
    inside = (time >= start) & (time < start + seconds)
    return (0.3 * np.sin(2 * np.pi * hz * time) * inside).astype(np.float32)


def frames_of(samples, *, noisy=False):
    stream = FollowerFrames(noisy=noisy)
    return np.concatenate([stream.push(samples), stream.finish()])


def test_a_tone_rises_once_and_sounds_on():
    found = frames_of(tone(440.0, 1.5, start=1.0))
    rise = found[:, : rises()].sum(axis=1)
    at = (np.arange(len(found)) / FPS) + END
    loudest = at[np.argmax(rise)]
    assert 1.0 < loudest < 1.09
    later = (at > 1.3) & (at < 2.4)
    assert rise[later].max() < 0.05 * rise.max()
    levels = found[later][:, rises() :]
    assert levels.sum(axis=1) == pytest.approx(LEVELS, rel=0.01)
    assert np.argmax(levels.mean(axis=0)) == np.argmax(frames_of(tone(440.0, 3.0))[100:200, rises() :].mean(axis=0))


def test_a_frame_knows_nothing_of_what_follows():
    whole = tone(300.0, 0.5, 0.5) + tone(500.0, 1.0, 1.5)
    changed = whole.copy()
    changed[2 * RATE :] = 0.0
    count = int((2.0 - END) * FPS)
    assert np.array_equal(frames_of(whole)[:count], frames_of(changed)[:count])


def test_blocks_of_any_length_give_the_same_frames():
    samples = tone(300.0, 0.5, 0.5) + tone(500.0, 1.0, 1.5)
    stream = FollowerFrames(noisy=True)
    parts = [stream.push(samples[at : at + 777]) for at in range(0, len(samples), 777)]
    assert np.concatenate([*parts, stream.finish()]) == pytest.approx(frames_of(samples, noisy=True), abs=1e-6)


def test_noise_that_is_always_there_is_taken_away():
    noise = 0.01 * np.random.default_rng(0).normal(size=8 * RATE).astype(np.float32)
    samples = noise + tone(440.0, 1.0, start=6.0, total=8.0)
    during = slice(int(6.3 * FPS), int(6.8 * FPS))
    plain, clean = (frames_of(samples, noisy=noisy)[during, rises() :].mean(axis=0) for noisy in (False, True))
    assert clean.max() / clean.sum() > 1.5 * plain.max() / plain.sum()  # the tone, in all that sounds


def test_silence_is_all_zeros():
    assert not frames_of(np.zeros(RATE, dtype=np.float32), noisy=True).any()


def test_the_feature_is_the_frames_of_the_whole_sound():
    samples = tone(440.0, 1.0)
    found = get(Audio(samples[np.newaxis], RATE), ScoreSound())
    assert found.dtype == np.float16
    assert found == pytest.approx(frames_of(samples), rel=2e-3, abs=1e-3)
