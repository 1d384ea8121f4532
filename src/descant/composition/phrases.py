"""Phrases of a chorale: two bars each, closed by a cadence that is held, in its key or in one near to it.

A model that writes from left to right does not know where a line is to close. Chorales close theirs every two or three
bars, mostly on the tonic, on its dominant, or on the tonic of the key of the fifth or of the relative major. Which ones
is drawn here before a note is, and what they sing is asked for as any chord is (`chord_spans.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from descant.composition.chord_spans import DOMINANT, TRIADS, ChordSpan, ending

BAR = 16  # steps
PHRASE = 2 * BAR
HELD = 8  # steps


@dataclass(frozen=True)
class Cadence:
    """The end of a phrase at step `end`."""

    end: int
    on: str  # the chord that is held, as a Roman numeral
    spans: tuple[ChordSpan, ...]


# By mode of the piece: how often a chord is held, and the key that it closes (semitones over the tonic, and its mode)
CLOSES: Mapping[str, Mapping[str, tuple[float, tuple[int, str] | None]]] = {
    "major": {
        "I": (0.35, (0, "major")),
        "V": (0.35, None),
        "V as its own key": (0.2, (7, "major")),
        "vi": (0.1, (9, "minor")),
    },
    "minor": {"i": (0.35, (0, "minor")), "V": (0.35, None), "III": (0.3, (3, "major"))},
}


def cadences(start: int, end: int, tonic: int, mode: str, rng: np.random.Generator) -> list[Cadence]:
    """Those within a piece in a key, the last one left out; the phrase before it is two bars long, or three."""
    found: list[Cadence] = []
    for at in range(start + PHRASE, end - BAR, PHRASE):
        last = found[-1].on if found else ""
        closes = {name: one for name, one in CLOSES[mode].items() if name != last}  # none twice in a row
        odds = np.array([chance for chance, _ in closes.values()])
        name = str(rng.choice(list(closes), p=odds / odds.sum()))
        key = closes[name][1]
        if key is None:
            spans: tuple[ChordSpan, ...] = (_half(at, tonic),)
        else:
            spans = ending(at, (tonic + key[0]) % 12, key[1], HELD)
        found.append(Cadence(at, name, spans))
    return found


def _half(end: int, tonic: int) -> ChordSpan:
    root = (tonic + DOMINANT[0]) % 12
    return ChordSpan.of(end - HELD, end, root, TRIADS["major"], root, held=True)
