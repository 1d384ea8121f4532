"""Loudness against that of the notes around."""

import numpy as np
import pytest

from descant.alignment.touch import LEAST, stands_out


def test_one_loud_note_stands_out_of_a_crescendo():
    velocity = np.arange(40, 80)
    velocity[17] += 40
    off, spread = stands_out(velocity, np.zeros(40, dtype=np.int64))
    assert off[17] == pytest.approx(40, abs=2)
    assert np.abs(np.delete(off, 17)).max() < 4
    assert spread == pytest.approx(np.full(40, LEAST))


def test_a_tune_is_not_held_against_its_accompaniment():
    kind = np.arange(60) % 2
    off, _ = stands_out(np.where(kind == 1, 100, 50), kind)
    assert np.abs(off).max() < 1e-6


def test_a_few_notes_are_not_judged():
    off, _ = stands_out(np.array([20, 120, 20, 120]), np.zeros(4, dtype=np.int64))
    assert not off.any()
