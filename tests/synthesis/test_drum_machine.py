"""Synthetic drums sound like what they are named after, at their label's sample, and differ from kit to kit."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.synthesis.drum_machine import RATE, Kit, drum_machine
from descant.types import Notes, Part

KICK, SNARE, CLOSED, PEDAL, OPEN, CRASH, RIDE, LOW_TOM, HIGH_TOM = 36, 38, 42, 44, 46, 49, 51, 41, 50
DRUMS = (Part("drums", drum=True),)


def centre(sound: np.ndarray) -> float:
    """The centre of the spectrum's energy, Hz."""
    energy = np.abs(np.fft.rfft(sound)) ** 2
    return float(np.average(np.fft.rfftfreq(len(sound), 1 / RATE), weights=energy))


@pytest.mark.parametrize("seed", range(4))
def test_each_piece_sounds_in_its_range(seed: int) -> None:
    kit = Kit(seed)
    at = {key: centre(kit.stroke(key, 100)) for key in (KICK, SNARE, CLOSED, CRASH, RIDE, LOW_TOM, HIGH_TOM)}
    assert at[KICK] < 250 < 600 < at[SNARE] < at[CLOSED]
    assert at[LOW_TOM] < at[HIGH_TOM] < 500
    assert min(at[CLOSED], at[CRASH], at[RIDE]) > 4_000
    lengths = [len(kit.stroke(key, 100)) for key in (CLOSED, OPEN, CRASH)]
    assert lengths[0] < min(lengths[1:])


@pytest.mark.parametrize("key", range(27, 88))
def test_every_key_starts_at_once_and_ends(key: int) -> None:
    for velocity in (1, 64, 127):
        sound = Kit(3).stroke(key, velocity)
        assert np.isfinite(sound).all()
        assert np.argmax(np.abs(sound) > 0.1 * np.abs(sound).max()) < 0.001 * RATE
        assert np.abs(sound[-20:]).max() < 0.02 * np.abs(sound).max()


def test_strokes_lie_at_their_labels() -> None:
    onset = np.array([0.1003, 0.6111, 1.1217])
    for key in (KICK, SNARE, CLOSED):
        audio = drum_machine(Notes(onset, onset + 0.1, np.full(3, key), np.full(3, 100), parts=DRUMS), seed=2)
        sound = np.abs(audio.samples[0])
        assert not sound[: round(onset[0] * RATE)].any()
        for time in onset:
            at = round(time * RATE)
            assert sound[at : at + 25].max() > 8 * sound[at - 25 : at].max()


def test_a_closing_hat_ends_the_open_one() -> None:
    for closing in (CLOSED, PEDAL):
        alone = drum_machine(Notes([0.0], [0.5], [OPEN], [110], parts=DRUMS), seed=1).samples[0]
        notes = Notes([0.0, 0.3, 0.9], [0.1, 0.4, 1.0], [OPEN, closing, KICK], [110, 1, 1], parts=DRUMS)
        closed = drum_machine(notes, seed=1).samples[0]
        rest = slice(round(0.6 * RATE), round(0.85 * RATE))
        assert np.std(closed[rest]) < 0.3 * np.std(alone[rest])


def test_harder_is_louder_and_kits_differ() -> None:
    kit = Kit(0)
    assert np.abs(kit.stroke(SNARE, 120)).max() > 2 * np.abs(kit.stroke(SNARE, 40)).max()
    assert not np.array_equal(kit.stroke(SNARE, 100, take=0), kit.stroke(SNARE, 100, take=1))
    centres = [centre(Kit(seed).stroke(SNARE, 100)) for seed in range(8)]
    assert max(centres) > 1.3 * min(centres)


def test_the_same_seed_is_the_same_kit_and_pitched_parts_are_left_out() -> None:
    both = Notes([0.0, 0.5], [0.4, 0.9], [60, 38], [90, 90], [0, 1], (Part(), *DRUMS))
    one, same = drum_machine(both, seed=4), drum_machine(both, seed=4)
    np.testing.assert_array_equal(one.samples, same.samples)
    assert not one.samples[0, : round(0.5 * RATE)].any()
    assert drum_machine(Notes([], [], [], [])).frames == 0
    with pytest.raises(InvalidValueError, match="60 at most"):
        drum_machine(Notes([0.0], [4000.0], [38], [80], parts=DRUMS))
