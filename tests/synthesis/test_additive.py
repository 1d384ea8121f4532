"""Instruments of partials play the right pitch at the right time, and another instrument for every seed."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.synthesis.additive import additive, released
from descant.synthesis.partials import FRAME, powers, summed
from descant.synthesis.timbres import RATE
from descant.types import Audio, ControlChange, Notes, Part, PitchBend

FAMILIES = (0, 4, 6, 11, 19, 24, 40, 48, 56, 73, 80, 120)
PITCHES = np.array([28, 45, 60, 76, 91])
ONSETS = 0.2503 + 0.7 * np.arange(len(PITCHES))


def play(*, program: int = 0, seed: int = 0, velocity: int = 90, length: float = 0.5, **more: object) -> Audio:
    parts = (Part(program=program),)
    velocities = np.full(len(PITCHES), velocity)
    return additive(Notes(ONSETS, ONSETS + length, PITCHES, velocities, parts=parts, **more), seed=seed)


def cut(audio: Audio, start: float, end: float) -> np.ndarray:
    return audio.samples[0, round(start * RATE) : round(end * RATE)]


def cents_off(sound: np.ndarray, pitch: float) -> float:
    """How far the strongest partial within a quarter tone of `pitch` is from it."""
    size = 2**18
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    hz = np.fft.rfftfreq(size, 1 / RATE)
    cents = 1200 * np.log2(np.maximum(hz, 1) / (440 * 2 ** ((pitch - 69) / 12)))
    near = np.abs(cents) < 50
    assert spectrum[near].max() > 10 ** (-45 / 20) * spectrum.max()
    return float(cents[near][np.argmax(spectrum[near])])


def test_a_sinusoid_is_exact() -> None:
    decay, hz = -3.0, 997.0
    rate = np.array([decay + 2j * np.pi * hz])
    phasors = powers(rate * FRAME / RATE, 300)
    phasors[0] = 0
    sound = summed(phasors, np.array([hz]), RATE)
    time = np.arange(len(sound)) / RATE
    expected = np.exp(decay * time) * np.cos(2 * np.pi * hz * time)
    np.testing.assert_allclose(sound[FRAME:], expected[FRAME:], atol=2e-4)


@pytest.mark.parametrize("program", FAMILIES)
@pytest.mark.parametrize("seed", [0, 1])
def test_notes_are_in_tune_and_in_time(program: int, seed: int) -> None:
    audio = play(program=program, seed=seed)
    assert audio.sample_rate == RATE
    assert np.abs(audio.samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)
    for pitch, onset in zip(PITCHES, ONSETS, strict=True):
        assert abs(cents_off(cut(audio, onset + 0.08, onset + 0.48), pitch)) < 15
    first = round(ONSETS[0] * RATE)
    assert not audio.samples[0, : first + 1].any()  # nothing before the label
    after = np.abs(cut(audio, ONSETS[0], ONSETS[0] + 0.3))
    assert np.argmax(after > 0.1 * after.max()) < 0.04 * RATE


def test_every_seed_is_another_piano_and_the_same_seed_the_same() -> None:
    one, same, other = play(seed=1), play(seed=1), play(seed=2)
    np.testing.assert_array_equal(one.samples, same.samples)
    size = min(one.frames, other.frames)
    assert abs(np.corrcoef(one.samples[0, :size], other.samples[0, :size])[0, 1]) < 0.9


@pytest.mark.parametrize("program", [0, 73])
def test_louder_is_brighter(program: int) -> None:
    def centre(velocity: int, seed: int) -> float:
        notes = Notes([0.0], [0.6], [40], [velocity], parts=(Part(program=program),))
        spectrum = np.abs(np.fft.rfft(additive(notes, seed=seed).samples[0, :12_000])) ** 2
        return float(np.average(np.arange(len(spectrum)), weights=spectrum))

    assert np.mean([centre(127, seed) / centre(20, seed) for seed in range(6)]) > 1.1
    both = Notes([0.0, 1.0], [0.5, 1.5], [60, 60], [30, 120])
    sound = additive(both, seed=3)
    assert np.std(cut(sound, 1.0, 1.4)) > 2.5 * np.std(cut(sound, 0.0, 0.4))


def test_piano_strings_are_stiff() -> None:
    # The tenth partial lies above ten times the first, by the piano's inharmonicity, and not by a fixed factor.
    notes = Notes([0.0], [2.0], [40], [110])
    sound = additive(notes, seed=1).samples[0]
    size = 2**18
    spectrum = np.abs(np.fft.rfft(sound[4_000:36_000] * np.hanning(32_000), size))
    hz = np.fft.rfftfreq(size, 1 / RATE)

    def peak(around: float) -> float:
        near = np.abs(hz - around) < 15
        return float(hz[near][np.argmax(spectrum[near])])

    first = peak(440 * 2 ** ((40 - 69) / 12))
    assert 1.001 < peak(10.05 * first) / (10 * first) < 1.03


def test_the_pedal_holds_and_a_second_stroke_ends() -> None:
    pedal = (ControlChange(0, 0.1, 64, 100), ControlChange(0, 2.0, 64, 0), ControlChange(0, 3.0, 64, 127))
    notes = Notes(
        [0.0, 0.2, 1.0, 2.5, 3.1], [0.05, 0.4, 1.2, 2.6, 3.3], [60, 62, 62, 64, 65], np.full(5, 80), controls=pedal
    )
    np.testing.assert_allclose(released(notes, 0), [0.05, 1.0, 2.0, 2.6, 4.3])
    held, loose = (play(length=0.1, controls=one) for one in ((ControlChange(0, 0.0, 64, 127),), ()))
    assert np.std(cut(held, 0.65, 0.9)) > 3 * np.std(cut(loose, 0.65, 0.9))


@pytest.mark.parametrize("program", [0, 73])
def test_bends_move_the_pitch(program: int) -> None:
    notes = Notes([0.0], [1.5], [69], [90], parts=(Part(program=program),), bends=(PitchBend(0, 0.7, 2.0),))
    audio = additive(notes, seed=5)
    assert abs(cents_off(cut(audio, 0.1, 0.65), 69)) < 15
    assert abs(cents_off(cut(audio, 0.8, 1.4), 71)) < 15


def test_volume_is_honoured() -> None:
    notes = Notes([0.0], [2.0], [60], [90], parts=(Part(program=19),), controls=(ControlChange(0, 1.0, 7, 64),))
    audio = additive(notes)
    ratio = np.std(cut(audio, 1.2, 1.8)) / np.std(cut(audio, 0.3, 0.9))
    assert ratio == pytest.approx((64 / 127) ** 2, rel=0.05)


def test_drums_and_nothing() -> None:
    assert additive(Notes([], [], [], [])).frames == 0
    drums = additive(Notes([0.0], [1.0], [38], [100], parts=(Part(drum=True),)))
    assert drums.frames == RATE
    assert not drums.samples.any()
    with pytest.raises(InvalidValueError, match="60 at most"):
        additive(Notes([0.0], [4000.0], [60], [80]))


@pytest.mark.parametrize("program", range(0, 128, 5))
def test_every_key_and_touch_sounds(program: int) -> None:
    pitch = np.array([0, 12, 21, 108, 120, 127])
    onset = 0.1 * np.arange(6)
    notes = Notes(onset, onset + 0.002, pitch, [1, 127, 1, 127, 1, 127], parts=(Part(program=program),))
    audio = additive(notes, seed=program)
    assert np.isfinite(audio.samples).all()
    assert audio.duration < 30
