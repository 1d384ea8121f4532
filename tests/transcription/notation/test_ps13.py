"""Spelling by ps13: scales in every key, chromatic notes by direction and mode, one enharmonic side per signature."""

import pytest

from descant.transcription.notation.ps13 import spelled
from descant.types.score import SpelledPitch

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11, 12), (0, 2, 3, 5, 7, 8, 11, 12)  # the minor one with its leading note
TONICS = {
    0: "C D E F G A B C", 1: "G A B C D E F# G", 2: "D E F# G A B C# D", 3: "A B C# D E F# G# A",
    4: "E F# G# A B C# D# E", 5: "B C# D# E F# G# A# B", 6: "F# G# A# B C# D# E# F#", -1: "F G A Bb C D E F",
    -2: "Bb C D Eb F G A Bb", -3: "Eb F G Ab Bb C D Eb", -4: "Ab Bb C Db Eb F G Ab", -5: "Db Eb F Gb Ab Bb C Db",
    -6: "Gb Ab Bb Cb Db Eb F Gb",
}  # fmt: skip


def names(pitches, sharps=0):
    return [one.name[:-1] if one.octave >= 0 else one.name[:-2] for one in spelled(pitches, [sharps] * len(pitches))]


@pytest.mark.parametrize("sharps", TONICS)
def test_major_scales(sharps):
    want = TONICS[sharps].split()
    first = SpelledPitch.named(want[0] + "4").midi
    up = [first + one for one in MAJOR]
    assert names([*up, *up[::-1]], sharps) == [*want, *want[::-1]]


@pytest.mark.parametrize(
    ("sharps", "tonic", "want"),
    [
        (0, 69, "A B C D E F G# A"),
        (-3, 60, "C D Eb F G Ab B C"),
        (1, 64, "E F# G A B C D# E"),
        (-1, 62, "D E F G A Bb C# D"),
        (3, 66, "F# G# A B C# D E# F#"),
        (-4, 65, "F G Ab Bb C Db E F"),
    ],
)
def test_harmonic_minor_scales(sharps, tonic, want):
    up = [tonic + one for one in MINOR]
    assert names([*up, *up[::-1]], sharps) == want.split() + want.split()[::-1]


def test_a_chromatic_scale_is_spelled_from_its_first_note():
    want = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B", "C"]
    assert names(range(60, 73)) == want
    assert names(range(72, 59, -1)) == want[::-1]


@pytest.mark.parametrize(
    ("chord", "sharps", "tonic", "want"),
    [
        ((71, 74, 77, 80), -3, (60, 63, 67, 72), "B D F Ab"),  # in C minor
        ((68, 71, 74, 77), 0, (57, 60, 64, 69), "G# B D F"),  # in A minor
        ((61, 64, 67, 70), -1, (62, 65, 69, 74), "C# E G Bb"),  # in D minor
        ((66, 69, 72, 75), -2, (55, 58, 62, 67), "F# A C Eb"),  # in G minor
    ],
)
def test_a_diminished_seventh_has_the_leading_note_of_its_key(chord, sharps, tonic, want):
    assert names([*tonic * 3, *chord, *tonic * 3], sharps)[12:16] == want.split()


def test_the_signature_says_which_side_of_the_circle():
    scale = [66 + one for one in MAJOR]
    assert names(scale, 6)[0] == "F#"
    assert names(scale, -6)[0] == "Gb"


def test_names_always_sound_as_they_are_played():
    pitches = [(7 * one * one) % 128 for one in range(300)] + [0, 127]
    for sharps in (-7, 0, 7):
        found = spelled(pitches, [sharps] * len(pitches))
        assert [one.midi for one in found] == pitches
        assert all(abs(one.alter) <= 2 for one in found)


def test_no_notes_no_names():
    assert spelled([], []) == []
