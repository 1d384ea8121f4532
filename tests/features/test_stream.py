"""One pass serves everyone, and blocks leave no seams."""

import numpy as np
import pytest

from descant.features import HOP, RATE, forget, get, prepare, stream
from descant.features.levels import Levels
from descant.features.stream import Frames
from descant.types import Audio


class Collect:
    """A feature that keeps what it hears."""

    def __init__(self, rate):
        self.rate = rate

    def start(self, sample_rate, channels):
        self.heard = []
        return self

    def push(self, block):
        self.heard.append(block.copy())

    def finish(self):
        return np.concatenate(self.heard, axis=-1)


def noise(seconds, rate=44_100, channels=2):
    return Audio(np.random.default_rng(0).uniform(-0.5, 0.5, (channels, int(seconds * rate))).astype(np.float32), rate)


@pytest.mark.parametrize("size", [1024, 8192])
@pytest.mark.parametrize("samples", [1, 440, 441, 442, 10_000])
def test_frames_are_centred_and_counted(size, samples):
    sound = np.arange(1, samples + 1, dtype=np.float32)
    frames = Frames(size, HOP)
    cut = np.concatenate([frames.push(part) for part in np.array_split(sound, 7)] + [frames.finish()])
    assert cut.shape == (1 + samples // HOP, size)
    padded = np.concatenate([np.zeros(size // 2), sound, np.zeros(size)])
    for at in range(len(cut)):
        np.testing.assert_array_equal(cut[at], padded[at * HOP : at * HOP + size])


def test_the_mix_is_the_mean_of_the_channels_at_the_rate_asked_for():
    sound = noise(1.0)
    native, mono, resampled = Collect(None), Collect(44_100), Collect(RATE)
    prepare(sound, [native, mono, resampled])
    np.testing.assert_array_equal(get(sound, native), sound.samples)
    np.testing.assert_allclose(get(sound, mono), sound.samples.mean(axis=0), atol=1e-6)
    assert len(get(sound, resampled)) == pytest.approx(RATE, abs=2)


def test_resampling_keeps_time():
    samples = np.zeros(44_100, np.float32)
    samples[22_050] = 1.0
    heard = Collect(RATE)
    assert np.argmax(np.abs(get(Audio(samples, 44_100), heard))) == pytest.approx(11_025, abs=1)


def test_blocks_leave_no_seam(monkeypatch):
    whole, cut = Collect(RATE), Collect(RATE)
    sound = noise(3.0)
    first = get(sound, whole)
    monkeypatch.setattr(stream, "BLOCK_SECONDS", 0.213)
    np.testing.assert_allclose(get(sound, cut), first, atol=1e-6)


def test_what_is_known_is_not_measured_again():
    sound = noise(0.5)
    passes = []
    prepare(sound, [Levels()], passes.append)
    prepare(sound, [Levels()], passes.append)
    assert get(sound, Levels()) is get(sound, Levels())
    assert len(passes) == 1


def test_what_is_forgotten_is_measured_again():
    sound = noise(0.5)
    assert prepare(sound, [Levels()]) == [Levels()]
    assert prepare(sound, [Levels()]) == []
    first = get(sound, Levels())
    forget(sound, [Levels(), Collect(RATE)])
    assert get(sound, Levels()) is not first


def test_levels_of_a_known_signal():
    samples = np.tile(np.array([0.0, 1.0, 1.0, 1.0, 0.0], np.float32), 100)
    report = get(Audio(np.stack([samples, np.zeros_like(samples)]), 8_000), Levels())
    assert (report.frames, report.peak) == (500, 1.0)
    assert report.offset == pytest.approx(0.6)
    assert report.clipped == pytest.approx(300 / 1000)


def levels_of(samples, size):
    """The report on samples that `Audio` might refuse, in blocks of this many frames."""
    levels = Levels().start(44_100, len(samples))
    for start in range(0, samples.shape[1], size):
        levels.push(samples[:, start : start + size])
    return levels.finish()


@pytest.mark.parametrize("pitch", [50, 440, 1_000])
def test_a_round_wave_beyond_full_scale_is_not_clipped_and_a_flat_one_is(pitch):
    sine = 1.2 * np.sin(2 * np.pi * pitch * np.arange(44_100) / 44_100 + 0.1).astype(np.float32)[np.newaxis]
    assert levels_of(sine, 44_100).clipped == 0.0
    assert levels_of(sine, 44_100).peak == pytest.approx(1.2, abs=0.01)
    flat = np.clip(sine, -1.0, 1.0)
    share = float((np.abs(flat) == 1.0).mean())
    assert levels_of(flat, 44_100).clipped == pytest.approx(share, abs=0.01)
    assert levels_of(flat, 44_100).clipped > 0.1


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 100])
def test_flat_tops_are_counted_across_the_seams_of_blocks(size):
    one = np.array([1.0, 1, 1, 0, 1, 1, 0, -1, -1, -1, -1, -1, 1, 1, 1, 1, 0.5, 0, 1, -1, 1], np.float32)
    samples = np.stack([one, np.roll(one, 4) * 0.5])
    assert levels_of(samples, size).clipped == pytest.approx((3 + 5 + 4) / (2 * len(one)))
