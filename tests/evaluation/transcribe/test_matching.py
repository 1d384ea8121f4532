"""Notes that answer each other."""

import numpy as np

from descant.evaluation.transcribe.matching import UNMATCHED, nearest


def test_the_nearest_of_its_pitch_that_is_free():
    place, pitch = np.array([0.0, 0.4, 1.0, 2.0]), np.array([60, 60, 62, 64])
    other, other_pitch = np.array([0.1, 0.5, 1.6, 2.0]), np.array([60, 60, 62, 65])
    assert nearest(place, pitch, other, other_pitch, 0.5).tolist() == [0, 1, UNMATCHED, UNMATCHED]
    assert nearest(place, pitch, other, other_pitch, 0.7).tolist() == [0, 1, 2, UNMATCHED]


def test_the_nearest_pair_goes_first_and_no_note_answers_twice():
    found = nearest(np.array([0.0, 0.2]), np.array([60, 60]), np.array([0.3]), np.array([60]), 1.0)
    assert found.tolist() == [UNMATCHED, 0]
    assert nearest(np.zeros(0), np.zeros(0, int), np.zeros(0), np.zeros(0, int), 1.0).tolist() == []


def test_what_has_no_place_is_not_matched():
    found = nearest(np.array([-np.inf, 1.0]), np.array([60, 60]), np.array([0.9]), np.array([60]), 1.0)
    assert found.tolist() == [UNMATCHED, 0]
