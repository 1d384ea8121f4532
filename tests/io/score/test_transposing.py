"""Keys and chords moved to others, against what a musician would call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.io.score.transposing import MAJOR, chord_moved, key_moved, key_name, key_named
from descant.types.names import pitch_class
from descant.types.score import KeySignature


@pytest.mark.parametrize(
    ("sharps", "semitones", "moved", "letters"),
    [
        (0, 2, 2, 1),  # C to D
        (0, 1, -5, 1),  # C to D flat, not C sharp
        (0, -1, 5, -1),  # C to B
        (-3, -3, 0, -2),  # E flat to C
        (2, 4, 6, 2),  # D to F sharp
        (-1, 1, -6, 1),  # F to G flat
        (7, 12, -5, 8),  # C sharp to D flat, an octave higher
        (7, 0, 7, 0),
        (3, -12, 3, -7),
    ],
)
def test_a_key_takes_its_simpler_name(sharps, semitones, moved, letters):
    assert key_moved(KeySignature(sharps), semitones) == (KeySignature(moved), letters)


@given(st.integers(-7, 7), st.integers(-24, 24))
def test_a_moved_key_is_the_right_one(sharps, semitones):
    key, _ = key_moved(KeySignature(sharps, "minor"), semitones)
    assert key.mode == "minor"
    before, after = (pitch_class(MAJOR[one + 7]) for one in (sharps, key.sharps))
    assert (after - before - semitones) % 12 == 0


@given(st.integers(-7, 7), st.sampled_from(["major", "minor"]))
def test_key_names_are_read_back(sharps, mode):
    assert key_named(key_name(KeySignature(sharps, mode))) == KeySignature(sharps, mode)


def test_what_is_no_key():
    assert [key_named(one) for one in ("H", "", "m", "Cmaj", "c")] == [None] * 5


@pytest.mark.parametrize(
    ("label", "letters", "semitones", "moved"),
    [
        ("Eb:min7/b3", -2, -3, "C:min7/b3"),
        ("Bb", 1, 2, "C"),
        ("G#:dim", 1, 2, "A#:dim"),
        ("D#:7", 1, 2, "E#:7"),
        ("B#:7", 1, 2, "D:7"),  # C with two sharps
        ("Fb", -1, -1, "Eb"),
        ("Fb", -1, -2, "D"),  # E with two flats
        ("N", 3, 5, "N"),
        ("X", 3, 5, "X"),
    ],
)
def test_chords_move(label, letters, semitones, moved):
    assert chord_moved(label, letters, semitones) == moved
