"""What inpainting is asked for and gives, whatever the music: which bars, and the piece with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from descant.errors import InvalidValueError
from descant.pipelines.written import Told
from descant.types import Notes, Provenance, Score

DRAWN = 4
BARS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


@dataclass(frozen=True, eq=False)
class Inpainting:
    """A piece some bars of which are new, on the page and as notes, and what is to be said of it."""

    score: Score
    notes: Notes
    told: tuple[Told, ...]
    said: tuple[str, ...]
    faults: dict[str, int]  # in the new bars
    nats: float | None  # a token that was written, where a model counts them
    drawn: int

    @property
    def made_by(self) -> Provenance | None:
        return self.notes.made_by


def asked_bars(bars: str) -> tuple[int, int]:
    """The first and the last of `9-12`, or of `9`. Raises InvalidValueError."""
    found = BARS.fullmatch(bars.strip())
    if found is None:
        raise InvalidValueError(f"{bars!r} are no bars; write 9-12, or 9 for one")
    first, last = int(found[1]), int(found[2] or found[1])
    if first < 1:
        raise InvalidValueError("bars are counted from 1, and there is no bar 0; an upbeat is left as it is")
    if last < first:
        raise InvalidValueError(f"bars {first}-{last} run backwards; write {last}-{first}")
    return first, last


def check_bars(name: str, first: int, last: int, there: int) -> None:
    """Raise InvalidValueError where a piece has not so many bars."""
    if last > there:
        raise InvalidValueError(f"{name}: has {there} bars, so there is no bar {max(first, there + 1)} to be written")
