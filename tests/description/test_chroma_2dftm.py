"""Harmony whatever the key: chroma of chords that we wrote."""

import numpy as np
import pytest

from descant.description.chroma_2dftm import DIMENSIONS, beat_chroma, harmony_vector
from descant.features import FRAME_RATE

POP = ((0, 4, 7), (7, 11, 2), (9, 0, 4), (5, 9, 0))  # I V vi IV
CIRCLE = ((0, 3, 7), (5, 8, 0), (10, 2, 5), (3, 7, 10), (8, 0, 3), (2, 5, 8), (7, 11, 2), (0, 3, 7))


def played(chords, bpm=120.0, beats=64, key=0):
    """(chroma, bass chroma, beats in seconds) of chords of two beats each, over and over, roots in the bass."""
    time = np.arange(beats + 1) * 60.0 / bpm
    chroma, bass = (np.full((round(time[-1] * FRAME_RATE), 12), 0.05, dtype=np.float32) for _ in range(2))
    for beat in range(beats):
        frames = slice(*np.round(time[beat : beat + 2] * FRAME_RATE).astype(int))
        for pitch in chords[beat // 2 % len(chords)]:
            chroma[frames, (pitch + key) % 12] = 1.0
        bass[frames, (chords[beat // 2 % len(chords)][0] + key) % 12] = 1.0
    return chroma, bass, time


@pytest.mark.parametrize("key", range(1, 12))
def test_another_key_is_the_same_vector(key):
    np.testing.assert_allclose(harmony_vector(*played(POP, key=key)), harmony_vector(*played(POP)), atol=1e-5)


@pytest.mark.parametrize("bpm", [75.0, 100.0, 150.0])
def test_another_tempo_is_nearly_the_same_vector(bpm):
    assert harmony_vector(*played(POP, bpm)) @ harmony_vector(*played(POP)) > 0.99


def test_other_chords_are_further_away():
    alike = harmony_vector(*played(POP)) @ harmony_vector(*played(CIRCLE))
    assert alike < 0.95
    assert alike < harmony_vector(*played(POP, 90.0, key=3)) @ harmony_vector(*played(POP)) - 0.04


def test_beats_are_averaged_by_hand():
    chroma = np.zeros((4, 12), dtype=np.float32)
    chroma[:2, 0], chroma[2:, 7] = (1.0, 3.0), 2.0
    found = beat_chroma(chroma, np.array([0.0, 2.0, 4.0]) / FRAME_RATE)
    assert found.shape == (2, 12)
    assert found[0, 0] == pytest.approx(1.0)
    assert found[1, 7] == pytest.approx(1.0)
    assert found.sum() == pytest.approx(2.0)


@pytest.mark.parametrize("beats", [np.zeros(0), np.array([0.5]), np.arange(0.0, 8.0, 0.5), np.arange(0.0, 80.0, 0.5)])
def test_few_beats_and_beats_beyond_the_end_are_got_over(beats):
    chroma, bass, _ = played(POP, beats=16)
    vector = harmony_vector(chroma, bass, beats)
    assert vector.shape == (DIMENSIONS,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("frames", [0, 1, 900])
@pytest.mark.parametrize("everywhere", [0.0, 1.0])
def test_silence_and_noise_say_nothing(frames, everywhere):
    chroma = np.full((frames, 12), everywhere, dtype=np.float32)
    assert not harmony_vector(chroma, chroma, np.arange(0.0, 18.0, 0.5)).any()
