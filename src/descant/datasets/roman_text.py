"""The keys of a Roman-numeral analysis in RomanText: `m12 b3 G: V7 b4 I` turns to G major on the third beat.

Only what says where a key starts is read: measures, beats, keys and repetitions (`m5-8 = m1-4`). Variants (`m5var1`)
are left out, and so are second endings (`m12b`).

Tymoczko, Gotham, Cuthbert and Ariza: The RomanText Format: A Flexible and Standard Method for Representing Roman
Numeral Analyses, ISMIR 2019.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE = re.compile(r"m(\d+)(a?)(?:-m?(\d+)a?)?\s+(.*)")
COPY = re.compile(r"=\s*m(\d+)a?(?:-m?(\d+)a?)?")
BEAT = re.compile(r"b(\d+(?:\.\d+)?)")
KEY = re.compile(r"([A-Ga-g])(bb|b|##|#|)(?:-?):")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class KeyChange:
    """From a beat of a measure on, the music is in `key`."""

    measure: int
    beat: float  # 1 is the downbeat
    key: str  # such as "Eb major"


def last_measure(text: str) -> int:
    """The highest measure number that an analysis names; 0 where it names none."""
    numbers = [int(match[3] or match[1]) for match in map(LINE.match, text.splitlines()) if match]
    return max(numbers, default=0)


def key_changes(text: str) -> tuple[KeyChange, ...]:
    """Every change of key, in order; the first is the piece's first key."""
    changes: list[KeyChange] = []
    for line in text.splitlines():
        found = LINE.match(line.strip())
        if not found:
            continue
        measure = int(found[1])
        copy = COPY.match(found[4])
        if copy:
            changes += _copied(changes, int(copy[1]), int(copy[2] or copy[1]), measure)
            continue
        beat = 1.0
        for token in found[4].split():
            if at := BEAT.fullmatch(token):
                beat = exact(float(at[1]))
            elif key := KEY.fullmatch(token):
                changes.append(KeyChange(measure, beat, key_label(key[1], key[2])))
    ordered = sorted(changes, key=lambda change: (change.measure, change.beat))
    return tuple(change for at, change in enumerate(ordered) if at == 0 or change.key != ordered[at - 1].key)


def key_label(tonic: str, alteration: str) -> str:
    """`g`, `#` as "G# minor"; a tonic with two accidentals by its simpler name."""
    mode = "minor" if tonic.islower() else "major"
    name = tonic.upper() + alteration
    if len(alteration) > 1:
        name = _NAMES[(_STEPS[tonic.upper()] + alteration.count("#") - alteration.count("b")) % 12]
    return f"{name} {mode}"


def _copied(changes: list[KeyChange], first: int, last: int, target: int) -> list[KeyChange]:
    """What `changes` say of the measures first to last, said of those from `target` on."""
    before = [change for change in changes if (change.measure, change.beat) <= (first, 1.0)]
    inside = [
        change for change in changes if first <= change.measure <= last and (change.measure, change.beat) > (first, 1.0)
    ]
    start = [KeyChange(target, 1.0, before[-1].key)] if before else []
    return start + [KeyChange(change.measure - first + target, change.beat, change.key) for change in inside]


def exact(beat: float) -> float:
    """A beat written with two digits, such as 2.33, 1.17 or 3.88, as the fraction that it means."""
    for parts in (1, 2, 3, 4, 6, 8, 12, 16):
        nearest = round(beat * parts) / parts
        if abs(beat - nearest) < 0.011:
            return nearest
    return beat
