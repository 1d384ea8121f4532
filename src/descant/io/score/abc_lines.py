"""The lines of an ABC file's first tune: its fields and its music, without comments and free text.

ABC 2.1: https://abcnotation.com/wiki/abc:standard:v2.1
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from descant.io.said import Said

BEGINS = re.compile(r"\s*X:")
IN_HEAD = re.compile(r"\s*([A-Za-z+]):(.*)")
IN_TUNE = re.compile(r"\s*([IKLMmNPQRrsTUVWw+]):(?![|:])(.*)")  # `A:|` is a note before a bar line
COMMENT = re.compile(r"(?<!\\)%.*")


class Line(NamedTuple):
    """A field, a directive or a line of music."""

    number: int  # in the file, from 1
    field: str  # its letter; % of a directive; empty: music
    text: str


class Tune(NamedTuple):
    """A tune, and how many the file has."""

    head: list[Line]
    body: list[Line]
    tunes: int


def first_tune(text: str, said: Said) -> Tune | None:
    """The first tune; None where no K: ends the head of one."""
    lines = text.splitlines()
    begins = [at for at, line in enumerate(lines) if BEGINS.match(line)]
    first, end = (begins or [0])[0], (begins[1:] or [len(lines)])[0]
    head = [one for at in range(first) if (one := _line(at + 1, lines[at], IN_HEAD)).field not in ("", "X")]
    body: list[Line] = []
    inside = False  # the music, which K: begins
    for at in range(first, end):
        line = _line(at + 1, lines[at], IN_TUNE if inside else IN_HEAD)
        if not line.field and not line.text.strip():
            if inside and not lines[at].strip():
                _rest(lines, at, end, said)
                break
        elif inside and line.field == "+" and body:
            body[-1] = body[-1]._replace(text=f"{body[-1].text} {line.text}")
        elif inside:
            body.append(line)
        elif line.field:  # what else stands in the head goes on with a field of words
            head.append(line)
            inside = line.field == "K"
    return Tune(head, body, max(1, len(begins))) if inside else None


def _line(number: int, text: str, fields: re.Pattern[str]) -> Line:
    if text.startswith("%%"):
        return Line(number, "%", text[2:].strip())
    text = COMMENT.sub("", text).rstrip()
    found = fields.match(text)
    return Line(number, found[1], found[2].strip()) if found else Line(number, "", text)


def _rest(lines: Sequence[str], at: int, end: int, said: Said) -> None:
    """Tell of what follows the empty line that ends a tune."""
    if any(COMMENT.sub("", line).strip() for line in lines[at:end]):
        said.add("an empty line ends the tune; what follows it is not read", f"line {at + 1}")
