"""Text that music21 parses in a process of its own, to be given up: its time grows with the square of the length."""

from __future__ import annotations

from typing import NamedTuple

from descant.io.score.from_music21 import from_music21
from descant.io.score.own_process import BrokenOffError, answered, serve
from descant.types.score import Score


class Parsed(NamedTuple):
    """What music21 made of a text: the score of its first tune, or why there is none."""

    score: Score | None
    tunes: int = 1
    error: str = ""


def parsed(text: str, form: str, seconds: float) -> Parsed:
    """A text in a format of music21's. Raises TooLongError after so many seconds."""
    try:
        return Parsed(*answered(__name__, (text, form), seconds))
    except BrokenOffError as error:
        return Parsed(None, error=str(error))


def _parse(text: str, form: str) -> Parsed:
    from music21 import chord, converter, stream

    tunes = 1
    piece = converter.parseData(text, format=form)
    if isinstance(piece, stream.Opus):
        tunes, piece = len(piece.scores), piece.scores[0]
    if form == "romanText":
        for numeral in piece.recurse().getElementsByClass("RomanNumeral"):
            written = chord.Chord(numeral.pitches)
            written.duration = numeral.duration
            numeral.activeSite.replace(numeral, written)
    return Parsed(from_music21(piece), tunes)


def _answer(question: tuple[str, str]) -> tuple[Score | None, int, str]:
    try:
        score, tunes, error = _parse(*question)
        return score, tunes, error
    except Exception as fault:  # any of music21's own, or of Python, wherever the text trips it
        return None, 1, str(fault) or type(fault).__name__


if __name__ == "__main__":
    serve(_answer)
