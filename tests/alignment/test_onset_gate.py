"""Onsets are passed when they are heard, not when the path comes to them."""

import numpy as np
import pytest

from descant.alignment.onset_gate import LATE, OnsetGate

STARTS = np.array([0.0, 100.0, 200.0])


@pytest.fixture
def gate():
    rises = np.zeros((300, 4))
    for at, band in ((0, 0), (100, 1), (200, 2)):
        rises[at : at + 3, band] = 10.0
    made = OnsetGate(rises, STARTS)
    made.jump(1.0)  # the first has been passed
    return made


def attack(band):
    frame = np.zeros(4)
    frame[band] = 10.0
    return frame


def test_the_place_is_held_before_an_onset_that_is_not_heard(gate):
    assert gate.push(np.zeros(4), 60.0, 1.0) == 60.0
    assert gate.push(np.zeros(4), 110.0, 1.0) == 99.0


def test_an_onset_takes_the_place_when_it_is_heard_a_little_early(gate):
    gate.push(np.zeros(4), 80.0, 1.0)
    assert gate.push(attack(1), 92.0, 1.0) == 100.0


def test_another_sound_is_no_onset(gate):
    gate.push(np.zeros(4), 80.0, 1.0)
    assert gate.push(attack(3), 92.0, 1.0) == 92.0


def test_too_early_is_not_believed(gate):
    assert gate.push(attack(1), 50.0, 1.0) == 50.0


def test_an_onset_that_is_left_out_is_passed_in_the_end(gate):
    assert gate.push(np.zeros(4), 100.0 + LATE + 1, 1.0) == pytest.approx(100.0 + LATE + 1)


def test_while_the_pace_is_not_known_the_path_is_believed_less(gate):
    assert gate.push(np.zeros(4), 100.0 + LATE + 1, 1.0, known=False) == 99.0


def test_after_a_jump_the_next_onset_is_that_from_there_on(gate):
    gate.jump(150.0)
    assert gate.push(np.zeros(4), 120.0, 1.0) == 120.0
    assert gate.push(np.zeros(4), 210.0, 1.0) == 199.0
