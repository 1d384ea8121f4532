"""What the audio tower is shown, of sounds whose truth is plain."""

import numpy as np

from descant.description.heard import LAGS, LONGEST, STEP_COLUMNS, WHOLE_COLUMNS, heard, keys, rhythm
from descant.features import FRAME_RATE, RATE
from descant.types import Audio


def test_shapes_and_silence():
    shown = heard(Audio(np.zeros((1, 3 * RATE), np.float32), RATE))
    assert shown.steps.shape == (7, STEP_COLUMNS)
    assert shown.whole.shape == (WHOLE_COLUMNS,)
    assert not shown.steps.any()
    assert not shown.whole.any()


def test_clicks_show_their_period():
    samples = np.zeros((1, 10 * RATE), np.float32)
    samples[0, :: RATE // 2] = 0.9  # twice a second
    samples += 0.0005 * np.random.default_rng(0).standard_normal(samples.shape).astype(np.float32)
    found = heard(Audio(samples, RATE)).whole
    peak = LAGS[int(np.argmax(found[25:] * (LAGS < 0.9)))]
    assert abs(peak - 0.5) < 0.03
    assert 1.5 < 10 * found[24] < 4.5  # frames a second, one or two of each click


def test_the_key_of_a_chord():
    chroma = np.zeros((50, 12), np.float32)
    chroma[:, [0, 4, 7]] = 1.0
    fit = keys(chroma)
    assert fit.argmax() == 0  # C major
    assert not keys(np.zeros((50, 12), np.float32)).any()
    assert not keys(np.ones((50, 12), np.float32)).any()


def test_rhythm_of_a_steady_pulse():
    rises = np.zeros((500, 3), np.float32)
    rises[::30] = 1.0
    found = rhythm(rises)
    assert abs(LAGS[found.argmax()] - 30 / FRAME_RATE) < 0.03
    assert not rhythm(np.zeros((0, 3), np.float32)).any()


def test_long_recordings_are_thinned_out():
    audio = Audio(0.1 * np.random.default_rng(0).standard_normal((1, 310 * RATE)).astype(np.float32), RATE)
    assert len(heard(audio).steps) == LONGEST
