"""A `Piece` as JSON: schema 1, documented in docs/json.md. Times in seconds, the same bytes every time.

The plain fields hold the chosen estimates; `alternatives` holds other transforms' estimates under their names, and
`corrections` what the user says instead: each a small document with the same fields.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from descant import __version__
from descant.errors import DescantError, InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import read_text, write_beside
from descant.io.tables import (
    COLUMNS,
    FLAG_COLUMNS,
    TEXT_COLUMNS,
    UNSAID_KIND,
    UNSAID_VELOCITY,
    Table,
    from_columns,
    table,
)
from descant.types import (
    FIELDS,
    Annotation,
    ControlChange,
    Keys,
    Loudness,
    Meter,
    MeterChange,
    Notes,
    Part,
    Piece,
    PitchBend,
    Provenance,
    Tempo,
    TempoCandidate,
    TempoChange,
    Tuning,
)

SCHEMA = 1

_NAMES = {kind: name for name, kind in FIELDS.items()}
_EVENTS: dict[str, type[Any]] = {
    "parts": Part,
    "bends": PitchBend,
    "controls": ControlChange,
    "tempos": TempoChange,
    "meters": MeterChange,
}
# What an entry may leave out, and what it then has.
_UNSAID = {
    "confidence": 1.0,
    "position": 0,
    "velocity": UNSAID_VELOCITY,
    "program": 0,
    "drum": False,
    "kind": UNSAID_KIND,
}


class Block(dict[str, Any]):
    """A dict that is written one field a line."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def piece_json(piece: Piece) -> dict[str, Any]:
    """The piece as plain values, ready for `json.dumps`."""
    plain: dict[str, Any] = plain_values(_document(piece))
    return plain


def write_json(piece: Piece, path: str | os.PathLike[str]) -> Path:
    """Write the piece as JSON, one entry a line, whole or not at all."""
    target = Path(path)
    with (
        write_beside(target) as temporary,
        # A file name that is not UTF-8 reaches us as lone surrogates; as \\udcNN they are the JSON escape they need.
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file,
    ):
        file.writelines(_lines(_document(piece)))
        file.write("\n")
    return target


def json_text(piece: Piece) -> str:
    """The text that `write_json` writes."""
    return "".join(_lines(_document(piece)))


def read_json(path: str | os.PathLike[str]) -> Piece:
    """Read a piece back. Raises UnreadableFileError or UnsupportedFormatError with the file and the place."""
    document = load_json(path)
    try:
        return piece_from_json(document)
    except UnsupportedFormatError as error:
        raise UnsupportedFormatError(f"{path}: {error}") from None
    except DescantError as error:
        raise UnreadableFileError(f"{path}: {error}") from None


def load_json(path: str | os.PathLike[str]) -> Any:
    """The values in a JSON file. Raises UnreadableFileError with the line where it is damaged."""
    text = read_text(path)
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(f"{path}: is damaged JSON: line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{path}: is damaged JSON: {error}") from None


def piece_from_json(document: Mapping[str, Any]) -> Piece:
    """The piece that `piece_json` wrote; fields that are not known here are passed over.

    Raises InvalidValueError where a field breaks its rules, UnsupportedFormatError where the schema is another one.
    """
    if not isinstance(document, Mapping) or "schema" not in document:
        raise InvalidValueError('is not a piece that descant wrote: it has no "schema"')
    if document["schema"] != SCHEMA or isinstance(document["schema"], bool):
        raise UnsupportedFormatError(
            f"is of schema {document['schema']!r}, and this descant reads schema {SCHEMA}; "
            "a newer version of descant may read it"
        )
    estimates = annotations_in(document)
    for name, other in _mapping(document, "alternatives").items():
        estimates += annotations_in(other, f"alternatives {name!r}: ")
    return Piece(
        file=_text(document, "file"),
        duration=_number(document, "duration"),
        tags={str(name): str(value) for name, value in _mapping(document, "tags").items()},
        estimates=tuple(estimates),
        corrections=tuple(annotations_in(_mapping(document, "corrections"), "corrections: ")),
        warnings=tuple(map(str, _list(document, "warnings"))),
    )


# To JSON


def _document(piece: Piece) -> Block:
    """The piece as nested dicts, its long lists still as tables."""
    chosen: list[Annotation] = []
    others: dict[str, list[Annotation]] = {}
    for one in piece.estimates:
        if all(type(one) is not type(known) for known in chosen):
            chosen.append(one)
        else:
            others.setdefault(one.made_by.transform if one.made_by else "", []).append(one)
    document = Block(
        {
            "schema": SCHEMA,
            "descant": __version__,
            "file": piece.file,
            "duration": round(float(piece.duration), 6),
            "tags": dict(piece.tags),
            "warnings": list(piece.warnings),
            **annotation_fields(chosen),
        }
    )
    if others:
        document["alternatives"] = Block({name: annotation_fields(group) for name, group in others.items()})
    if piece.corrections:
        document["corrections"] = annotation_fields(piece.corrections)
    return document


