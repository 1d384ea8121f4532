"""One piece of music, carried through every transform."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar, overload

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
from descant.types.score import TimeSignature

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


class Place(NamedTuple):
    """A place in a piece's bars."""

    measure: int  # 1 from the first downbeat; 0 is an upbeat
    quarter: float  # from the measure's start; of an upbeat, from the first beat


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

    def quarter_at(self, seconds: float) -> float | None:
        """How many quarters after the first beat a time is; None without two beats and a metre.

        Outside the beats, the nearest beat's length is carried on.
        """
        beat, quarters = self.beat_at(seconds), self._beat_quarters()
        return None if beat is None or quarters is None else beat * quarters

    def seconds_at_quarter(self, quarter: float) -> float | None:
        """The time of a number of quarters after the first beat, the inverse of `quarter_at`."""
        quarters = self._beat_quarters()
        return None if quarters is None else self.seconds_at(quarter / quarters)

    def place_at(self, seconds: float) -> Place | None:
        """The measure that a time is in, and the quarters from its start, below 0 before the first beat.

        None without two beats, downbeats and a metre.
        """
        measure, quarter = self.measure_at(seconds), self.quarter_at(seconds)
        if measure is None or quarter is None:
            return None
        return Place(measure, quarter - self._measure_starts()[measure])

    def seconds_at_place(self, measure: int, quarter: float = 0.0) -> float | None:
        """The time of a place in a measure, the inverse of `place_at`.

        Raises InvalidValueError where the piece has no such measure.
        """
        if self._beat_quarters() is None or self.measure_at(0.0) is None:
            return None
        starts = self._measure_starts()
        require(0 <= measure < len(starts), f"the piece has measures 1 to {len(starts) - 1}, so none is {measure}")
        return self.seconds_at_quarter(starts[measure] + quarter)

    def _measure_starts(self) -> list[float]:
        """Quarters after the first beat at which each measure starts, an upbeat at the first beat."""
        beats, quarters = self.get(Beats), self._beat_quarters()
        assert beats is not None
        assert quarters is not None
        return [0.0, *(float(at) * quarters for at in np.flatnonzero(beats.position == 1))]

    def _beat_quarters(self) -> float | None:
        """Quarters in a beat: the metre's unit where as many beats as the metre has units make a bar, else its beat."""
        beats, meter = self.get(Beats), self.get(Meter)
        if beats is None or len(beats) < 2 or meter is None or meter.signature is None:
            return None
        count, unit = (int(one) for one in meter.signature.split("/"))
        time = TimeSignature((count,), unit)
        bars = np.diff(np.flatnonzero(beats.position == 1))  # beats in each
        usual = float(np.median(bars)) if len(bars) else float(beats.position.max())
        return float(Fraction(4, unit) if usual == count else time.beat)


def _maker(annotation: Annotation) -> str:
    return annotation.made_by.transform if annotation.made_by else ""
