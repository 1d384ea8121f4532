"""Instruments in a sentence: "violin and piano", "no drums or vocals", "drumless", "instrumental"."""

from __future__ import annotations

import re

from descant.retrieval.conditions import Plays, Without
from descant.retrieval.instrument_words import WORD, classes_of
from descant.retrieval.reading import Fact, Reading

_ONE = rf"(?:(?:no|any|an?|the) )*{WORD}\b"
_NEGATION = re.compile(
    rf"\b(?:without|no|w/o|lacking|minus) (?P<list>{_ONE}(?:(?:, {_ONE})*,? (?:or|nor|and) {_ONE})?)", re.I
)
_WORD = re.compile(rf"\b{WORD}\b", re.I)


def read_instruments(reading: Reading) -> None:
    """What is not to be heard, then what is to be heard."""

    def present(found: re.Match[str]) -> Fact | None:
        words = [one[0] for one in _WORD.finditer(found[0]) if classes_of(one[0])]
        classes = tuple(dict.fromkeys(label for word in words for label in classes_of(word)))
        return Fact(Plays(" or ".join(words).lower(), classes), tuple(words)) if words else None

    def absent(found: re.Match[str]) -> Without | None:
        classes = classes_of(found[1])
        return Without(found[1].lower(), classes) if classes else None

    # "no drums, bass or vocals" is first said as "no drums no bass no vocals"
    reading.left = _NEGATION.sub(
        lambda found: " ".join(f"no {one[0]}" for one in _WORD.finditer(found["list"])), reading.left
    )
    reading.take(rf"\bno ({WORD})\b", absent)
    reading.take(r"\b(drum|vocal|voice|guitar|bass|piano)less\b", absent)
    reading.take(r"\binstrumentals?\b", lambda _: Without("voice", ("voice",)))
    reading.take(rf"\b{WORD}\b(?:,? or (?:an? )?{WORD}\b)*", present)
