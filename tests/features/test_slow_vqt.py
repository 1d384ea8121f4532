"""Slow levels are means of the frames they stand for, and stretches are means of the time they span."""

import numpy as np
import pytest

from descant.features import FRAME_RATE, get
from descant.features.posteriors import compressed
from descant.features.slow_vqt import POOLED, SLOW_RATE, SlowVqt, slowed, stretch_means
from descant.features.tuned_vqt import TunedVqt
from descant.features.vqt import BINS
from descant.types import Audio

RATE = 22_050


def tone(pitch: int, seconds: float) -> np.ndarray:
    hz = 440 * 2 ** ((pitch - 69) / 12)
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_rows_are_means_of_frames_however_they_come() -> None:
    sound = np.concatenate([tone(60, 1.3), tone(67, 1.1)])
    stream = TunedVqt().start()
    frames = np.concatenate([compressed(one.magnitudes) for one in (stream.push(sound), stream.finish())])
    found = get(Audio(sound[None], RATE), SlowVqt())
    assert found.levels.dtype == np.float16
    assert len(found.levels) == -(-len(frames) // POOLED)
    np.testing.assert_allclose(found.levels[3], frames[12:16].mean(axis=0), atol=5e-3)
    np.testing.assert_allclose(found.levels[-1], frames[POOLED * (len(found.levels) - 1) :].mean(axis=0), atol=5e-3)

    slow = SlowVqt().start(RATE, 1)
    stream = TunedVqt().start()
    for part in np.array_split(sound, 7):
        slow.push(stream.push(part))
    slow.push(stream.finish())
    np.testing.assert_allclose(slow.finish().levels, found.levels, atol=2e-3)


def test_a_tone_is_loudest_in_its_own_bin_while_it_sounds() -> None:
    levels = get(Audio(np.concatenate([tone(60, 2.0), tone(67, 2.0)])[None], RATE), SlowVqt()).levels
    first, second = stretch_means(levels, np.array([0.5, 1.5, 2.5, 3.5]))[::2]
    assert first.argmax() == 3 * (60 - 21) + 1
    assert second.argmax() == 3 * (67 - 21) + 1


def test_stretches_are_exact_means_and_silence_lies_outside() -> None:
    levels = np.repeat(np.arange(6.0)[:, None], BINS, axis=1).astype(np.float16)
    edges = (np.array([0.0, 1.0, 1.5, 3.5, 6.0, 8.0]) - 0.5 / POOLED) / SLOW_RATE
    np.testing.assert_allclose(stretch_means(levels, edges)[:, 0], [0.0, 1.0, 2.0, (1.5 + 4 + 5) / 2.5, 0.0], atol=1e-3)
    assert SLOW_RATE * POOLED == FRAME_RATE


def test_long_recordings_lose_no_precision() -> None:
    levels = np.random.default_rng(0).random((40_000, 4)).astype(np.float16)
    edges = (np.arange(0, 40_001, 10) - 0.5 / POOLED) / SLOW_RATE
    means = levels.astype(np.float64).reshape(-1, 10, 4).mean(axis=1)
    np.testing.assert_allclose(stretch_means(levels, edges)[1:], means[1:], atol=1e-3)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_no_frames_make_no_rows(count: int) -> None:
    assert slowed(np.ones((count, BINS), np.float32)).shape == (-(-count // POOLED), BINS)
