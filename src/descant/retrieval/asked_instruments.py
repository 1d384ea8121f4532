"""Instruments in a sentence: "violin and piano", "no drums or vocals", "drumless", "instrumental".

What is not to be heard is certain. What is to be heard is a wish: an instrument that plays alone or loud is heard, many
that play along are missed, so that a condition would leave out most of what is meant.
"""

from __future__ import annotations

import re

from descant.retrieval.conditions import Plays, Without
from descant.retrieval.instrument_words import WORD, classes_of
from descant.retrieval.reading import GAP, Reading

_ONE = rf"(?:(?:no|any|an?|the) )*{WORD}\b"
_LIST = rf"(?P<list>{_ONE}(?:(?:, {_ONE})*,? (?:or|nor|and) {_ONE})?)"
_NEGATION = re.compile(rf"\b(?:without|no|w/o|lacking|minus) {_LIST}", re.I)
_ALL_THE_SAME = re.compile(rf"\b(?:with(?: or |/)without|without(?: or |/)with) {_LIST}", re.I)
_EITHER = re.compile(rf"\b{WORD}\b(?:,? or (?:an? )?{WORD}\b)*", re.I)
_WORD = re.compile(rf"\b{WORD}\b", re.I)


def read_instruments(reading: Reading) -> None:
    """What is not to be heard."""

    def absent(found: re.Match[str]) -> Without | None:
        classes = classes_of(found[1])
        return Without(found[1].lower(), classes) if classes else None

    reading.left = _ALL_THE_SAME.sub(GAP, reading.left)
    # "no drums, bass or vocals" is first said as "no drums no bass no vocals"
    reading.left = _NEGATION.sub(
        lambda found: " ".join(f"no {one[0]}" for one in _WORD.finditer(found["list"])), reading.left
    )
    reading.take(rf"\bno ({WORD})\b", absent)
    reading.take(r"\b(drum|vocal|voice|guitar|bass|piano)less\b", absent)
    reading.take(r"\binstrumentals?\b", lambda _: Without("voice", ("voice",)))


def wish_for_instruments(reading: Reading) -> None:
    """What is to be heard; of a flute or a piccolo, either."""
    for found in _EITHER.finditer(reading.left):
        words = [one[0] for one in _WORD.finditer(found[0]) if classes_of(one[0])]
        classes = tuple(dict.fromkeys(label for word in words for label in classes_of(word)))
        if words and not reading.denied(found.start()):
            reading.wish(Plays(" or ".join(words).lower(), classes))
