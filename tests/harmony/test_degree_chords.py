"""The names and numbers of chords relative to the key."""

import pytest

from descant.errors import InvalidValueError
from descant.harmony import degree_chords


def test_every_chord_has_a_name_of_its_own():
    assert degree_chords.SYMBOLS == 144
    assert len(set(degree_chords.NAMES)) == 144
    assert [degree_chords.parse(name) for name in degree_chords.NAMES] == list(range(144))


def test_a_chord_is_told_by_degree_and_quality():
    chord = degree_chords.number(14, "min7")
    assert degree_chords.NAMES[chord] == "ii7"
    assert (degree_chords.degree(chord), degree_chords.quality(chord)) == (2, "min7")
    assert degree_chords.NAMES[degree_chords.number(8, "maj")] == "bVI"
    assert degree_chords.NAMES[degree_chords.number(11, "hdim7")] == "viiø7"


def test_what_is_no_chord_is_refused():
    with pytest.raises(InvalidValueError, match="'H' is no chord"):
        degree_chords.parse("H")
