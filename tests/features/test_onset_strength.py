"""Onset strength on sounds whose onsets are known."""

import numpy as np
import pytest

from descant.features import FRAME_RATE, get
from descant.features.onset_strength import LAG, OnsetStrength, onsets
from descant.types import Audio

RATE = 22_050


def strokes(times: np.ndarray, hz: float, seconds: float) -> np.ndarray:
    """A decaying tone of `hz` at each time, 3 ms of attack."""
    samples = np.zeros(round(seconds * RATE))
    clock = np.arange(round(0.2 * RATE)) / RATE
    tone = 0.5 * np.sin(2 * np.pi * hz * clock) * np.exp(-clock / 0.06) * np.minimum(1, clock / 0.003)
    for time in times:
        start = round(time * RATE)
        samples[start : start + len(tone)] += tone
    return samples


@pytest.mark.parametrize(("hz", "column"), [(60.0, 0), (440.0, 1), (4000.0, 2)])
def test_each_band_hears_its_own_onsets_and_hears_them_in_time(hz: float, column: int) -> None:
    times = np.random.default_rng(0).uniform(0.3, 0.6, 20).cumsum()
    rises = get(Audio(strokes(times, hz, 13.0), RATE), OnsetStrength())
    near = np.round(times * FRAME_RATE).astype(int)[:, None] + np.arange(-4, 5)
    here = rises[near, column]  # (onsets, 9)
    centre = (near * here).sum(axis=1) / here.sum(axis=1) / FRAME_RATE
    assert np.abs(centre - LAG - times).max() < 0.02
    assert here.max(axis=1).min() > 5 * np.median(rises[:, column]) + 2
    assert rises[near].max(axis=(0, 1)).argmax() == column


def test_quiet_music_counts_as_loud_music_does() -> None:
    loud = strokes(np.arange(0.5, 5, 0.5), 440.0, 6.0)
    strong, weak = (get(Audio(loud * gain, RATE), OnsetStrength()) for gain in (1.0, 0.02))
    assert np.abs(strong - weak)[35:].max() < 0.5  # dB; the first stroke comes out of silence


def test_a_vibrato_has_far_weaker_onsets_than_a_stroke() -> None:
    clock = np.arange(4 * RATE) / RATE
    hz = 440.0 * 2 ** (0.4 / 12 * np.sin(2 * np.pi * 6 * clock))  # 40 cents either way, 6 Hz
    vibrato = 0.3 * np.sin(2 * np.pi * np.cumsum(hz) / RATE)
    steady = get(Audio(vibrato, RATE), OnsetStrength())[25:-25].sum(axis=1)
    stroke = get(Audio(strokes(np.array([1.0]), 440.0, 2.0), RATE), OnsetStrength()).sum(axis=1)
    assert steady.max() < 0.25 * stroke.max()


@pytest.mark.parametrize("level", [0.0, 0.5])
@pytest.mark.parametrize("frames", [0, 1, 220, 441, 22_050])
def test_silence_and_constant_offset_hold_no_onset_inside(level: float, frames: int) -> None:
    rises = get(Audio(np.full(frames, level), RATE), OnsetStrength())
    assert rises.shape == (1 + frames // 441, 3)
    assert rises.dtype == np.float32
    assert np.isfinite(rises).all()
    inside = rises[3:-3]
    assert len(onsets(inside)) == 0
    assert level or not rises.any()


def test_blocks_make_no_difference() -> None:
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, 3 * RATE).astype(np.float32)
    samples[RATE : 2 * RATE] *= 0.01
    whole = OnsetStrength().start(RATE, 1)
    whole.push(samples)
    parts = OnsetStrength().start(RATE, 1)
    for block in np.array_split(samples, 37):
        parts.push(block)
    assert np.allclose(whole.finish(), parts.finish(), atol=1e-3)
