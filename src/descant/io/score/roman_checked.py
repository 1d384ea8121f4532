"""A RomanText made ready for music21: what would trip it, or be passed over without a word, is found here.

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format, ISMIR 2019.
"""

from __future__ import annotations

import re
from pathlib import Path

from descant.errors import UnreadableFileError
from descant.io.said import Said
from descant.io.score.musicxml_checked import UNITS
from descant.types.score import MOST_SHARPS

MEASURE = re.compile(r"m(\d+)([a-h]?)(-m?\d{1,9}[a-h]?)?\s*(var\w*)?")
TAG = re.compile(r"([^:]{1,80}):\s*(.*)")
COMMENTS = ("%", "#", "//")
METRE = re.compile(r"(?:(?:slow|fast)\s+)?(\d{1,2})\s*/\s*(\d{1,2})|C|Cut|C\|", re.IGNORECASE)
KEY = re.compile(r"[-+]?\d|[A-G][b#]?m?|")
MOST_LEFT_OUT = 200  # measures between two that the text names: they go on as before
MOST_IN_LINE = 10_000  # characters


def checked(text: str, path: Path, said: Said) -> str:
    """The text, what nothing can be made of left out, telling `said`. Raises UnreadableFileError with the line."""
    lines = []
    last = -1  # measure that was named
    for number, line in enumerate(text.splitlines(), 1):
        line, where = line.strip(), f"line {number}"
        if len(line) > MOST_IN_LINE:
            raise UnreadableFileError(f"{path}: {where}: has {len(line):,} characters; no measure is so long")
        if found := MEASURE.match(line):
            measure = int(found[1][:12])
            if last >= 0 and measure > last + MOST_LEFT_OUT:
                raise UnreadableFileError(
                    f"{path}: {where}: goes from measure {last:,} to {measure:,}; some are missing"
                )
            if measure <= last and not found[2] and not found[4]:
                said.add("a measure's number is no higher than the last; lines are read in their order", where)
            last = measure
        elif tag := TAG.fullmatch(line):
            if not _good(tag[1].replace(" ", "").lower(), tag[2]):
                said.add(f"the {tag[1].lower()} {tag[2][:40]!r} is none; it is left out", where)
                line = ""
        elif line and not line.startswith(COMMENTS):
            said.add("a line is nothing that RomanText knows; it is left out", where)
            line = ""
        lines.append(line)
    if last < 0:
        raise UnreadableFileError(f"{path}: has no measure, a line that begins with m1 or the like")
    return "\n".join(lines) + "\n"


def _good(tag: str, value: str) -> bool:
    """Whether a tag's value is one that it can have."""
    if tag == "timesignature":
        found = METRE.fullmatch(value)
        return found is not None and (found[1] is None or (0 < int(found[1]) <= 64 and found[2] in UNITS))
    if tag == "keysignature":
        return KEY.fullmatch(value) is not None and (not value[-1:].isdigit() or abs(int(value)) <= MOST_SHARPS)
    return True
