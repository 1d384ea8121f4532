"""The chords of a Roman-numeral analysis in RomanText: `m12 b3 G: V65/ii b4 ii`.

As in `roman_text`, variants and second endings are left out. A measure that repeats another (`m5-8 = m1-4`) is read in
the key that holds there, unless the repeated one names its own.

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format: A Flexible and Standard Method for Representing Roman
Numeral Analyses, ISMIR 2019.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from descant.datasets.roman_text import BEAT, COPY, KEY, LINE, exact
from descant.harmony.roman import MAJOR, MINOR, fifths_of

_CHORD = re.compile(r"[#b]*(?:[IViv]+|It|Ger|Fr|N|Cad)(?![a-z]*:)[^|]*")


@dataclass(frozen=True)
class ChordChange:
    """From a beat of a measure on, the music has a chord."""

    measure: int
    beat: float  # 1 is the downbeat
    key: tuple[int, str]  # (fifths of the tonic, mode)
    figure: str  # as written: V65/ii


def chord_changes(text: str) -> tuple[ChordChange, ...]:
    """Every chord of an analysis, in order."""
    written: dict[int, list[tuple[float, tuple[int, str] | None, str]]] = {}
    for line in text.splitlines():
        found = LINE.match(line.strip())
        if not found:
            continue
        first, last = int(found[1]), int(found[3] or found[1])
        copy = COPY.match(found[4])
        if copy:
            written |= {one: written.get(int(copy[1]) + one - first, []) for one in range(first, last + 1)}
        else:
            written[first] = _entries(found[4])
    key: tuple[int, str] | None = None
    changes: list[ChordChange] = []
    for measure in sorted(written):
        for beat, named, figure in written[measure]:
            key = named or key
            if key is not None and figure:
                changes.append(ChordChange(measure, beat, key, figure))
    return tuple(changes)


def _entries(text: str) -> list[tuple[float, tuple[int, str] | None, str]]:
    """(beat, key if one is named, figure; empty where only the key changes) of one measure."""
    beat, key = 1.0, None
    found: list[tuple[float, tuple[int, str] | None, str]] = []
    for token in text.split():
        if at := BEAT.fullmatch(token):
            if key is not None:
                found.append((beat, key, ""))
            beat, key = exact(float(at[1])), None
        elif named := KEY.fullmatch(token):
            key = (fifths_of(named[1] + named[2]), MINOR if named[1].islower() else MAJOR)
        elif _CHORD.fullmatch(token):
            found.append((beat, key, token))
            key = None
    if key is not None:
        found.append((beat, key, ""))
    return found
