"""Annotations as plain tables, one row an entry, under the column names that every written format shares.

Times are rounded to a microsecond, pitches to a thousandth of a Hz and confidences to a ten-thousandth, unless that
would merge two entries or empty one: then the annotation keeps its exact figures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descant.errors import InvalidValueError, UnreadableFileError
from descant.types import Beats, Chords, Keys, Notes, Part, PitchContour, Sections, Tags

Timed = Beats | Chords | Keys | Sections | Tags | Notes | PitchContour

# The columns of each type. What a reader may miss: confidence (then 1), position (0), velocity (64), program, drum and
# part (one piano), voiced (where the pitch is above 0), kind (instrument).
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Beats: ("time", "position", "confidence"),
    Chords: ("start", "end", "label", "confidence"),
    Keys: ("start", "end", "label", "confidence"),
    Sections: ("start", "end", "label", "confidence"),
    Tags: ("start", "end", "label", "kind", "confidence"),
    Notes: ("onset", "offset", "pitch", "velocity", "program", "drum", "part", "confidence"),
    PitchContour: ("time", "hz", "voiced", "confidence"),
}
REQUIRED: dict[type[Any], tuple[str, ...]] = {
    Beats: ("time",),
    Chords: ("start", "end", "label"),
    Keys: ("start", "end", "label"),
    Sections: ("start", "end", "label"),
    Tags: ("start", "end", "label"),
    Notes: ("onset", "offset", "pitch"),
    PitchContour: ("time", "hz"),
}
TEXT_COLUMNS = frozenset({"label", "kind"})
FLAG_COLUMNS = frozenset({"drum", "voiced"})
UNSAID_VELOCITY, UNSAID_KIND = 64, "instrument"

_DECIMALS = {"time": 6, "start": 6, "end": 6, "onset": 6, "offset": 6, "hz": 3, "confidence": 4}
_CHUNK = 4_096  # rows made into Python values at a time: three hours of pitch are half a million


@dataclass(frozen=True)
class Table:
    """Rows under column names; iterating gives one dict a row, made as it goes."""

    names: tuple[str, ...]
    columns: tuple[Sequence[Any] | np.ndarray[Any, Any], ...]

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows():
            yield dict(zip(self.names, row, strict=True))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Each row as plain Python values, in the order of the names."""
        for start in range(0, len(self), _CHUNK):
            parts = [column[start : start + _CHUNK] for column in self.columns]
            yield from zip(*(part.tolist() if isinstance(part, np.ndarray) else part for part in parts), strict=True)


def table(annotation: Timed) -> Table:
    """The annotation's entries under `COLUMNS`."""
    names = COLUMNS[type(annotation)]
    rounded = _rounded(annotation)
    return Table(names, tuple(getattr(rounded, name) for name in names))


def from_columns(kind: type[Any], columns: Mapping[str, Sequence[Any]], **more: Any) -> Any:
    """The annotation of type `kind` with these columns; `more` are its other fields.

    Raises InvalidValueError where a needed column is missing or an entry breaks the type's rules.
    """
    for name in REQUIRED[kind]:
        if name not in columns:
            raise InvalidValueError(f"the column {name!r} is missing; needed are {', '.join(REQUIRED[kind])}")
    known = {name: columns[name] for name in COLUMNS[kind] if name in columns}
    count = len(known[REQUIRED[kind][0]])
    if kind is Beats:
        known.setdefault("position", [0] * count)
    elif kind is Tags:
        known.setdefault("kind", [UNSAID_KIND] * count)
    elif kind is PitchContour:
        known.setdefault("voiced", [hz > 0 for hz in known["hz"]])
    elif kind is Notes:
        known, more = _note_columns(known, count, more)
    return kind(**known, **more)


def from_lines(
    kind: type[Any], columns: Mapping[str, Sequence[Any]], lines: Sequence[int], path: str | os.PathLike[str]
) -> Any:
    """`from_columns` for what was read from a text file, entry by entry from `lines` (their numbers).

    Raises UnreadableFileError with the file, and the line where a single one is at fault.
    """
    try:
        return from_columns(kind, columns)
    except InvalidValueError as error:
        fault = error
    for at, line in enumerate(lines):
        try:
            from_columns(kind, {name: [column[at]] for name, column in columns.items()})
        except InvalidValueError as error:
            raise UnreadableFileError(f"{path}: line {line}: {error}") from None
    raise UnreadableFileError(f"{path}: {fault}")


def _note_columns(
    known: dict[str, Sequence[Any]], count: int, more: dict[str, Any]
) -> tuple[dict[str, Sequence[Any]], dict[str, Any]]:
    """Notes know programme and drum by their part; without a list of parts, each distinct pair becomes one."""
    programs = known.pop("program", [0] * count)
    drums = known.pop("drum", [False] * count)
    known.setdefault("velocity", [UNSAID_VELOCITY] * count)
    if "parts" in more and "part" in known:
        return known, more
    players = list(zip(programs, drums, strict=True))
    distinct = list(dict.fromkeys(players))
    part = {player: at for at, player in enumerate(distinct)}
    parts = tuple(Part("", program, drum) for program, drum in distinct)
    return {**known, "part": [part[player] for player in players]}, {**more, "parts": parts}


def _rounded(annotation: Timed) -> Timed:
    figures = [name for name in _DECIMALS if name in COLUMNS[type(annotation)]]
    columns: dict[str, Any] = {name: np.round(getattr(annotation, name), _DECIMALS[name]) for name in figures}
    try:
        return replace(annotation, **columns)
    except InvalidValueError:
        return annotation
