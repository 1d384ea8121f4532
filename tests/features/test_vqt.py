"""The variable-Q transform reads a sinusoid's amplitude in its bin, and the activations find the notes that sound."""

import numpy as np
import pytest

from descant.features import RATE
from descant.features.note_activation import NoteActivation
from descant.features.vqt import BINS, FRAME, LOWEST_PITCH, VariableQ, bin_hz


def sinusoid(hz: float, phase: float = 0.7) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(FRAME) / RATE + phase).astype(np.float32)


def tone(pitch: int, amplitude: float = 0.1) -> np.ndarray:
    hz = 440 * 2 ** ((pitch - 69) / 12)
    return sum(amplitude * 0.7**k * sinusoid(hz * (k + 1), k * k) for k in range(12) if hz * (k + 1) < 10_000)


def test_the_bin_of_a_pitch_is_its_frequency() -> None:
    assert bin_hz()[3 * (69 - LOWEST_PITCH) + 1] == pytest.approx(440.0)
    assert bin_hz(50.0)[3 * (69 - LOWEST_PITCH) + 1] == pytest.approx(440.0 * 2 ** (1 / 24))


@pytest.mark.parametrize("pitch", [21, 28, 40, 60, 84, 108, 116])
def test_a_sinusoid_reads_its_amplitude_whatever_its_pitch(pitch: int) -> None:
    vqt = VariableQ()
    hz = 440 * 2 ** ((pitch - 69) / 12)
    read = vqt.transform(0.25 * sinusoid(hz)[None])[0]
    assert int(np.argmax(read)) == 3 * (pitch - LOWEST_PITCH) + 1
    assert read.max() == pytest.approx(0.25, rel=1e-3)
    assert np.abs(read - 0.25 * vqt.response(hz)).max() < 1e-4  # the closed form says the same in every bin


def test_frames_are_independent_and_silence_is_zero() -> None:
    vqt = VariableQ()
    frames = np.stack([sinusoid(220), np.zeros(FRAME, np.float32), sinusoid(440)])
    together = vqt.transform(np.repeat(frames, 100, axis=0))  # longer than one inner step
    assert together.shape == (300, BINS)
    assert together.dtype == np.float32
    assert not together[100:200].any()
    np.testing.assert_allclose(together[250], vqt.transform(frames[2:])[0], atol=1e-6)


@pytest.mark.parametrize("pitches", [(60,), (60, 64, 67), (43, 59, 62, 65), (52, 55, 58, 61)])
def test_activations_find_the_notes(pitches: tuple[int, ...]) -> None:
    vqt = VariableQ()
    mix = sum(tone(pitch) for pitch in pitches)
    found = NoteActivation(vqt).activations(vqt.transform(mix[None]))[0]
    loudest = sorted(LOWEST_PITCH + np.argsort(found)[-len(pitches) :])
    assert loudest == sorted(pitches)
    np.testing.assert_allclose(found[np.array(pitches) - LOWEST_PITCH], 0.1, rtol=0.5)


def test_a_tuned_transform_hears_a_sharp_note_in_its_own_bin() -> None:
    sharp = sinusoid(440 * 2 ** (40 / 1200))[None]
    assert VariableQ(40.0).transform(sharp).max() == pytest.approx(1.0, rel=1e-3)
    assert int(np.argmax(VariableQ(40.0).transform(sharp))) == 3 * (69 - LOWEST_PITCH) + 1


def test_noise_and_silence_give_finite_activations() -> None:
    vqt = VariableQ()
    noise = np.random.default_rng(0).normal(0, 0.1, (3, FRAME)).astype(np.float32)
    noise[1] = 0
    found = NoteActivation(vqt).activations(vqt.transform(noise))
    assert np.isfinite(found).all()
    assert found[1].max() < 1e-6