def annotation_fields(annotations: Iterable[Annotation]) -> Block:
    """At most one annotation of each type, in the order of `FIELDS`, and who made each; long lists as a `Table`."""
    by_type = {type(one): one for one in annotations}
    fields: dict[str, Any] = {}
    made_by = Block()
    for name, kind in FIELDS.items():
        if kind in by_type:
            fields |= _encoded(name, by_type[kind])
            if (maker := by_type[kind].made_by) is not None:
                made_by[name] = {
                    "transform": maker.transform,
                    "version": maker.version,
                    "parameters": _plain(maker.parameters),
                }
    return Block({**fields, "made_by": made_by})


def _encoded(name: str, one: Annotation) -> dict[str, Any]:
    match one:
        case Tempo():
            candidates = [{"bpm": _rounded(c.bpm), "confidence": _confidence(c.confidence)} for c in one.candidates]
            return {name: {"bpm": candidates[0]["bpm"] if candidates else None, "candidates": candidates}}
        case Meter():
            return {name: one.signature, "meter_confidence": _confidence(one.confidence)}
        case Tuning():
            return {"tuning_cents": _rounded(one.cents), "tuning_confidence": _confidence(one.confidence)}
        case Loudness():
            levels = ("integrated_lufs", "true_peak_dbtp", "range_lu")
            values = {level: _rounded(getattr(one, level)) for level in levels}
            return {name: {**values, "confidence": _confidence(one.confidence)}}
        case Keys():
            overall = {"label": one.overall, "confidence": _confidence(one.overall_confidence)}
            return {"key": overall, name: table(one)}
        case Notes():
            events = {event: [_event(item) for item in getattr(one, event)] for event in _EVENTS}
            return {name: table(one), **events}
        case _:
            return {name: table(one)}


def _event(event: Any) -> dict[str, Any]:
    """A part, bend, control, tempo or metre change as a dict; figures to a millionth."""
    return {name: _rounded(value) if isinstance(value, float) else value for name, value in vars(event).items()}


def _rounded(value: float | None) -> float | None:
    """To a millionth, unless that would make a small value vanish."""
    if value is None:
        return None
    return round(float(value), 6) or float(value)


def _confidence(value: float) -> float:
    return round(float(value), 4)


def _plain(value: Any) -> Any:
    """A transform's parameter in JSON's own types; what has none becomes its text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    finite = isinstance(value, float) and math.isfinite(value)
    return value if finite or value is None or isinstance(value, bool | int | str) else str(value)


def _entries(rows: Table) -> Iterator[str]:
    """Each row as a JSON object, many times faster than by an encoder that looks at every value's type."""
    template = "{" + ", ".join(f'"{name}": %s' for name in rows.names) + "}"
    for row in zip(*map(_texts, rows.columns), strict=True):
        yield template % row


def _texts(column: Sequence[Any] | np.ndarray[Any, Any]) -> Iterator[str]:
    if not isinstance(column, np.ndarray):
        return map(_ENCODER.encode, column)
    if column.dtype == bool:
        return ("true" if value else "false" for value in column)
    return (repr(value.item()) for value in column)


def plain_values(value: Any) -> Any:
    """`value` with every `Table` in it made into a list of dicts."""
    if isinstance(value, Table):
        return list(value)
    return {name: plain_values(one) for name, one in value.items()} if isinstance(value, dict) else value


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    """The JSON text in pieces: blocks one field a line, lists one entry a line, the rest in line."""
    if isinstance(value, Block) and value:
        yield "{"
        for at, (name, one) in enumerate(value.items()):
            yield f"{',' if at else ''}\n{indent} {_ENCODER.encode(name)}: "
            yield from _lines(one, indent + " ")
        yield f"\n{indent}}}"
    elif isinstance(value, Table):
        yield "["
        for at, entry in enumerate(_entries(value)):
            yield f"{',' if at else ''}\n{indent} {entry}"
        yield f"\n{indent}]" if len(value) else "]"
    else:
        yield _ENCODER.encode(value)


# From JSON


