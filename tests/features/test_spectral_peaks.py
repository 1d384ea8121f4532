"""Spectral peaks: tones are found where they are, in blocks as in one piece, and stay in noise."""

import numpy as np
import pytest

from descant.features import get
from descant.features import stream as streams
from descant.features.spectral_peaks import FRAME_RATE, KEPT, PEAK_RATE, SpectralPeaks, cells, hertz
from descant.types import Audio

RATE = 22_050


def tone(hz: float, start: float, length: float, seconds: float, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    shape = np.where((time >= start) & (time < start + length), np.exp(-4 * np.maximum(time - start, 0)), 0.0)
    return 0.3 * shape * np.sin(2 * np.pi * hz * time)


def heard(samples: np.ndarray, rate: int = RATE):
    return get(Audio(samples.astype(np.float32), rate), SpectralPeaks())


@pytest.mark.parametrize("hz", [200.0, 443.0, 1234.5, 3500.0])
def test_a_tone_is_found_where_and_when_it_sounds(hz):
    peaks = heard(tone(hz, 1.0, 0.8, 3.0))
    loudest = np.flatnonzero(peaks.rank == 0)
    near = loudest[np.abs(peaks.hz[loudest] - hz) < 2.0]
    assert len(near) == 1
    assert peaks.frame[near[0]] / FRAME_RATE == pytest.approx(1.05, abs=0.05)  # once its window is full


def test_silence_has_no_peaks_but_a_length():
    peaks = heard(np.zeros(2 * RATE))
    assert len(peaks) == 0
    assert peaks.frames == 1 + 2 * PEAK_RATE // 128


def test_nothing_at_all_has_no_peaks():
    assert len(heard(np.zeros(1))) == 0


def test_blocks_of_any_size_give_the_same_peaks(monkeypatch):
    rng = np.random.default_rng(0)
    samples = sum(tone(rng.uniform(200, 3000), rng.uniform(0, 5), 0.5, 6.0) for _ in range(20))
    samples = samples / np.abs(samples).max()
    whole = heard(samples)
    monkeypatch.setattr(streams, "BLOCK_SECONDS", 0.37)
    pieces = heard(samples)
    assert np.allclose(whole.frame, pieces.frame, atol=0.01)
    assert whole.rank.tolist() == pieces.rank.tolist()
    assert np.allclose(whole.hz, pieces.hz, atol=0.1)


def test_how_loud_the_whole_is_changes_nothing():
    rng = np.random.default_rng(1)
    samples = 0.1 * rng.standard_normal(3 * RATE)
    loud, soft = heard(np.clip(samples, -1, 1)), heard(0.1 * np.clip(samples, -1, 1))
    assert np.allclose(loud.frame, soft.frame, atol=0.01)
    assert np.allclose(loud.hz, soft.hz, atol=0.5)


def test_best_keeps_the_first_ranks_in_order():
    peaks = heard(np.clip(0.2 * np.random.default_rng(2).standard_normal(3 * RATE), -1, 1))
    assert peaks.rank.max() == KEPT - 1
    best = peaks.best(3)
    assert set(best.rank.tolist()) == {0, 1, 2}
    assert len(best) < len(peaks)
    assert np.all(np.diff(best.frame) >= 0)


def test_the_axis_is_linear_below_and_logarithmic_above():
    hz = np.array([150.0, 440.0, 1000.0, 3800.0])
    assert np.allclose(hertz(cells(hz)), hz)
    assert cells(200.0) - cells(187.5) == pytest.approx(1.0, abs=0.03)
    assert cells(3800.0) - cells(3800.0 / 1.0125) == pytest.approx(1.0, abs=0.05)
