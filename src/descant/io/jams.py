"""JAMS, the format of music datasets (Humphrey et al., ISMIR 2014; schema 0.3), written and read by hand.

It is a translation of the JSON of docs/json.md. Namespaces hold what they can: tempo, beat, key_mode, chord,
segment_open, note_midi (one annotation a part) and pitch_contour. What a namespace leaves out (velocities, parts, the
overall key) stands in the annotation's sandbox under `descant`; metre, tuning and loudness, which have no namespace,
in the file's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from descant.errors import DescantError, InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.files import write_beside
from descant.io.json_piece import SCHEMA, annotation_fields, load_json, piece_from_json, piece_json, plain_values
from descant.io.tables import UNSAID_VELOCITY
from descant.types import FIELDS, Loudness, Meter, Piece, Tags, Tuning

VERSION = "0.3.5"  # of the JAMS schema

NAMESPACES = {
    "tempo": "tempo",
    "beats": "beat",
    "keys": "key_mode",
    "chords": "chord",
    "sections": "segment_open",
    "notes": "note_midi",
    "pitch": "pitch_contour",
}
# Other programs' namespaces with values of the same form.
_ALSO_READ = {"chord_harte": "chords", "segment_salami_upper": "sections", "segment_salami_function": "sections"}
_FIELD_OF = {namespace: field for field, namespace in NAMESPACES.items()} | _ALSO_READ

_NOTE_LISTS = ("parts", "bends", "controls", "tempos", "meters")
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)

Words = Mapping[str, Any]  # a document, or a part of one, in the words of docs/json.md


def write_jams(piece: Piece, path: str | os.PathLike[str]) -> Path:
    """Write the piece as JAMS, one observation a line, whole or not at all."""
    target = Path(path)
    with (
        write_beside(target) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file,
    ):
        file.writelines(_text(piece))
    return target


def read_jams(path: str | os.PathLike[str]) -> Piece:
    """The piece in a JAMS file; annotations in other namespaces are passed over.

    Raises UnreadableFileError with what is wrong, UnsupportedFormatError where a newer descant wrote it.
    """
    document = load_json(path)
    if not isinstance(document, Mapping) or not isinstance(document.get("annotations"), list):
        raise UnreadableFileError(f"{path}: is not a JAMS file: it has no list of annotations")
    try:
        return piece_from_json(_words(document))
    except UnsupportedFormatError as error:
        raise UnsupportedFormatError(f"{path}: {error}") from None
    except DescantError as error:
        raise UnreadableFileError(f"{path}: {error}") from None


# To JAMS


def _text(piece: Piece) -> Iterator[str]:
    metadata = {
        "title": piece.tags.get("title", ""),
        "artist": piece.tags.get("artist", ""),
        "release": piece.tags.get("album", ""),
        "duration": round(piece.duration, 6),
        "identifiers": {},
        "jams_version": VERSION,
    }
    without = (Meter, Tuning, Loudness, Tags)
    rest = replace(
        piece,
        estimates=tuple(one for one in piece.estimates if isinstance(one, without)),
        corrections=tuple(one for one in piece.corrections if isinstance(one, without)),
    )
    yield f'{{\n "file_metadata": {_ENCODER.encode(metadata)},\n "annotations": ['
    separator = "\n  "
    for namespace, words, entries in _spaced(piece):
        correction = words.pop("correction")
        head = _metadata(words["made_by"], correction)
        yield f'{separator}{{"namespace": "{namespace}", "annotation_metadata": {_ENCODER.encode(head)},\n'
        sandbox = {"descant": {**words, "correction": correction}}
        yield f'   "time": 0.0, "duration": {metadata["duration"]},\n'
        yield f'   "sandbox": {_ENCODER.encode(sandbox)},\n   "data": ['
        inner = "\n    "
        for entry in entries:
            yield inner + _ENCODER.encode(_observation(namespace, entry, piece.duration))
            inner = ",\n    "
        yield "]}"
        separator = ",\n  "
    yield f'],\n "sandbox": {{"descant": {_ENCODER.encode(piece_json(rest))}}}\n}}\n'


def _spaced(piece: Piece) -> Iterator[tuple[str, dict[str, Any], Iterable[Words]]]:
    """(namespace, the words that it has no place for, its entries) for every annotation that has a namespace."""
    fields = {kind: name for name, kind in FIELDS.items() if name in NAMESPACES}
    known = [one for one in (*piece.estimates, *piece.corrections) if type(one) in fields]
    for one in sorted(known, key=lambda one: list(fields).index(type(one))):
        field = fields[type(one)]
        words: dict[str, Any] = dict(annotation_fields([one]))
        entries = words.pop(field)
        words["made_by"] = words["made_by"].get(field)
        words["correction"] = any(one is correction for correction in piece.corrections)
        if field == "tempo":
            yield NAMESPACES[field], words, entries["candidates"]
        elif field == "notes":
            yield from _by_part(words, plain_values(entries))
        else:
            yield NAMESPACES[field], words, entries


def _by_part(words: dict[str, Any], notes: list[Words]) -> Iterator[tuple[str, dict[str, Any], Iterable[Words]]]:
    """Each part of the notes as its own annotation, with its bends and controls; tempos and metres in the first."""
    for part, player in enumerate(words["parts"]):
        entries = [note for note in notes if note["part"] == part]
        mine = {
            "part": part,
            "parts": [player],
            "velocity": [note["velocity"] for note in entries],
            "bends": [bend for bend in words["bends"] if bend["part"] == part],
            "controls": [control for control in words["controls"] if control["part"] == part],
            "tempos": words["tempos"] if part == 0 else [],
            "meters": words["meters"] if part == 0 else [],
            "made_by": words["made_by"],
            "correction": words["correction"],
        }
        yield NAMESPACES["notes"], mine, entries


def _metadata(maker: Words | None, correction: bool) -> dict[str, Any]:
    return {
        "curator": {"name": "", "email": ""},
        "annotator": {},
        "version": maker["version"] if maker else "",
        "corpus": "",
        "annotation_tools": f"descant {maker['transform']}" if maker else "",
        "annotation_rules": "",
        "validation": "",
        "data_source": "manual" if correction else "program",
    }


def _observation(namespace: str, entry: Words, duration: float) -> dict[str, Any]:
    time, end, value = entry.get("time", 0.0), 0.0, None
    match namespace:
        case "tempo":
            end, value = duration, entry["bpm"]
        case "beat":
            end, value = time, entry["position"] or None
        case "key_mode":
            value = entry["label"].replace(" ", ":")
        case "chord" | "segment_open":
            value = entry["label"]
        case "note_midi":
            time, end, value = entry["onset"], entry["offset"], entry["pitch"]
        case "pitch_contour":
            end, value = time, {"index": 0, "frequency": entry["hz"], "voiced": entry["voiced"]}
    if "start" in entry:
        time, end = entry["start"], entry["end"]
    return {"time": time, "duration": _length(time, end), "value": value, "confidence": entry["confidence"]}


def _length(start: float, end: float) -> float:
    """Seconds from start to end: whole microseconds where the times are, without the noise of subtraction."""
    rounded = round(end - start, 6)
    return rounded if round(start + rounded, 6) == end else end - start


# From JAMS


def _words(document: Words) -> dict[str, Any]:
    """A JAMS file in the words of docs/json.md."""
    ours = _object(document, "sandbox").get("descant")
    if ours is not None:
        words = dict(_object({"descant": ours}, "descant"))
    else:
        metadata = _object(document, "file_metadata")
        tags = {"title": metadata.get("title"), "artist": metadata.get("artist"), "album": metadata.get("release")}
        words = {
            "schema": SCHEMA,
            "file": str(metadata.get("title") or ""),
            "duration": metadata.get("duration") or 0.0,
            "tags": {name: str(value) for name, value in tags.items() if value},
        }
    corrections = words["corrections"] = dict(_object(words, "corrections"))
    alternatives = words["alternatives"] = {
        name: dict(_object({name: one}, name)) for name, one in _object(words, "alternatives").items()
    }
    for maker, correction, field, found in _gathered(document["annotations"]):
        if correction:
            home = corrections
        elif field not in words:
            home = words
        else:
            home = alternatives.setdefault(maker["transform"] if maker else "", {})
        if field in home:
            raise InvalidValueError(f"two annotations give {field} by the same maker")
        home |= found
        home["made_by"] = {**_object(home, "made_by"), **({field: maker} if maker else {})}
    return words


def _gathered(annotations: list[Any]) -> list[tuple[Words | None, bool, str, dict[str, Any]]]:
    """(maker, whether it is a correction, field, its words) for every annotation that is known; parts come together."""
    gathered: list[tuple[Words | None, bool, str, dict[str, Any]]] = []
    for at, annotation in enumerate(annotations):
        if not isinstance(annotation, Mapping) or annotation.get("namespace") not in _FIELD_OF:
            continue
        field = _FIELD_OF[annotation["namespace"]]
        ours = _object(_object(annotation, "sandbox"), "descant")
        maker = ours.get("made_by") if ours else _maker(annotation, at)
        correction = ours.get("correction") is True
        try:
            found = _translated(field, annotation, ours)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InvalidValueError(f"annotation {at} ({annotation['namespace']}) is damaged: {error!r}") from None
        same = [one for one in gathered if field == "notes" and one[:3] == (maker, correction, field)]
        if same:
            for name, entries in found.items():
                same[0][3][name] = same[0][3][name] + entries
        else:
            gathered.append((maker, correction, field, found))
    return gathered


def _maker(annotation: Words, at: int) -> Words:
    """Who made an annotation that is not descant's: its tool or annotator by name, and its place in the file."""
    metadata = _object(annotation, "annotation_metadata")
    names = (metadata.get("annotation_tools"), _object(metadata, "annotator").get("name"))
    name = next((str(one) for one in names if one), "jams")
    return {"transform": f"{name} (annotation {at})", "version": str(metadata.get("version") or ""), "parameters": {}}


