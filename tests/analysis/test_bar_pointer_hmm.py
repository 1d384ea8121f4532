"""The bar pointer with observations made by hand, on music whose beats are known."""

import itertools

import numpy as np
import pytest

from descant.analysis.bar_count import bar_count
from descant.analysis.bar_pointer_hmm import _bar_certainty, bar_pointer_hmm
from descant.errors import InvalidValueError
from descant.types import Audio, Beats

RATE = 22_050


def strokes(times: np.ndarray, bar: int, seconds: float) -> Audio:
    """A low stroke on the first beat of every bar, higher and softer ones on the others."""
    samples = np.zeros(round(seconds * RATE))
    clock = np.arange(round(0.15 * RATE)) / RATE
    for at, time in enumerate(times):
        hz, gain = ((70.0, 0.7), (900.0, 0.3))[at % bar > 0]
        start = round(time * RATE)
        tone = gain * np.sin(2 * np.pi * hz * clock) * np.exp(-clock / 0.04)
        samples[start : start + len(tone)] += tone[: len(samples) - start]
    return Audio(samples, RATE)


def hits(truth: np.ndarray, found: np.ndarray) -> float:
    """F-measure within 70 ms."""
    if not len(found):
        return 0.0
    near = np.abs(truth[:, None] - found) < 0.07
    precision, recall = near.any(axis=0).mean(), near.any(axis=1).mean()
    return 0.0 if precision + recall == 0 else float(2 * precision * recall / (precision + recall))


@pytest.mark.parametrize(("bpm", "bar"), list(itertools.product([70.0, 90.0, 113.0], [3, 4])))
def test_strokes_at_a_steady_tempo(bpm: float, bar: int) -> None:
    times = 0.5 + np.arange(0, 25, 60 / bpm)
    beats = bar_pointer_hmm(strokes(times, bar, 26.0))
    assert hits(times, beats.time) > 0.97
    assert hits(times[::bar], beats.downbeats) > 0.9
    assert beats.confidence is not None
    assert beats.confidence.mean() > 0.5
    assert np.abs(np.subtract.outer(beats.time, times)).min(axis=1).mean() < 0.02


@pytest.mark.parametrize(("bpm", "bar"), [(120.0, 5), (120.0, 6), (160.0, 2), (160.0, 7), (120.0, 1)])
def test_bars_that_the_model_does_not_know_are_doubted(bpm: float, bar: int) -> None:
    """Beats in five, in seven, or all alike, are put into bars of four or three: but not surely."""
    beats = bar_pointer_hmm(strokes(0.5 + np.arange(0, 29, 60 / bpm), bar, 30.0))
    assert beats.confidence is not None
    assert beats.confidence[beats.position == 1].mean() < 0.4
    assert beats.confidence[beats.position != 1].mean() > 0.9
    meter = bar_count(beats)
    assert meter.confidence < 0.4


@pytest.mark.parametrize("bar", [3, 4])
def test_bars_that_fit_are_surer(bar: int) -> None:
    assert bar_count(bar_pointer_hmm(strokes(0.5 + np.arange(0, 29, 0.5), bar, 30.0))).confidence > 0.6


def test_even_bars_explain_their_own_accents_best() -> None:
    position = np.arange(60) % 4 + 1
    accents = np.where(position == 1, 2.0, 0.0).astype(np.float32)
    accents += np.random.default_rng(0).normal(0, 0.1, 60).astype(np.float32)
    assert _bar_certainty(accents, position).min() > 0.95
    assert _bar_certainty(np.roll(accents, 2), position).max() < 0.05
    assert _bar_certainty(np.zeros(60, np.float32), position).max() < 0.5
    fives = np.where(np.arange(60) % 5 == 0, 2.0, 0.0).astype(np.float32)
    assert _bar_certainty(fives, position).max() < 0.05


def test_a_ritardando_is_followed() -> None:
    times = 0.5 + np.cumsum(np.concatenate([np.full(24, 0.55), 0.55 * 1.02 ** np.arange(1, 22)]))  # 109 to 72 bpm
    assert hits(times, bar_pointer_hmm(strokes(times, 4, times[-1] + 1)).time) > 0.95


def test_silence_before_within_and_after_has_no_beats() -> None:
    first, second = 3.0 + np.arange(24) * 0.6, 25.0 + np.arange(24) * 0.6
    beats = bar_pointer_hmm(strokes(np.concatenate([first, second]), 4, 50.0))
    assert hits(np.concatenate([first, second]), beats.time) > 0.95
    for low, high in ((0.0, 2.9), (17.5, 24.9), (39.5, 50.0)):
        assert not ((beats.time > low) & (beats.time < high)).any()


@pytest.mark.parametrize("level", [0.0, 0.5])
@pytest.mark.parametrize("frames", [0, 1, 220, 22_050])
def test_silence_has_no_beats(level: float, frames: int) -> None:
    assert len(bar_pointer_hmm(Audio(np.full((2, frames), level), RATE))) == 0


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_no_pulse(seed: int) -> None:
    assert len(bar_pointer_hmm(Audio(np.random.default_rng(seed).uniform(-0.5, 0.5, 20 * RATE), RATE))) == 0


def test_one_sound_has_the_same_beats_twice() -> None:
    times = 0.5 + np.arange(0, 10, 0.5)
    first, second = (bar_pointer_hmm(strokes(times, 4, 11.0)) for _ in range(2))
    assert isinstance(first, Beats)
    assert first.time.tolist() == second.time.tolist()
    assert first.position.tolist() == second.position.tolist()


@pytest.mark.parametrize(("low", "high"), [(20.0, 100.0), (100.0, 110.0), (100.0, 500.0)])
def test_bounds_that_leave_no_room_are_refused(low: float, high: float) -> None:
    with pytest.raises(InvalidValueError, match="min_bpm"):
        bar_pointer_hmm(Audio(np.zeros(100), RATE), min_bpm=low, max_bpm=high)
