"""Melody whatever the key and the tempo."""

import numpy as np
import pytest

from descant.description.interval_ngrams import DIMENSIONS, melody_vector, skyline, words
from descant.types import Notes, Part
from tests.pieces import short_piece

TUNE = (60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60)
BEATS = (1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2)
OTHER = (64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62)


def sung(pitches, beats=BEATS, bpm=120.0, key=0):
    onset = np.concatenate([[0.0], np.cumsum(beats)[:-1]]) * 60.0 / bpm
    length = np.array(beats) * 60.0 / bpm
    return Notes(onset, onset + 0.9 * length, np.array(pitches) + key, np.full(len(pitches), 80))


@pytest.mark.parametrize(("bpm", "key"), [(90.0, 0), (120.0, 5), (200.0, -11)])
def test_another_key_and_tempo_are_the_same_vector(bpm, key):
    np.testing.assert_allclose(melody_vector(sung(TUNE, bpm=bpm, key=key)), melody_vector(sung(TUNE)))


def test_one_wrong_note_is_nearer_than_another_tune():
    wrong = list(TUNE)
    wrong[6] += 1
    true = melody_vector(sung(TUNE))
    assert true @ melody_vector(sung(wrong)) > true @ melody_vector(sung(OTHER)) + 0.1


def test_words_by_hand():
    found = list(words(np.array([60, 62, 59, 72])))  # thirteen semitones up count as one
    assert found == [(2,), (-3,), (1,), (2, -3), (-3, 1), (2, -3, 1)]


def test_the_highest_of_a_chord_and_no_accompaniment_below_it():
    onset = np.array([0.0, 0.01, 0.02, 0.3, 1.0])
    offset = np.array([0.9, 1.0, 1.0, 0.6, 1.5])
    pitch = np.array([48, 72, 64, 55, 60])
    assert skyline(onset, offset, pitch).tolist() == [1, 4]


def test_drums_sing_no_melody():
    piece = short_piece()
    assert melody_vector(piece.only(~piece.drum)) == pytest.approx(melody_vector(piece))
    count = 200
    onset = np.arange(count) / 4
    part = (np.arange(count) % 10 == 0).astype(int)  # one stroke in ten misheard as a note
    drums = Notes(onset, onset + 0.1, [36, 38] * 100, [90] * count, part, (Part("Drums", 0, drum=True), Part("Piano")))
    assert not melody_vector(drums).any()


@pytest.mark.parametrize("count", [0, 1, 11])
def test_too_few_notes_say_nothing(count):
    whole = sung(TUNE)
    vector = melody_vector(whole.only(np.arange(len(whole)) < count))
    assert vector.shape == (DIMENSIONS,)
    assert not vector.any()
