"""Sound in memory and files of sound: shapes, ranges, rates."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from descant.errors import DescantError, InvalidValueError
from descant.types import Audio, AudioFile


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Audio(np.zeros((2, 3, 4)), 44_100), "shape (channels, frames), got (2, 3, 4)"),
        (lambda: Audio(np.zeros((0, 5)), 44_100), "at least one channel"),
        (lambda: Audio(np.zeros((1000, 2)), 44_100), "looks transposed"),
        (lambda: Audio(np.array([0.0, np.nan]), 44_100), "found NaN or infinity"),
        (lambda: Audio(np.array([1e300]), 44_100), "found NaN or infinity"),
        (lambda: Audio(np.array([1.5]), 44_100), "the peak is 1.5; scale them first"),
        (lambda: Audio(["loud"], 44_100), "must be numbers"),
        (lambda: Audio(np.zeros(5), 44_100.5), "whole number of Hz"),
        (lambda: Audio(np.zeros(5), 100), "from 4000 to 768000, got 100"),
        (lambda: AudioFile(Path("x.wav"), 44_100, 0, 10, "WAV"), "x.wav: an audio file needs at least one channel"),
        (lambda: AudioFile(Path("x.wav"), 44_100, 1, -1, "WAV"), "x.wav: an audio file cannot hold -1 frames"),
    ],
)
def test_refuses_and_says_why(make, words):
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert words in str(caught.value)


def test_one_dimension_is_one_channel():
    audio = Audio(np.zeros(22_050), 44_100)
    assert (audio.channels, audio.frames, audio.duration) == (1, 22_050, 0.5)
    assert audio.samples.dtype == np.float32


def test_samples_cannot_be_written_to():
    audio = Audio(np.zeros(5), 44_100)
    with pytest.raises(ValueError, match="read-only"):
        audio.samples[0, 0] = 1.0


def test_an_empty_signal_lasts_no_time():
    assert Audio(np.zeros((2, 0)), 44_100).duration == 0.0


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=5)), st.integers(-10, 10**6))
def test_holds_its_rules_or_refuses(samples, rate):
    try:
        audio = Audio(samples, rate)
    except DescantError:
        return
    assert np.all(np.abs(audio.samples) <= 1.0)
    assert audio.samples.ndim == 2
