"""Instruments by name, as a user asks for one."""

from __future__ import annotations

from descant.errors import InvalidValueError
from descant.transcription.notation.parts import NAMES
from descant.types.notes import Part

_MORE = {
    "upright bass": 32,
    "double bass": 43,
    "bass guitar": 33,
    "electric bass": 33,
    "acoustic guitar": 24,
    "violoncello": 42,
    "saxophone": 65,
    "sax": 65,
    "keyboard": 0,
    "vocals": 53,
    "singer": 53,
    "french horn": 60,
}


def instrument_part(name: str) -> Part:
    """The part of an instrument. Raises InvalidValueError where none has this name."""
    wanted = name.strip().lower()
    known = {one.lower(): program for program, one in reversed(list(enumerate(NAMES)))}
    program = {**known, **_MORE}.get(wanted)
    if program is None:
        names = ", ".join(sorted({*known, *_MORE}))
        raise InvalidValueError(f"no instrument is named {name!r}; choose from {names}")
    return Part(NAMES[program] if wanted in known else name.strip().capitalize(), program)
