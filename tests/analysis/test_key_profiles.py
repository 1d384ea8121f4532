"""Keys of cadences that we play: every key is found, modulations are placed, silence has none."""

import numpy as np
import pytest

from descant.analysis.key_profiles import key_profiles
from descant.features.key_fit import NAMES, likeness
from descant.types import Audio

RATE = 22_050
MAJOR_CADENCE = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7), (9, 12, 16), (2, 5, 9), (7, 11, 14), (0, 4, 7))
MINOR_CADENCE = ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7), (8, 12, 15), (5, 8, 12), (7, 11, 14), (0, 3, 7))


def play(chords: list[tuple[int, ...]], seconds: float = 0.5) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    parts = []
    for chord in chords:
        hz = [440 * 2 ** ((pitch - 69) / 12) for pitch in chord]
        parts.append(sum(0.05 * 0.6**k * np.sin(2 * np.pi * f * (k + 1) * time) for f in hz for k in range(6)))
    return np.concatenate(parts).astype(np.float32)


def cadence(key: str) -> list[tuple[int, ...]]:
    index = NAMES.index(key)
    steps = MAJOR_CADENCE if index < 12 else MINOR_CADENCE
    return [(36 + index % 12 + chord[0] % 12, *(60 + index % 12 + step for step in chord)) for chord in steps]


@pytest.mark.parametrize("key", ["C major", "F# major", "Bb major", "A minor", "C# minor", "G minor", "Eb minor"])
def test_a_cadence_has_its_key(key: str) -> None:
    keys = key_profiles(Audio(play(cadence(key) * 2), RATE))
    assert keys.overall == key
    assert keys.label == (key,)
    assert keys.start[0] == 0.0
    assert keys.end[-1] == pytest.approx(8.0)
    assert keys.overall_confidence > 0.5


def test_a_modulation_is_heard_where_it_happens() -> None:
    keys = key_profiles(Audio(play(cadence("C major") * 6 + cadence("E major") * 6), RATE))
    assert keys.label == ("C major", "E major")
    assert keys.end[0] == pytest.approx(24.0, abs=2.1)
    assert keys.end[0] == keys.start[1]


def test_every_profile_is_most_like_itself() -> None:
    from descant.features.key_fit import MAJOR, MINOR

    rows = np.stack([np.roll(mode / mode.sum(), tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
    assert (np.argmax(likeness(rows), axis=1) == np.arange(24)).all()


@pytest.mark.parametrize("frames", [1, 220, 5 * RATE])
def test_silence_has_no_key(frames: int) -> None:
    keys = key_profiles(Audio(np.zeros(frames, np.float32), RATE))
    assert len(keys) == 0
    assert keys.overall == "N"
    assert keys.overall_confidence == 0.0


def test_noise_is_not_sure_of_its_key() -> None:
    noise = np.clip(np.random.default_rng(0).normal(0, 0.1, 20 * RATE), -1, 1).astype(np.float32)
    assert key_profiles(Audio(noise, RATE)).overall_confidence < 0.5
