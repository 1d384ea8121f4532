"""Roman numerals as they are written: their parts, checked by hand."""

import pytest

from descant.datasets.roman_figures import best_quality, moved, roman
from descant.harmony.roman import MAJOR, MINOR, NONE, fifths_of


@pytest.mark.parametrize(
    ("mode", "figure", "degree", "quality", "inversion", "root", "secondary"),
    [
        (MAJOR, "I", (1, 0), "maj", 0, "C", NONE),
        (MAJOR, "V65", (5, 0), "7", 1, "G", NONE),
        (MAJOR, "V6/5/ii", (5, 0), "7", 1, "A", (2, 0)),
        (MAJOR, "viiø42", (7, 0), "hdim7", 3, "B", NONE),
        (MAJOR, "bVI6", (6, -1), "maj", 1, "Ab", NONE),
        (MAJOR, "Cad64", (1, 0), "maj", 2, "C", NONE),
        (MAJOR, "Cad64/V", (1, 0), "maj", 2, "G", (5, 0)),
        (MAJOR, "V7[no5][add9]", (5, 0), "7", 0, "G", NONE),
        (MAJOR, "V9", (5, 0), "7", 0, "G", NONE),
        (MAJOR, "IVmaj7", (4, 0), "maj7", 0, "F", NONE),
        (MAJOR, "V+", (5, 0), "aug", 0, "G", NONE),
        (MINOR, "viio7", (7, 1), "dim7", 0, "B", NONE),
        (MINOR, "#viio7", (7, 1), "dim7", 0, "B", NONE),
        (MINOR, "bVI", (6, 0), "maj", 0, "Ab", NONE),
        (MINOR, "VI", (6, 0), "maj", 0, "Ab", NONE),
        (MINOR, "N6", (2, -1), "maj", 1, "Db", NONE),
        (MINOR, "iio7", (2, 0), "hdim7", 0, "D", NONE),
        (MINOR, "ii/o6/5", (2, 0), "hdim7", 1, "D", NONE),
        (MINOR, "III+6", (3, 0), "aug", 1, "Eb", NONE),
        (MINOR, "Ger65", (4, 1), "aug6", 0, "Ab", NONE),
        (MINOR, "It6", (4, 1), "aug6", 0, "Ab", NONE),
        (MAJOR, "Fr43", (2, 0), "aug6", 0, "Ab", NONE),
        (MAJOR, "Ger65/V", (4, 1), "aug6", 0, "Eb", (5, 0)),
    ],
)
def test_parts(mode, figure, degree, quality, inversion, root, secondary):
    found = roman(figure, mode)
    assert (found.degree, found.quality, found.inversion) == (degree, quality, inversion)
    assert (found.root, found.secondary, found.key) == (fifths_of(root), secondary, (0, mode))


def test_what_cannot_be_read_is_none():
    assert roman("CTo7", MAJOR) is None


def test_moves_to_another_key():
    found = moved(roman("V7/V", MAJOR), (-3, MAJOR))  # of E flat
    assert (found.root, found.figure) == (fifths_of("F"), "V7/V")


def test_the_nearest_quality():
    assert best_quality([0, 4, 1, -2, 2]) == "7"  # a ninth
    assert best_quality([0, 1]) in ("maj", "min")
    assert best_quality([0, -3, 1, 5]) == "min"  # a minor triad with a major seventh
