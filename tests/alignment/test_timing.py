"""How late notes are, pauses, and the tempo line of each pass."""

import numpy as np
import pytest

from descant.alignment.note_matching import match
from descant.alignment.timing import timing
from descant.alignment.written import Written

CHORDS = 24


def chords():
    """Chords of four notes, one a quarter, no two alike."""
    rng = np.random.default_rng(0)
    root = rng.integers(45, 60, CHORDS)
    pitch = (root[:, None] + np.array([0, 4, 7, 12])).ravel()
    return Written(np.repeat(np.arange(float(CHORDS)), 4), np.ones(4 * CHORDS), pitch, np.zeros(4 * CHORDS, dtype=int))


def timed(written, onset, *, rolled=False):
    order = np.lexsort((written.pitch, onset))
    found = match(written, onset[order], written.pitch[order], np.arange(0, CHORDS, 4.0))
    return timing(written, found, onset[order], np.full(len(written), rolled))


def test_a_steady_player():
    one = chords()
    found = timed(one, 0.6 * one.onset + 1)
    assert np.abs(found.off).max() < 1e-6
    assert found.pace == pytest.approx(np.full(len(one), 0.6))
    assert found.pauses == ()
    assert found.second == pytest.approx(1 + 0.6 * found.place)


def test_one_late_note_of_a_chord_and_one_late_chord():
    one = chords()
    onset = 0.6 * one.onset + 1
    onset[41] += 0.2
    onset[60:64] += 0.2
    off = timed(one, onset).off
    assert np.flatnonzero(np.abs(off) > 0.1).tolist() == [41, 60, 61, 62, 63]
    assert off[41] == pytest.approx(0.2, abs=0.01)


def test_a_rolled_chord_is_in_time():
    one = chords()
    onset = 0.6 * one.onset + 1
    onset[40:44] += np.array([-0.12, -0.04, 0.04, 0.12])
    assert np.abs(timed(one, onset).off).max() < 0.05


def test_two_notes_under_a_sign_to_roll_them_are_judged_together():
    one = Written(
        np.repeat(np.arange(24.0), 2),
        np.ones(48),
        np.arange(48) % 2 * 12 + 48 + np.repeat(np.arange(24) * 5 % 13, 2),
        np.zeros(48, dtype=int),
    )
    onset = 0.6 * one.onset + 1
    onset[21] += 0.2
    assert np.abs(timed(one, onset, rolled=True).off).max() < 0.12
    assert np.abs(timed(one, onset).off).max() > 0.08


def test_a_pause_is_told_and_nothing_after_it_is_late():
    one = chords()
    found = timed(one, 0.6 * one.onset + np.where(one.onset >= 11, 2.5, 0.0))
    assert found.pauses == ((11.0, pytest.approx(2.5, abs=0.02)),)
    assert np.abs(found.off).max() < 1e-6
    assert np.unique(found.section).tolist() == [0, 1]
