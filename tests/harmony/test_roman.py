"""Numerals in parts: their classes and how they are written."""

import pytest

from descant.harmony.roman import (
    CLASSES,
    HEADS,
    MAJOR,
    MINOR,
    NONE,
    Roman,
    fifths_of,
    key_name,
    pitch_name,
    semitones,
    tonic_of,
)


def test_classes_are_as_many_as_published():
    assert [CLASSES[head] for head in HEADS] == [38, 22, 11, 4, 35, 22]


@pytest.mark.parametrize(
    ("one", "figure"),
    [
        (Roman((0, MAJOR), (5, 0), "7", 1, 1, (5, 0)), "V65/V"),
        (Roman((0, MAJOR), (5, 0), "7", 0, 3, (2, 0)), "V7/ii"),
        (Roman((0, MINOR), (7, 1), "dim7", 0, 5), "viio7"),
        (Roman((0, MINOR), (6, 1), "min", 0, 3), "vi"),
        (Roman((0, MINOR), (7, 0), "maj", 1, -2), "VII6"),
        (Roman((0, MINOR), (7, 1), "dim", 1, 6, (5, 0)), "viio6/V"),  # F sharp, whether G is major or minor
        (Roman((0, MAJOR), (6, -1), "maj", 0, -4), "bVI"),
        (Roman((0, MAJOR), (4, 1), "aug6", 0, -4), "Ger65"),
        (Roman((0, MAJOR), (2, 0), "aug6", 0, -4), "Fr43"),
        (Roman((0, MAJOR), (1, 0), "aug", 2, 0), "I+64"),
    ],
)
def test_figures(one, figure):
    assert one.figure == figure


def test_what_has_no_class():
    far = Roman((15, MAJOR), (9, 0), "sus4", 5, 30)
    assert far.classes[:5] == (-1,) * 5
    assert Roman((0, MAJOR), (1, 0), "maj", 0, 0).classes == (9, 8, 0, 0, 15, 0)


@pytest.mark.parametrize(("name", "fifths"), [("C", 0), ("Bb", -2), ("F#", 6), ("Bbb", -9), ("f##", 13), ("b", 5)])
def test_names(name, fifths):
    assert fifths_of(name) == fifths
    assert pitch_name(fifths).lower() == name.lower()
    assert semitones(fifths) == {"C": 0, "Bb": 10, "F#": 6, "Bbb": 9, "f##": 7, "b": 11}[name]


def test_degrees():
    assert tonic_of((-3, MAJOR), (6, 0)) == fifths_of("C")
    assert tonic_of((0, MINOR), (7, 1)) == fifths_of("B")
    assert key_name((-3, MINOR)) == "Eb minor"
    assert Roman((0, MAJOR), (1, 0), "maj", 0, 0).secondary == NONE
