"""What players read as jumps: D.C. al Fine, dal segno, To Coda, Fine."""

from __future__ import annotations

import re
from typing import NamedTuple

BEGINNING = ("segno", "coda")  # of a measure; the other jumps act at its end
ALONE = {
    "segno": re.compile("segno"),
    "coda": re.compile("coda"),
    "To Coda": re.compile("(?:to|al|alla|da) (?:the )?coda"),
    "Fine": re.compile("(?:il )?fine"),
}
BACK = re.compile(r"(?:(?P<capo>da capo|d\.? ?c)|(?P<segno>dal segno|d\.? ?s))\.?(?: al(?:la)? (?P<until>fine|coda))?")
SOMEWHERE = re.compile(r"\b(?:(?P<capo>da capo|d\. ?c)|(?P<segno>dal segno|d\. ?s))\b")


class Asked(NamedTuple):
    """A jump, and whether the words say nothing else."""

    jump: str
    alone: bool


def jump_of(words: str) -> Asked | None:
    """The jump that words on a page ask for, one of JUMPS; None where they ask for none."""
    text = " ".join(words.lower().split())
    for jump, form in ALONE.items():
        if form.fullmatch(text.rstrip(".")):
            return Asked(jump, True)
    exact = BACK.fullmatch(text.rstrip("."))
    found = exact or SOMEWHERE.search(text)
    if found is None:
        return None
    asked = [one for one in ("Fine", "Coda") if re.search(rf"\b{one.lower()}\b", text)]
    until = f" al {asked[0]}" if len(asked) == 1 else ""
    return Asked(f"{'D.C.' if found['capo'] else 'D.S.'}{until}", exact is not None)
