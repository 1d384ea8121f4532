"""The outline and the copy of a recording, as a page shows and plays them."""

import io

import numpy as np
import pytest
import soundfile

from descant.features import HOP, RATE, get
from descant.features.waveform import VorbisCopy, Waveform
from descant.types import Audio


def test_the_outline_keeps_each_frames_extremes():
    samples = np.zeros(RATE, np.float32)
    samples[5 * HOP + 7] = 0.5
    samples[5 * HOP + 9] = -1.0
    outline = get(Audio(samples, RATE), Waveform())
    assert outline.shape == (RATE // HOP, 2)
    assert outline[5].tolist() == [-127, 64]
    assert not outline[:5].any()
    assert not outline[6:].any()


def test_a_last_shorter_run_counts():
    assert get(Audio(np.full(HOP + 1, 0.25, np.float32), RATE), Waveform()).tolist() == [[32, 32], [32, 32]]


@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (2, 2), (6, 1)])
def test_the_copy_sounds_like_the_original(channels, kept):
    time = np.arange(2 * 44_100) / 44_100
    wave = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    copy, rate = soundfile.read(io.BytesIO(get(Audio(np.tile(wave, (channels, 1)), 44_100), VorbisCopy())))
    assert rate == 44_100
    assert copy.reshape(len(copy), -1).shape == (len(wave), kept)
    error = copy.reshape(len(copy), -1)[:, 0] - wave
    assert 10 * np.log10(np.mean(error**2) / np.mean(wave**2)) < -25
