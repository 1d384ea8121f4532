"""The tempo read from beats, and its second candidate."""

import numpy as np
import pytest

from descant.analysis.tempogram import beat_period, tempogram
from descant.types import Audio, Beats

RATE = 22_050


def beats(time: np.ndarray, confidence: float = 0.8) -> Beats:
    return Beats(time, np.zeros(len(time)), np.full(len(time), confidence))


def clicks(time: np.ndarray, gain: np.ndarray | float = 0.5) -> Audio:
    samples = np.zeros(round((time[-1] + 1) * RATE))
    clock = np.arange(1000) / RATE
    for start, loud in zip(np.round(time * RATE).astype(int), np.broadcast_to(gain, len(time)), strict=True):
        samples[start : start + 1000] += loud * np.exp(-clock / 0.01) * np.sin(2 * np.pi * 1000 * clock)
    return Audio(samples, RATE)


@pytest.mark.parametrize("bpm", [60.0, 97.3, 120.0, 180.0])
def test_the_grid_of_frames_does_not_show(bpm: float) -> None:
    exact = 0.4 + np.arange(40) * 60 / bpm
    tempo = tempogram(clicks(exact), beats(np.round(exact * 50) / 50))
    assert tempo.bpm == pytest.approx(bpm, abs=0.2)


def test_the_second_candidate_is_the_pulse_that_onsets_keep() -> None:
    quarters = 0.5 + np.arange(40) * 0.75  # 80 bpm
    eighths = 0.5 + np.arange(80) * 0.375
    first, second = tempogram(clicks(eighths, np.tile([0.6, 0.4], 40)), beats(quarters)).candidates
    assert first.bpm == pytest.approx(80, abs=0.2)
    assert second.bpm == pytest.approx(160, abs=0.4)
    assert first.confidence >= second.confidence > 0.1
    assert first.confidence + second.confidence == pytest.approx(0.8)


def test_an_even_stretch_counts_and_its_rubato_end_does_not() -> None:
    even = np.arange(30) * 0.5
    slowing = even[-1] + np.cumsum(0.5 * 1.15 ** np.arange(1, 9))
    assert beat_period(np.concatenate([even, slowing])) == pytest.approx(0.5, abs=1e-6)


def test_free_time_has_the_median_interval() -> None:
    time = np.array([0.0, 1.0, 1.5, 3.5, 3.8, 5.2])
    assert beat_period(time) == 1.0
    assert beat_period(np.array([0.0, 1.0, 3.0])) == 1.5  # no interval is near the median


def test_without_two_beats_there_is_no_tempo() -> None:
    silence = Audio(np.zeros(1000), RATE)
    for time in (np.zeros(0), np.array([1.0])):
        assert tempogram(silence, beats(time)).candidates == ()


@pytest.mark.parametrize("step", [0.0001, 0.5, 100.0])
def test_beats_over_silence_and_absurd_beats_are_no_error(step: float) -> None:
    tempo = tempogram(Audio(np.zeros(RATE), RATE), beats(np.arange(1, 20) * step))
    assert tempo.bpm is not None
    assert sum(one.confidence for one in tempo.candidates) <= 1.0
