"""A Roman numeral as it is written, in a key, as its parts: degree, quality, inversion, root and what it leans on.

music21 spells the chord. Added and missing notes are left out, a chord with a ninth counts as its seventh chord, and a
cadential six-four as the tonic's second inversion. Of an augmented sixth chord the root is the flat sixth degree, as in
AugmentedNet's vocabulary.
"""

from __future__ import annotations

import re
from functools import cache
from math import sqrt
from typing import Any

from descant.harmony.roman import MINOR, NONE, QUALITIES, Roman, fifths_of

# How figures are written here -> how music21 reads them.
_SPELLINGS = (
    (re.compile(r"\[[^]]*\]|[{}()]"), ""),
    (re.compile(r"/o|%"), "ø"),
    (re.compile(r"°"), "o"),
    (re.compile(r"(?<=[IViv])(?:maj|M|d)(?=\d)"), ""),
    (re.compile(r"(?<=\d)/(?=\d)"), ""),
    (re.compile(r"^N"), "bII"),
    (re.compile(r"^iio7"), "iiø7"),
)
_FLAT_SIXTH = re.compile(r"bVI(?=$|[\d/+])")  # in minor the sixth degree is flat already
_SIXTH = re.compile(r"(It|Ger|Fr)\d*(?:/.*)?")


@cache
def roman(figure: str, mode: str) -> Roman | None:
    """The parts of a figure in C major or C minor; None where it cannot be read."""
    from music21.key import Key
    from music21.roman import Minor67Default, RomanNumeral

    for pattern, plain in _SPELLINGS:
        figure = pattern.sub(plain, figure)
    if mode == MINOR:
        figure = _FLAT_SIXTH.sub("VI", figure, count=1)
    cautious: Any = Minor67Default.CAUTIONARY
    try:
        chord = RomanNumeral(figure, Key("c" if mode == MINOR else "C"), sixthMinor=cautious, seventhMinor=cautious)
        names = [_fifths(name) for name in chord.pitchNames]
        root = _fifths(chord.root().name)
        second = chord.secondaryRomanNumeral
        tonicised = NONE if second is None else _degree(second)
        degree = _degree(chord)
        key = _fifths((chord.secondaryRomanNumeralKey or Key("C")).tonic.name)
    except Exception:  # music21 raises many kinds for what it cannot read
        return None
    if not names:
        return None
    quality = best_quality([name - root for name in names])
    if _SIXTH.fullmatch(figure):
        root, quality = key - 4, "aug6"
        members: tuple[int, ...] = (0, 4, 6 if figure.startswith("Fr") else 1, 10)
    else:
        members = QUALITIES[quality]
    bass = names[0] - root
    inversion = members.index(bass) if bass in members else 0
    return Roman((0, mode), degree, quality, inversion, root, tonicised)


def best_quality(intervals: list[int]) -> str:
    """The quality nearest to intervals over a root, in fifths, by the cosine of their pitch classes."""
    heard = {7 * one % 12 for one in intervals}

    def likeness(quality: str) -> float:
        meant = {7 * one % 12 for one in QUALITIES[quality]}
        return len(heard & meant) / sqrt(len(heard) * len(meant))

    return max((name for name in QUALITIES if name != "aug6"), key=likeness)


def moved(one: Roman, key: tuple[int, str]) -> Roman:
    """The same numeral in another key of its mode."""
    return Roman(key, one.degree, one.quality, one.inversion, one.root + key[0], one.secondary)


def _degree(numeral: Any) -> tuple[int, int]:
    number, accidental = numeral.scaleDegreeWithAlteration
    return int(number), int(accidental.alter) if accidental is not None else 0


def _fifths(name: str) -> int:
    return fifths_of(name.replace("-", "b"))
