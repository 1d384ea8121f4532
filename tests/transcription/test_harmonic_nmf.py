"""Notes against tones that were written down first: struck strings made of partials that decay."""

import numpy as np
import pytest

from descant.transcription.harmonic_nmf import harmonic_nmf
from descant.types import Audio, Notes

RATE = 22_050

# onset (s), offset (s), MIDI pitch, gain: a bass under a melody, a chord, a repeated note
WRITTEN = [
    (0.50, 2.40, 40, 0.8),
    (0.50, 0.90, 64, 1.0),
    (1.00, 1.40, 67, 1.0),
    (1.50, 1.90, 71, 1.0),
    (2.50, 3.40, 60, 0.8),
    (2.50, 3.40, 64, 0.8),
    (2.50, 3.40, 67, 0.8),
    (3.50, 3.90, 72, 1.0),
    (4.00, 4.40, 72, 1.0),
    (4.50, 4.90, 72, 0.4),
]


def struck(pitch: int, seconds: float, cents: float) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
    tone = sum(
        0.6**partial * np.exp(-at * (1 + 0.5 * partial)) * np.sin(2 * np.pi * hz * partial * at + partial)
        for partial in range(1, 13)
        if hz * partial < 0.45 * RATE
    )
    return tone * np.minimum(1, at / 0.004) * np.minimum(1, (seconds - at) / 0.02)


def rendered(notes: list[tuple[float, float, int, float]], cents: float = 0.0, seconds: float = 5.5) -> np.ndarray:
    samples = np.zeros(round(seconds * RATE))
    for onset, offset, pitch, gain in notes:
        start = round(onset * RATE)
        tone = gain * struck(pitch, offset - onset, cents)
        samples[start : start + len(tone)] += tone
    return 0.5 * samples / np.abs(samples).max()


def hits(heard: Notes, written: list[tuple[float, float, int, float]]) -> int:
    return sum(
        bool(np.any((heard.pitch == pitch) & (np.abs(heard.onset - onset) <= 0.05))) for onset, _, pitch, _ in written
    )


@pytest.mark.parametrize("cents", [0.0, 30.0, -40.0])
@pytest.mark.parametrize("noise", [0.0, 0.003])
def test_what_was_written_is_heard(cents: float, noise: float) -> None:
    samples = rendered(WRITTEN, cents)
    samples += noise * np.random.default_rng(0).standard_normal(len(samples))
    heard = harmonic_nmf(Audio(samples, RATE))
    assert hits(heard, WRITTEN) >= len(WRITTEN) - 1
    assert len(heard) <= len(WRITTEN) + 2
    assert heard.confidence is not None
    assert heard.confidence.min() >= 0.38


def test_lengths_and_velocities_follow_what_was_played() -> None:
    heard = harmonic_nmf(Audio(rendered([(0.5, 0.8, 60, 1.0), (1.5, 2.5, 65, 1.0), (3.0, 3.5, 69, 0.2)]), RATE))
    np.testing.assert_array_equal(heard.pitch, [60, 65, 69])
    np.testing.assert_allclose(heard.onset, [0.5, 1.5, 3.0], atol=0.03)
    np.testing.assert_allclose(heard.offset, [0.8, 2.5, 3.5], atol=0.12)
    assert heard.velocity[2] < heard.velocity[0] - 8


def test_quiet_sound_has_the_same_notes() -> None:
    loud = harmonic_nmf(Audio(rendered(WRITTEN), RATE))
    quiet = harmonic_nmf(Audio(0.01 * rendered(WRITTEN), RATE))
    np.testing.assert_array_equal(loud.pitch, quiet.pitch)
    np.testing.assert_allclose(loud.onset, quiet.onset, atol=0.01)


def test_drums_give_few_notes() -> None:
    """Forty bursts of noise, each of which raises most of the 88 keys."""
    rng = np.random.default_rng(0)
    at = np.arange(10 * RATE)
    samples = rng.standard_normal(len(at)) * np.exp(-(at % (RATE // 4)) / (0.03 * RATE))
    heard = harmonic_nmf(Audio(0.9 * samples / np.abs(samples).max(), RATE))
    assert len(heard) <= 20


@pytest.mark.parametrize("level", [0.0, 0.5])
@pytest.mark.parametrize("frames", [0, 1, 441, 66_150])
def test_silence_constant_offset_and_a_few_samples_have_no_notes(level: float, frames: int) -> None:
    heard = harmonic_nmf(Audio(np.full((3, frames), level), 44_100))
    assert len(heard) <= (1 if level else 0)  # the step at the end of a constant offset is a click


def test_a_higher_threshold_gives_fewer_and_surer_notes() -> None:
    sound = Audio(rendered(WRITTEN), RATE)
    some, all_of_them = harmonic_nmf(sound, threshold=0.9), harmonic_nmf(sound, threshold=0.1)
    assert len(some) < len(all_of_them)
    assert some.confidence is not None
    assert some.confidence.min() >= 0.9


def test_a_bright_tone_is_one_note() -> None:
    """Ten partials, all equally strong, as loud brass has them."""
    at = np.arange(RATE) / RATE
    tone = sum(np.sin(2 * np.pi * 233.08 * partial * at + partial**2) for partial in range(1, 11))
    tone = tone * np.minimum(1, np.minimum(at, 1 - at) / 0.02)
    heard = harmonic_nmf(Audio(np.concatenate([np.zeros(RATE // 2), 0.05 * tone, np.zeros(RATE // 2)]), RATE))
    assert 58 in heard.pitch
    assert len(heard) <= 4  # of ten partials


@pytest.mark.parametrize(("frames", "rate"), [(1, 48_000), (480, 48_000), (10_000, 22_050)])
def test_a_scrap_has_no_notes(frames: int, rate: int) -> None:
    assert len(harmonic_nmf(Audio(0.5 * np.cos(np.arange(frames) * 0.06), rate))) == 0


@pytest.mark.parametrize("frames", [26_460, 26_500, 26_850])
def test_no_note_lasts_beyond_the_end(frames: int) -> None:
    """Cut off 0 to 18 ms after a frame, in the middle of a note and right after the onset of another."""
    samples = rendered([(0.3, 2.0, 60, 1.0), (1.19, 2.0, 67, 1.0)])[:frames]
    heard = harmonic_nmf(Audio(samples, RATE))
    assert 60 in heard.pitch
    assert heard.offset.max() == frames / RATE
