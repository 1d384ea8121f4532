"""Chord symbols as a chart prints them, Bbm7/Db, and back to Harte's syntax."""

from __future__ import annotations

import re

from descant.io.score.marks import DEGREES, PRINTED
from descant.io.score.transposing import above
from descant.types.annotations import HARTE
from descant.types.names import pitch_class

NO_CHORD = "N.C."
PARTS = re.compile(r"([A-G](?:##?|bb?)?)([^/]*)(?:/([A-G](?:##?|bb?)?))?")
KINDS = {text: name for name, text in PRINTED.items()}
OTHERS = {  # as charts have them too
    "M7": "maj7",
    "min": "min",
    "-": "min",
    "min7": "min7",
    "-7": "min7",
    "aug": "aug",
    "o": "dim",
    "o7": "dim7",
    "sus": "sus4",
    "add9": "maj(9)",
}
HARTES = frozenset(["sus2", "sus4", "9", "11", "13", "maj9", "maj11", "maj13", "dim"])  # printed as Harte has them


def printed(label: str) -> str:
    """A chord of Harte's syntax as a chart prints it: Bb:min7/b3 is Bbm7/Db."""
    root, _, rest = label.partition(":")
    if "/" in root:  # a triad with a bass: C/3
        root, _, bass = root.partition("/")
        rest = f"/{bass}"
    if root in ("N", "X"):
        return NO_CHORD
    name, _, bass = rest.partition("/")
    text = root + PRINTED.get(name or "maj", name)
    return f"{text}/{above(root, DEGREES.index(bass))}" if bass in DEGREES else text


def harte(text: str) -> str | None:
    """A printed chord in Harte's syntax; None where it is not one that `printed` gives or a common other way."""
    if text in (NO_CHORD, "NC"):
        return "N"
    found = PARTS.fullmatch(text)
    if found is None:
        return None
    root, kind, bass = found.groups()
    name = KINDS.get(kind) or OTHERS.get(kind) or (kind if kind in HARTES else None)
    if name is None and "(" in kind and HARTE.fullmatch(f"{root}:{kind}"):
        name = kind
    if name is None:
        return None
    degree = DEGREES[(pitch_class(bass) - pitch_class(root)) % 12] if bass else "1"
    return f"{root}:{name}" + (f"/{degree}" if degree != "1" else "")