def annotations_in(document: Any, where: str = "") -> list[Annotation]:
    """The annotations in a document, in the order of `FIELDS`; `where` leads the errors.

    Raises InvalidValueError where a field breaks its rules.
    """
    if not isinstance(document, Mapping):
        raise InvalidValueError(f"{where}must be an object")
    found: list[Annotation] = []
    for name, kind in FIELDS.items():
        field = "tuning_cents" if kind is Tuning else name
        if field not in document:
            continue
        try:
            found.append(_decoded(kind, field, document))
        except DescantError as error:
            raise InvalidValueError(f"{where}{field}: {error}") from None
    return found


def _decoded(kind: type[Any], field: str, document: Mapping[str, Any]) -> Annotation:
    made_by = _provenance(document, _NAMES[kind])
    value = document[field]
    if kind is Tempo:
        candidates = _dicts(_mapping(document, field).get("candidates", []))
        if not candidates and value.get("bpm") is not None:
            candidates = [value]
        return Tempo(
            tuple(TempoCandidate(_number(c, "bpm"), _number(c, "confidence", 1.0)) for c in candidates), made_by
        )
    if kind is Meter:
        return Meter(value, _number(document, "meter_confidence", 1.0), made_by)
    if kind is Tuning:
        return Tuning(_number(document, field), _number(document, "tuning_confidence", 1.0), made_by)
    if kind is Loudness:
        levels = _mapping(document, field)
        return Loudness(
            _number_or_none(levels, "integrated_lufs"),
            _number_or_none(levels, "true_peak_dbtp"),
            _number_or_none(levels, "range_lu"),
            _number(levels, "confidence", 1.0),
            made_by,
        )
    more: dict[str, Any] = {"made_by": made_by}
    if kind is Keys and "key" in document:
        overall = _mapping(document, "key")
        more |= {"overall": _text(overall, "label"), "overall_confidence": _number(overall, "confidence", 1.0)}
    if kind is Notes:
        more |= {name: tuple(_events(event, document[name])) for name, event in _EVENTS.items() if name in document}
    annotation: Annotation = from_columns(kind, _columns(kind, _dicts(value)), **more)
    return annotation


def _columns(kind: type[Any], entries: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The known columns of a list of entries, each value of its column's type.

    A column that no entry has is left out; where some have it, the others get its default, if there is one.
    """
    columns: dict[str, list[Any]] = {}
    for name in COLUMNS[kind]:
        if entries and all(name not in entry for entry in entries):
            continue
        good = _type_of(name)
        column = columns[name] = _column(name, entries)
        for at, value in enumerate(column):
            if not good(value):
                raise InvalidValueError(
                    f"entry {at}: {name!r} is {value!r}" if name in entries[at] else f"entry {at} has no {name!r}"
                )
    return columns


def _column(name: str, entries: list[Mapping[str, Any]]) -> list[Any]:
    if name == "voiced":
        # The column `hz` comes first: either all entries have it, as numbers, or none, which is refused in the end.
        return [entry[name] if name in entry else entry.get("hz", 0) > 0 for entry in entries]
    unsaid = _UNSAID.get(name)
    return [entry.get(name, unsaid) for entry in entries]


def _type_of(name: str) -> Callable[[Any], bool]:
    if name in TEXT_COLUMNS:
        return lambda value: type(value) is str
    if name in FLAG_COLUMNS:
        return lambda value: type(value) is bool
    return lambda value: type(value) is float or type(value) is int


def _events(kind: type[Any], values: Any) -> Iterator[Any]:
    fields = kind.__dataclass_fields__
    for at, value in enumerate(_dicts(values)):
        try:
            yield kind(**{name: value[name] for name in fields if name in value})
        except TypeError as error:
            raise InvalidValueError(f"entry {at} of its {kind.__name__}s: {error}") from None


def _provenance(document: Mapping[str, Any], name: str) -> Provenance | None:
    maker = _mapping(document, "made_by").get(name)
    if maker is None:
        return None
    if not isinstance(maker, Mapping):
        raise InvalidValueError(f"made_by {name!r} must be an object")
    return Provenance(_text(maker, "transform"), _text(maker, "version"), dict(_mapping(maker, "parameters")))


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidValueError(f"{name!r} must be an object, got {value!r:.60}")
    return value


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise InvalidValueError(f"{name!r} must be a list, got {value!r:.60}")
    return value


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise InvalidValueError("must be a list of objects")
    return value


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise InvalidValueError(f"{name!r} must be text, got {value!r:.60}")
    return value


def _number(document: Mapping[str, Any], name: str, missing: float | None = None) -> float:
    value = document.get(name, missing)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e15:
        raise InvalidValueError(f"{name!r} must be a number, got {value!r:.60}")
    return float(value)


def _number_or_none(document: Mapping[str, Any], name: str) -> float | None:
    return None if document.get(name) is None else _number(document, name)


def _no_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which JSON does not allow")
