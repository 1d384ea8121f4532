"""Programmes of parts by their names: English, Italian and German, whatever else is said beside them."""

import pytest

from descant.io.score.instrument_names import program_named


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("Flute", 73),
        ("Oboe 1", 68),
        ("Horn in F", 60),
        ("Corno inglese", 69),
        ("Corni", 60),
        ("Violino II.", 40),
        ("Klarinette in B", 71),
        ("Bass Clarinet", 71),
        ("Bass", 52),
        ("Bassoon", 70),
        ("Alto Flute", 73),
        ("Tenor Sax", 66),
        ("Piano", 0),
        ("Hornpipe", 0),
        ("", 0),
        ("Alto Sax", 65),  # a voice beside an instrument says which of its kind it is
        ("Bass Tuba", 58),
        ("Tenor Horn in Eb", 60),
        ("Acoustic Bass", 32),
    ],
)
def test_a_name_tells_the_programme(name, program):
    assert program_named(name) == program
