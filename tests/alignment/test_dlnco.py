"""Onsets peak where keys are struck and fade; noise and loudness leave no trace; blocks leave no seam."""

import numpy as np
import pytest

from descant.alignment import dlnco as module
from descant.alignment.dlnco import FADES, ONSETS, POOL, SILENCE, clean, dlnco
from descant.alignment.note_levels import note_levels
from descant.features.semitone_levels import KEYS, LEVEL_RATE
from tests.alignment.performed import performed

ONE = note_levels(np.array([1.0]), np.array([2.0]), np.array([60]), 3.0)


def test_an_onset_of_one_key_by_hand():
    sound = clean(ONE)
    rows = dlnco(sound, 0, len(sound))
    key = rows[:, 60 - 21] / ONSETS
    peak = int(np.argmax(key))
    assert abs(peak - 1.0 * LEVEL_RATE / POOL) <= 2
    assert 0.2 < key[peak] <= 1.0
    assert np.all(key[: peak - 1] == 0)
    assert np.all(np.diff(key[peak : peak + FADES // POOL]) <= 0)
    assert np.all(key[peak + FADES // POOL + 2 :] == 0)
    assert np.argmax(rows[peak + 20, KEYS : KEYS + 12]) == 0  # C
    assert np.allclose(rows[:, -1], SILENCE)


def test_sound_lies_between_its_first_onset_and_its_end():
    first, last = clean(ONE).audible()
    assert first == pytest.approx(1.0 * LEVEL_RATE, abs=8)
    assert 2.0 * LEVEL_RATE < last < 3.0 * LEVEL_RATE
    assert clean(np.zeros((10, KEYS), np.float16)).audible() == (0, 0)
    assert clean(np.zeros((0, KEYS), np.float16)).audible() == (0, 0)


def test_loudness_does_not_matter():
    rows = [dlnco(clean(levels), 0, 300) for levels in (ONE, (ONE * 0.25).astype(np.float16))]
    assert np.abs(rows[0] - rows[1]).max() < 0.05


def test_blocks_have_no_seam(monkeypatch):
    notes = performed().take
    sound = clean(note_levels(notes.onset, notes.offset, notes.pitch, 20.0))
    whole = dlnco(sound, 0, len(sound))
    monkeypatch.setattr(module, "BLOCK", 256)
    assert np.array_equal(whole, dlnco(sound, 0, len(sound)))