def _translated(field: str, annotation: Words, ours: Words) -> dict[str, Any]:
    rows = _rows(annotation["data"])
    if field == "tempo":
        return {field: {"candidates": [{"bpm": value, "confidence": sure} for _, _, value, sure in rows]}}
    if field == "beats":
        return {
            field: [{"time": time, "position": _position(value), "confidence": sure} for time, _, value, sure in rows]
        }
    if field == "pitch":
        return {
            field: [
                {
                    "time": time,
                    "hz": abs(value["frequency"]),
                    "voiced": bool(value["voiced"]) and value["frequency"] != 0,
                    "confidence": sure,
                }
                for time, _, value, sure in rows
            ]
        }
    if field == "notes":
        return _notes(rows, ours)
    spans = [{"start": time, "end": end, "label": label, "confidence": sure} for time, end, label, sure in rows]
    if field == "keys":
        for span in spans:
            span["label"] = span["label"].replace(":", " ")
        return {field: spans, **({"key": ours["key"]} if "key" in ours else {})}
    return {field: spans}


def _notes(rows: list[tuple[float, float, Any, float]], ours: Words) -> dict[str, Any]:
    velocities = ours.get("velocity", [UNSAID_VELOCITY] * len(rows))
    notes = [
        {"onset": time, "offset": end, "pitch": round(pitch), "velocity": velocity, "part": ours.get("part", 0)}
        | {"confidence": sure}
        for (time, end, pitch, sure), velocity in zip(rows, velocities, strict=True)
    ]
    return {"notes": notes, **{name: ours.get(name, [{}] if name == "parts" else []) for name in _NOTE_LISTS}}


def _rows(data: Any) -> list[tuple[float, float, Any, float]]:
    """(time, end, value, confidence) of each observation, sparse or dense, in order of time."""
    if isinstance(data, Mapping):
        columns = [data[name] for name in ("time", "duration", "value", "confidence")]
    else:
        columns = [[row[name] for row in data] for name in ("time", "duration", "value", "confidence")]
    rows = [
        (time, _end(time, length), value, 1.0 if sure is None else sure)
        for time, length, value, sure in zip(*columns, strict=True)
    ]
    return sorted(rows, key=lambda row: row[0])


def _end(time: float, length: float) -> float:
    rounded = round(time + length, 6)
    return rounded if round(rounded - time, 6) == length else time + length


def _position(value: Any) -> int:
    """A beat's place in its measure; 0 where the file does not count in whole numbers from 1."""
    whole = isinstance(value, int | float) and 1 <= value <= 64 and value == int(value)
    return int(value) if whole else 0


def _object(words: Words, name: str) -> Words:
    value = words.get(name) or {}
    if not isinstance(value, Mapping):
        raise InvalidValueError(f"{name!r} must be an object, got {value!r:.60}")
    return value
