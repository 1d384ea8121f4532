"""A whole sound as one array."""

import numpy as np

from descant.evaluation.mono import mono
from descant.types import Audio


def test_mixes_and_resamples():
    stereo = Audio(np.stack([np.full(44_100, 0.2), np.full(44_100, 0.4)]), 44_100)
    assert len(mono(stereo, 22_050)) == 22_050
    np.testing.assert_allclose(mono(stereo, 22_050)[2_000:-2_000], 0.3, atol=1e-3)
    np.testing.assert_allclose(mono(stereo, 44_100), 0.3, atol=1e-6)
    assert mono(Audio(np.zeros((1, 0)), 44_100), 22_050).shape == (0,)
