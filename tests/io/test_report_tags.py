"""The page's head names the instruments, the longest heard first, and the genre."""

from descant.io.report.summary import facts
from descant.types import Piece, Tags


def told(*tags):
    return {name: (value, more) for name, value, more in facts(Piece("a.mp3", 20.0).with_(Tags(*tags)))}


def test_instruments_and_genre():
    kinds = ["genre", "instrument", "instrument"]
    found = told([0.0, 0.0, 4.0], [20.0, 3.0, 9.0], ["rock", "piano", "drums"], kinds)
    assert found["Instruments"] == ("Drums, piano", "the longest heard first")
    assert found["Genre"] == ("Rock", "")


def test_none_found():
    found = told([], [], [], [])
    assert found["Instruments"] == ("None found", "")
    assert "Genre" not in found
