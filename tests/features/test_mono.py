"""Mono of several channels, which must not fall silent where they cancel each other."""

import numpy as np
import pytest

from descant.features.mono import mono
from descant.pipelines.listen import listen
from descant.types import Audio, Beats, Chords
from tests.pieces import rendered, short_piece

RNG = np.random.default_rng(2)
ONE, OTHER = RNG.normal(0, 0.1, (2, 4000)).astype(np.float32)


@pytest.mark.parametrize(
    ("block", "heard"),
    [
        ([ONE], ONE),
        ([ONE, OTHER], (ONE + OTHER) / 2),
        ([ONE, np.zeros_like(ONE)], ONE / 2),
        ([ONE, -ONE], ONE),
        ([0.98 * ONE, -ONE], -ONE),
        ([ONE, -ONE, ONE], ONE / 3),
        ([np.zeros_like(ONE)] * 2, np.zeros_like(ONE)),
        ([ONE[:0]] * 2, ONE[:0]),
    ],
)
def test_the_mean_or_where_it_cancels_the_loudest(block, heard):
    np.testing.assert_allclose(mono(np.stack(block)), heard, atol=1e-6)


def test_a_recording_with_one_channel_turned_over_is_heard_like_any_other():
    sound = rendered(short_piece())
    left = sound.samples.mean(axis=0)
    turned, plain = (
        listen(Audio(np.stack([left, sign * left]), sound.sample_rate), only=["beats", "chords"]) for sign in (-1, 1)
    )
    assert turned.get(Chords).label == plain.get(Chords).label
    np.testing.assert_allclose(turned.get(Beats).time, plain.get(Beats).time)
