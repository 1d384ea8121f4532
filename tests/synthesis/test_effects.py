"""Effects change the sound and not its times."""

import numpy as np
import pytest

from descant.synthesis import effects

RATE = 22_050
EVERY = [
    effects.clipped,
    effects.codec,
    effects.compressed,
    effects.equalised,
    effects.in_a_room,
    effects.noisy,
    effects.wow_and_flutter,
    effects.recorded,
]


def knocks() -> np.ndarray:
    """Three short knocks with a little music under them, mono."""
    time = np.arange(3 * RATE) / RATE
    sound = 0.05 * np.sin(2 * np.pi * 220 * time)
    for at in (0.5, 1.25, 2.2):
        after = np.maximum(time - at, 0)
        sound += 0.8 * (time >= at) * np.exp(-after / 0.004) * np.cos(2 * np.pi * 900 * after)
    return sound.astype(np.float32)[np.newaxis]


@pytest.mark.parametrize("effect", EVERY)
@pytest.mark.parametrize("seed", range(4))
def test_an_onset_stays_where_it_was(effect, seed):
    dry = knocks()
    wet = effect(dry, RATE, np.random.default_rng(seed))
    assert wet.shape == dry.shape
    assert wet.dtype == np.float32
    assert np.isfinite(wet).all()
    for at in (0.5, 1.25, 2.2):
        near = slice(int((at - 0.05) * RATE), int((at + 0.05) * RATE))
        rise = np.diff(np.convolve(np.square(wet[0, near]), np.ones(40) / 40))
        before = np.diff(np.convolve(np.square(dry[0, near]), np.ones(40) / 40))
        assert abs(int(np.argmax(rise)) - int(np.argmax(before))) < 0.005 * RATE


@pytest.mark.parametrize("effect", EVERY)
def test_the_same_seed_is_the_same_recording(effect):
    one, same, other = (effect(knocks(), RATE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("effect", EVERY)
def test_silence_and_scraps(effect):
    for count in (1, 50, 5_000):
        wet = effect(np.zeros((2, count), np.float32), RATE, np.random.default_rng(0))
        assert wet.shape == (2, count)
        assert np.abs(wet).max() < 1e-3


def test_no_strength_is_no_change():
    np.testing.assert_array_equal(effects.recorded(knocks(), RATE, np.random.default_rng(0), 0.0), knocks())


def test_a_room_rings_on_after_the_sound():
    sound = np.zeros((1, RATE), np.float32)
    sound[0, 100] = 1.0
    wet = effects.in_a_room(sound, RATE, np.random.default_rng(0))
    assert wet[0, 100] == pytest.approx(1.0, abs=0.2)
    assert np.abs(wet[0, :100]).max() < 1e-5
    assert np.sum(np.square(wet[0, 200:])) > 1e-3


def test_noise_is_as_far_below_the_sound_as_said():
    dry = knocks()
    for seed in range(5):
        noise = effects.noisy(dry, RATE, np.random.default_rng(seed)) - dry
        ratio = 20 * np.log10(np.std(dry) / np.std(noise))
        assert 17 < ratio < 61


def test_a_codec_takes_minutes_of_sound():
    sound = np.tile(knocks(), (1, 100))  # five minutes
    for seed in range(3):  # both codecs
        wet = effects.codec(sound, RATE, np.random.default_rng(seed))
        assert wet.shape == sound.shape
        assert np.corrcoef(wet[0], sound[0])[0, 1] > 0.5
