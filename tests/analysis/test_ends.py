"""One end for all: nothing that is heard lies beyond the recording, and scraps say nothing."""

import numpy as np
import pytest

from descant.analysis.bar_pointer_hmm import bar_pointer_hmm
from descant.analysis.checkerboard_novelty import checkerboard_novelty
from descant.analysis.ellis_dp import ellis_dp
from descant.analysis.key_profiles import key_profiles
from descant.analysis.template_hmm import template_hmm
from descant.types import Audio, Beats

NONE = Beats(np.zeros(0), np.zeros(0))


def chords(frames: int, rate: int) -> Audio:
    """A major triad, struck twice a second."""
    at = np.arange(frames) / rate
    tone = sum(np.sin(2 * np.pi * hz * at) for hz in (261.63, 329.63, 392.0))
    return Audio(0.2 * tone * np.exp(-4 * (at % 0.5)), rate)


# After resampling, the first three come out longer or shorter than they are by a part of a sample.
@pytest.mark.parametrize(("frames", "rate"), [(235_201, 44_100), (256_001, 48_000), (88_211, 16_000), (22_050, 44_100)])
def test_chords_keys_and_sections_end_with_the_recording(frames: int, rate: int) -> None:
    sound, end = chords(frames, rate), frames / rate
    beats = bar_pointer_hmm(sound)
    assert (beats.time <= end).all()
    for found in (template_hmm(sound, beats), key_profiles(sound), checkerboard_novelty(sound, beats)):
        assert found.start[0] == 0.0
        assert found.end[-1] == end


def test_sections_without_beats_end_with_the_recording_too() -> None:
    assert checkerboard_novelty(chords(256_001, 48_000), NONE).end[-1] == 256_001 / 48_000


def test_no_beat_lies_beyond_the_end() -> None:
    """A last stroke on the last sample, whose onset is heard on a frame that is centred after it."""
    for frames in range(220_500, 220_500 + 441, 49):
        sound = chords(frames, 22_050)
        samples = sound.samples[0].copy()
        samples[-20:] = 0.9
        sound = Audio(samples, 22_050)
        for beats in (bar_pointer_hmm(sound), ellis_dp(sound)):
            assert (beats.time <= frames / 22_050).all()


@pytest.mark.parametrize(("frames", "rate"), [(1, 48_000), (1, 22_050), (480, 48_000), (10_000, 22_050)])
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_scrap_has_neither_key_nor_chord(frames: int, rate: int, level: float) -> None:
    sound = Audio(level * (0.1 + chords(frames, rate).samples), rate)
    keys = key_profiles(sound)
    assert (len(keys), keys.overall, keys.overall_confidence) == (0, "N", 0.0)
    found = template_hmm(sound, NONE)
    assert found.label == ("N",)
    assert found.confidence is not None
    assert found.confidence[0] == 0.0
    assert found.end[0] == frames / rate
    assert (checkerboard_novelty(sound, NONE).end <= frames / rate).all()


def test_an_empty_recording_has_no_chords() -> None:
    assert len(template_hmm(Audio(np.zeros((1, 0)), 48_000), NONE)) == 0
