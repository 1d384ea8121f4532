"""What is said of notes, against notes whose truth is plain."""

import numpy as np
import pytest

from descant.datasets.music_attributes import instruments_heard, key_of, mood_of, texture_of, transposed_key
from descant.types import Notes, Part

C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60]


def tune(pitches, parts=()):
    onset = np.arange(len(pitches)) * 0.5
    return Notes(onset, onset + 0.5, np.array(pitches), np.full(len(pitches), 80), None, parts)


@pytest.mark.parametrize(("semitones", "key"), [(0, "C major"), (2, "D major"), (-2, "Bb major")])
def test_a_scale_that_rests_on_its_tonic_is_in_its_key(semitones, key):
    assert key_of(tune([one + semitones for one in C_MAJOR])) == key


def test_a_signature_leaves_two_keys_to_choose_from():
    a_minor = [69, 71, 72, 74, 76, 77, 80, 81, 76, 72, 69]
    assert key_of(tune(a_minor), sharps=0) == "A minor"
    assert key_of(tune(a_minor), sharps=3) in ("A major", "F# minor")
    assert key_of(tune(C_MAJOR), sharps=12) == "C major"  # sharps go round


def test_drums_alone_have_no_key():
    assert key_of(tune([36, 38, 36, 38], (Part("drums", 0, drum=True),))) is None


@pytest.mark.parametrize(
    ("key", "semitones", "result"),
    [("C major", 1, "Db major"), ("B minor", 1, "C minor"), ("Eb major", -3, "C major")],
)
def test_keys_are_transposed(key, semitones, result):
    assert transposed_key(key, semitones) == result


def test_the_longest_and_loudest_instrument_comes_first():
    parts = (Part("", 0), Part("", 73), Part("drums", 0, drum=True))
    notes = Notes([0.0, 0.0, 1.0], [0.5, 4.0, 1.1], [60, 72, 38], [90, 80, 100], [0, 1, 2], parts)
    assert instruments_heard(notes) == ("flute", "piano", "drums")
    assert texture_of(notes) == "ensemble"
    assert texture_of(notes.only(np.array([True, True, False]))) == "duo"
    assert texture_of(notes.only(np.array([True, False, False]))) == "solo"


def test_moods_go_with_mode_and_movement():
    assert mood_of("major", 130, 8, "medium") == "happy"
    assert mood_of("major", 60, 3, "soft") == "calm"
    assert mood_of("minor", 60, 3, "medium") == "sad"
    assert mood_of("minor", 130, 8, "medium") == "tense"
    assert mood_of("major", 160, 16, "loud") == "energetic"
    assert mood_of(None, 100, 6, "medium") is None
