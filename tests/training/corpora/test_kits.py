"""Performances mixed from single strokes: each where it belongs, and known by how well it is heard."""

import numpy as np
import pytest

from descant.features import RATE
from descant.training.corpora.kits import (
    LEVELS,
    Character,
    audibility,
    character,
    machine_kit,
    mixed,
    treated,
    trimmed,
)
from descant.types import Notes
from descant.types.drums import drum_class

PLAIN = [Character(0.0, 0.0, np.inf, 0.0)] * 6


def tone(hz, seconds=0.2):
    time = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hz * time) * np.exp(-time / 0.05)).astype(np.float32)


def played(times, keys, velocities, kit):
    times = np.asarray(times, dtype=float)
    return mixed(Notes(times, times + 0.05, keys, velocities), [kit] * 6, PLAIN, 2.0, RATE * 2)


def test_strokes_lie_at_their_samples_and_follow_their_velocity():
    kit = {36: (tone(60),) * len(LEVELS)}
    sound, heard = played([0.5, 1.0], [36, 36], [127, 64], kit)
    assert not sound[: RATE // 2].any()
    np.testing.assert_allclose(sound[RATE // 2 : RATE // 2 + 1000], tone(60)[:1000], atol=1e-5)
    assert np.abs(sound[RATE:]).max() / np.abs(sound[:RATE]).max() == pytest.approx((64 / 127) ** 2, rel=0.01)
    assert heard.tolist() == [1.0, 1.0]


def test_a_soft_stroke_under_a_loud_one_of_the_same_sound_is_not_heard_one_elsewhere_is():
    kit = {38: (tone(200),) * 3, 40: (tone(200),) * 3, 42: (tone(5000),) * 3}
    _, heard = played([0.5, 0.5, 0.5], [38, 40, 42], [127, 16, 40], kit)
    assert heard[0] == 1.0
    assert heard[1] == 0.0
    assert heard[2] > 0.9


def test_a_key_that_the_kit_lacks_is_not_heard():
    sound, heard = played([0.5], [49], [100], {36: (tone(60),) * 3})
    assert not sound.any()
    assert heard.tolist() == [0.0]


def test_a_closed_hi_hat_stops_the_open_one():
    kit = {42: (np.zeros(10, np.float32) + 1e-6,) * 3, 46: (np.ones(RATE, np.float32),) * 3}
    alone, _ = played([0.0], [46], [127], kit)
    stopped, _ = played([0.0, 0.25], [46, 42], [127, 127], kit)
    assert alone[RATE // 2] == 1.0
    assert stopped[RATE // 4] == pytest.approx(1.0, abs=1e-3)
    assert abs(stopped[RATE // 2]) < 1e-3


def test_tuning_moves_a_drum_and_damping_shortens_it():
    stroke = tone(200, 0.5)
    higher = treated(stroke, Character(4.0, 0.0, np.inf, 0.0))
    spectrum = np.abs(np.fft.rfft(higher, RATE))
    assert spectrum.argmax() == pytest.approx(200 * 2 ** (4 / 12), abs=3)
    short = treated(stroke, Character(0.0, 0.0, 0.1, 0.0))
    assert np.abs(short[3000:]).max() < 0.3 * np.abs(stroke[3000:]).max()
    assert np.abs(treated(stroke, Character(0.0, -6.0, np.inf, 0.0))).max() == pytest.approx(0.5, abs=0.03)


def test_silence_is_trimmed_away():
    assert len(trimmed(np.zeros(100, np.float32))) == 0
    assert len(trimmed(np.array([1.0, 0.5, 1e-5, 0.0], np.float32))) == 2


def test_the_drum_machine_gives_a_kit_with_all_drums():
    kit = machine_kit(1)
    assert set(drum_class(np.array(list(kit))).tolist()) == {-1, 0, 1, 2, 3, 4}
    for strokes in kit.values():
        assert len(strokes) == len(LEVELS)
        peaks = [float(np.abs(one).max()) for one in strokes]
        assert max(peaks) - min(peaks) < 0.001


def test_characters_are_drawn_within_their_bounds():
    drawn = [character(np.random.default_rng(seed)) for seed in range(200)]
    assert all(abs(one.semitones) <= 4 and abs(one.gain_db) <= 9 and one.decay >= 0.15 for one in drawn)
    assert any(np.isinf(one.decay) for one in drawn)


def test_audibility_of_nothing_is_nothing():
    assert audibility(np.zeros(5, np.float32), np.zeros(2000, np.float32)) == 0.0
