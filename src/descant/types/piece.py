"""One piece of music, carried through every transform."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, overload

import numpy as np

from descant.types._check import require
from descant.types.annotations import (
    Beats,
    Chords,
    Keys,
    Loudness,
    Meter,
    PitchContour,
    Sections,
    Tags,
    Tempo,
    Tuning,
)
from descant.types.notes import Notes
from descant.types.provenance import ReadOnly

Annotation = Beats | Chords | Keys | Loudness | Meter | Notes | PitchContour | Sections | Tags | Tempo | Tuning
A = TypeVar("A", Beats, Chords, Keys, Loudness, Meter, Notes, PitchContour, Sections, Tags, Tempo, Tuning)

# The name of each annotation in files, on the command line and in `made_by`.
FIELDS: dict[str, type[Any]] = {
    "tempo": Tempo,
    "meter": Meter,
    "beats": Beats,
    "keys": Keys,
    "chords": Chords,
    "sections": Sections,
    "notes": Notes,
    "pitch": PitchContour,
    "tuning": Tuning,
    "loudness": Loudness,
    "instruments": Tags,
}


@dataclass(frozen=True, eq=False)
class Piece:
    """A source and everything derived from it. Immutable: `with_` and `corrected` return a new piece.

    Estimates of one type from several transforms live side by side, and the first one added is the
    chosen one. What a user corrects is kept apart and wins over every estimate.
    """

    file: str  # the source's name, as the user gave it
    duration: float  # seconds
    tags: Mapping[str, str] = field(default_factory=dict)  # title, artist... as the file says; kept read-only
    estimates: tuple[Annotation, ...] = ()
    corrections: tuple[Annotation, ...] = ()
    warnings: tuple[str, ...] = ()  # what was odd about the source, in words

    def __post_init__(self) -> None:
        require(bool(np.isfinite(self.duration)) and self.duration >= 0, f"a duration cannot be {self.duration} s")
        for one in (*self.estimates, *self.corrections):
            require(type(one) in FIELDS.values(), f"a piece does not hold {type(one).__name__}")
        require(
            len({type(one) for one in self.corrections}) == len(self.corrections),
            "a piece holds one correction of a type",
        )
        require(
            len({(type(one), _maker(one)) for one in self.estimates}) == len(self.estimates),
            "a piece holds one estimate of a type from each transform",
        )
        object.__setattr__(self, "tags", ReadOnly(self.tags))

    def __repr__(self) -> str:
        """What it is and what it holds, in one line: the columns themselves would fill screens."""
        held = ", ".join(name for name in FIELDS if self.get(name) is not None) or "nothing"
        return f"<Piece {self.file!r}, {self.duration:.2f} s: {held}>"

    def with_(self, annotation: Annotation) -> Piece:
        """The piece with one more estimate; one of the same type by the same transform is replaced in place."""
        require(type(annotation) in FIELDS.values(), f"a piece does not hold {type(annotation).__name__}")
        key = (type(annotation), _maker(annotation))
        kept = [annotation if (type(one), _maker(one)) == key else one for one in self.estimates]
        if annotation not in kept:
            kept.append(annotation)
        return replace(self, estimates=tuple(kept))

    def corrected(self, annotation: Annotation) -> Piece:
        """The piece with a user's own version of one type, which hides every estimate of it."""
        kept = [one for one in self.corrections if type(one) is not type(annotation)]
        return replace(self, corrections=(*kept, annotation))

    @overload
    def get(self, kind: type[A], by: str | None = None) -> A | None: ...
    @overload
    def get(self, kind: str, by: str | None = None) -> Annotation | None: ...

    def get(self, kind: type[Any] | str, by: str | None = None) -> Any:
        """The annotation of a type, or under a name of `FIELDS`; None where there is none.

        It is the user's correction, else the chosen estimate; or the one `by` a transform. Raises InvalidValueError
        where a piece cannot hold such a thing.
        """
        if isinstance(kind, str):
            require(kind in FIELDS, f"a piece has no field {kind!r}; choose from {', '.join(FIELDS)}")
            kind = FIELDS[kind]
        known = any(kind is one for one in FIELDS.values())
        require(known, f"a piece does not hold {getattr(kind, '__name__', repr(kind))}")
        found = [one for one in (*self.corrections, *self.estimates) if type(one) is kind]
        if by is not None:
            found = [one for one in found if _maker(one) == by]
        return found[0] if found else None

    def beat_at(self, seconds: float) -> float | None:
        """The beat number (0 is the first beat, fractions between) at a time; None without two beats.

        Outside the beats, the nearest beat's length is carried on.
        """
        beats = self.get(Beats)
        if beats is None or len(beats) < 2:
            return None
        at = min(max(bisect_right(beats.time, seconds) - 1, 0), len(beats) - 2)
        low, high = beats.time[at], beats.time[at + 1]
        return float(at + (seconds - low) / (high - low))

    def seconds_at(self, beat: float) -> float | None:
        """The time of a beat number, the inverse of `beat_at`."""
        beats = self.get(Beats)
        if beats is None or len(beats) < 2:
            return None
        at = min(max(int(np.floor(beat)), 0), len(beats) - 2)
        low, high = beats.time[at], beats.time[at + 1]
        return float(low + (beat - at) * (high - low))

    def measure_at(self, seconds: float) -> int | None:
        """The measure number at a time: 1 from the first downbeat, 0 in an upbeat; None without downbeats."""
        beats = self.get(Beats)
        if beats is None or not len(beats.downbeats):
            return None
        return int(bisect_right(beats.downbeats, seconds))


def _maker(annotation: Annotation) -> str:
    return annotation.made_by.transform if annotation.made_by else ""
