"""Metres in a sentence: "3/4", "six-eight time", "waltz time"."""

from __future__ import annotations

import re

from descant.retrieval.conditions import InMeter
from descant.retrieval.reading import Reading

NAMED = {
    "waltz": ("3/4",),
    "triple": ("3/4", "3/8", "3/2"),
    "duple": ("2/4", "2/2"),
    "common": ("4/4",),
    "cut": ("2/2",),
    "march": ("2/4", "2/2", "4/4"),
    "compound": ("6/8", "9/8", "12/8"),
}
_COUNT = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "nine": 9, "twelve": 12}
_UNIT = {"two": 2, "four": 4, "eight": 8}
_TIME = r"(?: (?:time|met(?:er|re)|beat|rhythm))"


def read_meters(reading: Reading) -> None:
    """Metres by their numbers and by their names."""

    def written(found: re.Match[str]) -> InMeter | None:
        return InMeter((f"{int(found[1])}/{found[2]}",)) if 1 < int(found[1]) <= 32 else None

    def counted(found: re.Match[str]) -> InMeter:
        return InMeter((f"{_COUNT[found[1].lower()]}/{_UNIT[found[2].lower()]}",))

    reading.take(
        rf"\b(?:in )?({'|'.join(NAMED)})[ -](?:time|met(?:er|re))\b", lambda found: InMeter(NAMED[found[1].lower()])
    )
    reading.take(rf"(?:\bin )?(?<![\d/.])(\d{{1,2}})/(1|2|4|8|16)(?![\d/]){_TIME}?", written)
    reading.take(rf"\b(?:in )?({'|'.join(_COUNT)})[ -]({'|'.join(_UNIT)}){_TIME}?\b", counted)


def wish_for_meters(reading: Reading) -> None:
    """A waltz is in three, mostly."""
    found = re.finditer(r"\bwaltz(?:es)?\b", reading.left, re.I)
    if any(not reading.denied(one.start()) for one in found):
        reading.wish(InMeter(NAMED["waltz"]))
