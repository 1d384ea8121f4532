"""The summed-up mel spectrum, against the frames that it is made of."""

import numpy as np

from descant.features import RATE, get
from descant.features.log_mel import BANDS, LogMel
from descant.features.mel_steps import COLUMNS, FRAMES, GROUPS, MelSteps
from descant.types import Audio


def noise(seconds, seed=0):
    return Audio(0.1 * np.random.default_rng(seed).standard_normal((1, round(seconds * RATE))).astype(np.float32), RATE)


def test_each_step_is_the_mean_of_its_frames():
    audio = noise(47.3)  # more than two blocks of the pass
    stream = LogMel().start()
    frames = np.concatenate([stream.push(audio.samples[0]), stream.finish()])
    steps = get(audio, MelSteps())
    assert steps.shape == (-(-len(frames) // FRAMES), COLUMNS)
    assert np.allclose(steps[7, :BANDS], frames[7 * FRAMES : 8 * FRAMES].mean(axis=0), atol=1e-4)
    assert np.allclose(steps[-1, :BANDS], frames[len(steps) * FRAMES - FRAMES :].mean(axis=0), atol=1e-4)
    groups = frames[:, : 4 * GROUPS].reshape(len(frames), GROUPS, 4).mean(axis=2)
    assert np.allclose(steps[3, BANDS : BANDS + GROUPS], groups[3 * FRAMES : 4 * FRAMES].std(axis=0), atol=1e-3)
    rises = np.maximum(np.diff(groups, axis=0), 0.0)
    assert np.allclose(steps[3, BANDS + GROUPS :], rises[3 * FRAMES - 1 : 4 * FRAMES - 1].mean(axis=0), atol=1e-3)


def test_silence_and_nothing():
    assert not get(Audio(np.zeros((1, RATE), np.float32), RATE), MelSteps()).any()
    assert get(Audio(np.zeros((1, 1), np.float32), RATE), MelSteps()).shape == (1, COLUMNS)
