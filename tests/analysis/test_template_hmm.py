"""Chords that we play are named, changes lie on beats, and silence is no chord."""

import numpy as np
import pytest

from descant.analysis.template_hmm import template_hmm
from descant.types import Audio, Beats

RATE = 22_050
SHAPES = {"maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "min7": (0, 3, 7, 10), "dim": (0, 3, 6)}


def play(chords: list[tuple[int, ...]], seconds: float = 2.0) -> np.ndarray:
    """Each chord for four beats of half a second, struck on each beat."""
    time = np.arange(round(seconds / 4 * RATE)) / RATE
    parts = []
    for chord in chords:
        hz = [440 * 2 ** ((pitch - 69) / 12) for pitch in chord]
        stroke = sum(0.06 * 0.6**k * np.sin(2 * np.pi * f * (k + 1) * time) for f in hz for k in range(6))
        parts.extend([stroke * np.exp(-1.5 * time)] * 4)
    return np.concatenate(parts).astype(np.float32)


def beats(count: int, start: float = 0.0) -> Beats:
    return Beats(start + 0.5 * np.arange(count), np.arange(count) % 4 + 1)


def chord(root: int, quality: str, bass: int = 0) -> tuple[int, ...]:
    return (36 + (root + bass) % 12, *(60 + root + step for step in SHAPES[quality]))


def test_a_progression_is_named_and_placed() -> None:
    sound = Audio(play([chord(0, "maj"), chord(9, "min"), chord(5, "maj"), chord(7, "7")]), RATE)
    chords = template_hmm(sound, beats(16))
    assert chords.label == ("C:maj", "A:min", "F:maj", "G:7")
    np.testing.assert_allclose(chords.start, [0, 2, 4, 6])
    assert chords.end[-1] == pytest.approx(8.0)
    assert chords.confidence is not None
    assert chords.confidence.min() > 0.5


def test_inversions_carry_their_bass() -> None:
    sound = Audio(play([chord(0, "maj"), chord(7, "maj", 4), chord(9, "min"), chord(0, "maj", 7)]), RATE)
    assert template_hmm(sound, beats(16)).label == ("C:maj", "G:maj/3", "A:min", "C:maj/5")


def test_roots_are_spelled_by_the_key() -> None:
    flat = [chord(5, "maj"), chord(10, "maj"), chord(0, "maj"), chord(5, "maj")] * 2
    sharp = [chord(4, "maj"), chord(8, "min"), chord(11, "maj"), chord(4, "maj")] * 2
    assert "Bb:maj" in template_hmm(Audio(play(flat), RATE), beats(32)).label
    assert "G#:min" in template_hmm(Audio(play(sharp), RATE), beats(32)).label


def test_every_change_lies_on_a_beat() -> None:
    rng = np.random.default_rng(3)
    sound = Audio(play([chord(int(rng.integers(12)), "maj") for _ in range(6)]), RATE)
    off = Beats(0.13 + 0.47 * np.arange(24), np.zeros(24, int))
    chords = template_hmm(sound, off)
    assert len(chords) > 2
    assert np.isin(chords.start[1:], off.time).all()
    np.testing.assert_allclose(chords.start[1:], chords.end[:-1])
    assert chords.start[0] == 0.0
    assert chords.end[-1] == pytest.approx(12.0)


def test_silence_between_chords_is_no_chord() -> None:
    sound = np.concatenate(
        [np.zeros(3 * RATE, np.float32), play([chord(2, "min")] * 2), np.zeros(3 * RATE, np.float32)]
    )
    chords = template_hmm(Audio(sound, RATE), beats(20))
    assert chords.label == ("N", "D:min", "N")


def test_without_beats_a_grid_of_half_seconds_stands_in() -> None:
    chords = template_hmm(Audio(play([chord(0, "maj"), chord(9, "min")]), RATE), Beats(np.zeros(0), np.zeros(0)))
    assert chords.label == ("C:maj", "A:min")
    assert chords.start[1] == pytest.approx(2.0)


@pytest.mark.parametrize("frames", [1, 220, RATE])
@pytest.mark.parametrize("level", [0.0, 0.4])
def test_silence_and_scraps(frames: int, level: float) -> None:
    chords = template_hmm(Audio(np.full(frames, level, np.float32), RATE), beats(3))
    assert set(chords.label) <= {"N"} or frames < RATE or level > 0
    assert chords.end[-1] == pytest.approx(frames / RATE)


def test_the_same_sound_gives_the_same_chords() -> None:
    once, again = (template_hmm(Audio(play([chord(4, "min7")]), RATE), beats(4)) for _ in range(2))
    assert once.label == again.label
    np.testing.assert_array_equal(once.confidence, again.confidence)
