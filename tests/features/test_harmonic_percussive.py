"""Tones go to the harmonic channel, strokes to the percussive one, and nothing is lost."""

import numpy as np
import pytest

from descant.features.harmonic_percussive import (
    BANDS,
    GAIN,
    HarmonicPercussive,
    centres,
    filters,
    median,
    median_network,
    separated,
)

RATE = 22_050


def frames(samples: np.ndarray, block: int = 10**9) -> np.ndarray:
    stream = HarmonicPercussive().start()
    parts = [stream.push(samples[start : start + block].astype(np.float32)) for start in range(0, len(samples), block)]
    return np.concatenate([*parts, stream.finish()])


def tone(seconds: float = 3.0, hz: float = 440.0) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)


@pytest.mark.parametrize("size", [1, 3, 5, 11, 17])
def test_the_network_finds_the_median(size: int) -> None:
    values = np.random.default_rng(size).normal(size=(size, 50, 3)).astype(np.float32)
    assert np.array_equal(median(list(values)), np.median(values, axis=0))


def test_the_network_is_shorter_than_sorting() -> None:
    assert len(median_network(3)) == 3
    assert len(median_network(17)) < 17 * 16 / 4


def test_a_tone_is_harmonic_and_sits_in_its_band() -> None:
    inner = np.expm1(frames(tone()))[20:-20]
    assert inner[:, :BANDS].sum() > 50 * inner[:, BANDS:].sum()
    assert abs(centres()[inner[:, :BANDS].mean(axis=0).argmax()] - 440.0) < 15


def test_a_stroke_is_percussive_and_comes_in_time() -> None:
    clicks = np.zeros(3 * RATE)
    clicks[RATE] = 0.9
    both = np.expm1(frames(clicks))
    assert both[:, BANDS:].sum() > 5 * both[:, :BANDS].sum()
    assert both[:, BANDS:].sum(axis=1).argmax() == 50


def test_in_a_mixture_each_goes_its_way() -> None:
    mixture = tone()
    mixture[::11_025] += 0.9
    found = np.expm1(frames(mixture))
    struck = found[:, BANDS:].sum(axis=1)
    assert set(np.flatnonzero(struck > 0.5 * struck.max())[2:-2] % 25) <= {24, 0, 1}
    at = int(np.abs(centres() - 440.0).argmin())
    assert found[20:-20, at].min() > 0.5 * found[20:-20, at].max()


def test_the_channels_add_up_to_the_mixture() -> None:
    spectrum = np.random.default_rng(0).uniform(0, 0.1, (40, BANDS)).astype(np.float32)
    found = np.expm1(separated(spectrum)) / GAIN
    assert np.allclose(found[:, :BANDS] + found[:, BANDS:], spectrum[8:-8], atol=1e-5)


@pytest.mark.parametrize("block", [1, 400, 5000])
def test_blocks_do_not_matter(block: int) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 9000)
    assert np.allclose(frames(samples, block), frames(samples), atol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 220, 441])
def test_scraps_and_silence(length: int) -> None:
    assert frames(np.zeros(length)).shape == (1 + length // 441, 2 * BANDS)
    assert not frames(np.zeros(length)).any()


def test_every_bin_up_to_the_highest_band_counts_once() -> None:
    total = filters().sum(axis=1)
    assert total[0] == 0
    assert np.all(total[1:23] == 1.0)
    assert np.all(total[25:900] > 0.99)
    assert np.all(total[1:] < 1.1)  # where single bins meet semitones
