"""Scores in Humdrum (**kern) and RomanText, read through music21.

Of a file of several pieces the first is read, with a warning. RomanText has no notes: its chords are written out, in
close position, as music21 realises them.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.files import read_text
from descant.io.said import Said
from descant.io.score import humdrum_checked, roman_checked
from descant.io.score.music21_process import parsed
from descant.io.score.own_process import TooLongError
from descant.io.score.read_musicxml import LeftOutWarning
from descant.types.score import Score

FORMS = {".krn": "humdrum", ".rntxt": "romanText", ".rntext": "romanText"}
NAMES = {"humdrum": "Humdrum", "romanText": "RomanText"}
MOST_CHARACTERS = 5_000_000
MOST_SECONDS = 120.0


def read_score_text(path: Path) -> Score:
    """The score in a file of one of FORMS. Raises UnreadableFileError."""
    text, form = read_text(path), FORMS[Path(path).suffix.lower()]
    name = NAMES[form]
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFileError(f"{path}: has {len(text):,} characters; no score in {name} is so long")
    said = Said()
    text = (humdrum_checked if form == "humdrum" else roman_checked).checked(text, Path(path), said)
    try:
        found = parsed(text, form, MOST_SECONDS)
    except TooLongError:
        raise UnreadableFileError(
            f"{path}: was not read as {name} within {MOST_SECONDS:g} s; split it, or make MusicXML of it elsewhere"
        ) from None
    score = found.score
    if score is None:
        raise UnreadableFileError(f"{path}: cannot be read as {name} ({found.error})")
    if not any(row for part in score.parts for row in part.measures):
        raise UnreadableFileError(f"{path}: no note in it could be read as {name}")
    said.warn(path)
    if found.tunes > 1:
        warnings.warn(f"{path}: has {found.tunes} pieces; the first is read", LeftOutWarning, stacklevel=2)
    return score
