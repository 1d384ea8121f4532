"""Text that music21 parses in a process of its own, to be given up: its time grows with the square of the length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from descant.io.score.from_music21 import from_music21
from descant.io.score.marks import quarters
from descant.io.score.own_process import BrokenOffError, answered, serve
from descant.types.roman_numerals import FIGURE, KEY
from descant.types.score import Numeral, Score


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
    numerals = tuple(_numerals(piece)) if form == "romanText" else ()
    if form == "romanText":
        for numeral in piece.recurse().getElementsByClass("RomanNumeral"):
            if not numeral.pitches:
                raise ValueError(f"measure {numeral.measureNumber} holds a chord or a key that is none")
            written = chord.Chord(numeral.pitches)
            written.duration = numeral.duration
            numeral.activeSite.replace(numeral, written)
    score = replace(from_music21(piece), numerals=numerals)
    while form == "humdrum" and len(score.measures) > 1 and not any(part.measures[-1] for part in score.parts):
        score = score.excerpt(0, len(score.measures) - 2)  # music21 begins another measure after the last bar line
    return Parsed(score, tunes)


def _numerals(piece: Any) -> Iterator[Numeral]:
    """The numerals that are written as ours are, once each; their chords are notes in any case."""
    last = ("", "")
    for one in piece.recurse().getElementsByClass("RomanNumeral"):
        key = f"{one.key.tonic.name.replace('-', 'b')} {one.key.mode}"
        if FIGURE.fullmatch(one.figure) and KEY.fullmatch(key) and (key, one.figure) != last:
            last = key, one.figure
            yield Numeral(quarters(one.getOffsetInHierarchy(piece)), one.figure, key)


def _answer(question: tuple[str, str]) -> tuple[Score | None, int, str]:
    try:
        score, tunes, error = _parse(*question)
        return score, tunes, error
    except Exception as fault:  # any of music21's own, or of Python, wherever the text trips it
        return None, 1, _said(fault)


def _said(fault: Exception) -> str:
    """An error in one line: what stands last in it, and the line of the text that it begins with."""
    text = str(fault)
    place = re.match(r"At (line \d+)", text)
    last = next((one.strip() for one in reversed(text.splitlines()) if one.strip()), type(fault).__name__)
    return (f"{place[1]}: " if place else "") + re.sub(r"^(\w+\.)+\w+: ", "", last)[:200]


if __name__ == "__main__":
    serve(_answer)
