"""The mel spectrum: a tone reads in its band, blocks leave no seam, labels and frames agree in time."""

import numpy as np
import pytest

from descant.features import HOP, RATE
from descant.features.log_mel import BANDS, GAIN, LogMel, centres, filters


def frames_of(blocks):
    stream = LogMel().start()
    return np.concatenate([*(stream.push(block) for block in blocks), stream.finish()])


@pytest.mark.parametrize("hz", [60.0, 440.0, 3000.0, 9000.0])
def test_a_tone_reads_in_its_band(hz):
    tone = 0.5 * np.sin(2 * np.pi * hz * np.arange(RATE) / RATE).astype(np.float32)
    middle = frames_of([tone])[25]
    band = int(np.argmax(middle))
    assert abs(centres()[band] - hz) < max(12.0, 0.03 * hz)
    assert middle[band] == pytest.approx(np.log1p(GAIN * 0.5), abs=1.0)  # wide bands sum the window's lobe


def test_blocks_leave_no_seam():
    sound = np.random.default_rng(0).normal(0, 0.1, 3 * RATE).astype(np.float32)
    whole, cut = frames_of([sound]), frames_of(np.array_split(sound, 11))
    assert whole.shape == (1 + 3 * RATE // HOP, BANDS)
    np.testing.assert_allclose(whole, cut, atol=1e-5)


def test_a_click_is_loudest_in_its_frame():
    sound = np.zeros(RATE, np.float32)
    sound[20 * HOP] = 1.0
    assert int(np.argmax(frames_of([sound]).sum(axis=1))) == 20


def test_silence_reads_nothing_and_every_band_hears_something():
    assert not frames_of([np.zeros(RATE, np.float32)]).any()
    assert (filters().sum(axis=0) > 0.5).all()
