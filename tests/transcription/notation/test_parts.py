"""Instruments: their names, staves, clefs and transpositions."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.transcription.notation.drum_staff import place
from descant.transcription.notation.instruments import instrument_part
from descant.transcription.notation.parts import name_of, reading, staves_of, tenor
from descant.types import Part


@pytest.mark.parametrize(
    ("program", "pitches", "staves"),
    [(0, (40, 80), 2), (0, (60, 79), 1), (0, (40, 52), 1), (0, (50, 70), 2), (40, (55, 100), 1), (19, (36, 84), 2)],
)
def test_keyboards_have_two_staves_where_one_is_too_few(program, pitches, staves):
    assert staves_of(Part("", program), np.array(pitches)) == staves


def test_one_line_at_a_time_needs_one_staff():
    assert staves_of(Part(), np.array([50, 80]), together=0.0) == 1
    assert staves_of(Part(), np.array([30, 90]), together=0.0) == 2
    assert staves_of(Part(drum=True), np.array([30, 90])) == 1


def test_names():
    assert name_of(Part("Anna", 40)) == "Anna"
    assert name_of(Part("", 40)) == "Violin"
    assert name_of(Part("a name that goes on for ever and ever", 56)) == "Trumpet"
    assert name_of(Part(drum=True)) == "Drums"
    assert name_of(Part("", 90)) == "Synth"


@pytest.mark.parametrize(
    ("program", "clef", "letters", "semitones"),
    [(71, "G2", -1, -2), (65, "G2", -5, -9), (60, "", -4, -7), (32, "F4", -7, -12), (24, "G2-8", 0, 0), (0, "", 0, 0)],
)
def test_how_players_read(program, clef, letters, semitones):
    assert reading(Part("", program)) == (clef, (letters, semitones))
    assert reading(Part("", program, drum=True)).clef == "percussion"


@pytest.mark.parametrize(
    ("program", "pitch", "together", "reads"),
    [
        (52, 59, 0.0, True),
        (53, 59, 0.0, True),
        (52, 65, 0.0, False),
        (52, 51, 0.0, False),
        (52, 59, 0.5, False),
        (42, 59, 0.0, False),
        (0, 59, 0.0, False),
    ],
)
def test_only_singers_of_one_line_read_the_tenors_clef(program, pitch, together, reads):
    assert tenor(Part("", program), np.array([pitch - 5, pitch, pitch + 5]), together) is reads


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("violin", 40),
        ("Clarinet", 71),
        (" alto sax ", 65),
        ("sax", 65),
        ("piano", 0),
        ("Double Bass", 43),
        ("voice", 53),
    ],
)
def test_instruments_by_name(name, program):
    assert instrument_part(name).program == program


def test_an_instrument_that_nobody_knows():
    with pytest.raises(InvalidValueError, match="no instrument is named 'kazoo'; choose from "):
        instrument_part("kazoo")


def test_every_drum_has_a_place():
    assert [place(key).name for key in (36, 38, 42, 46)] == ["F4", "C5", "G5", "G5"]
    assert {type(place(key).midi) for key in range(128)} == {int}
