"""Chords as charts print them, and back."""

import pytest

from descant.io.score.chord_names import harte, printed
from descant.io.score.marks import CHORD_KINDS


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("C:maj", "C"),
        ("C", "C"),
        ("Bb:min7/b3", "Bbm7/Db"),
        ("C/3", "C/E"),
        ("F#:7/b7", "F#7/E"),
        ("B:hdim7", "Bm7b5"),
        ("A:minmaj7", "Am(maj7)"),
        ("D:sus4(b7)", "D7sus4"),
        ("N", "N.C."),
        ("X", "N.C."),
    ],
)
def test_as_a_chart_prints_them(label, text):
    assert printed(label) == text


@pytest.mark.parametrize("kind", CHORD_KINDS.values())
@pytest.mark.parametrize("bass", ["", "/b3", "/5"])
def test_what_is_printed_is_read(kind, bass):
    assert harte(printed(f"Eb:{kind}{bass}")) == f"Eb:{kind}{bass}"


@pytest.mark.parametrize(
    ("text", "label"),
    [("CM7", "C:maj7"), ("A-", "A:min"), ("Bo7", "B:dim7"), ("Gsus", "G:sus4"), ("NC", "N"), ("Gsus2/D", "G:sus2/5")],
)
def test_other_ways_of_writing(text, label):
    assert harte(text) == label


@pytest.mark.parametrize("text", ["", "H", "Cfoo", "C/", "Cmaj7/H", "c"])
def test_what_is_no_chord(text):
    assert harte(text) is None
