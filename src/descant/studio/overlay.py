"""What a user says instead of an estimate: a fragment of a piece's JSON (docs/json.md) for each corrected field.

Fragments are read by the readers of that JSON, so what breaks a type's rules is refused in words. They are kept apart
from the estimates and laid over them: what is heard anew never touches them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from descant.errors import InvalidValueError
from descant.io.json_piece import annotation_fields, annotations_in, plain_values
from descant.types import FIELDS, Annotation, Keys, Notes, Piece

# The names that a field goes by in the JSON, its own first.
NAMES: dict[str, tuple[str, ...]] = {
    "meter": ("meter", "meter_confidence"),
    "keys": ("keys", "key"),
    "notes": ("notes", "parts", "bends", "controls", "tempos", "meters"),
    "tuning": ("tuning_cents", "tuning_confidence"),
}


def names_of(field: str) -> tuple[str, ...]:
    """What a field is called in the JSON. Raises InvalidValueError where a piece has no such field."""
    if field not in FIELDS:
        raise InvalidValueError(f"a piece has no field {field!r}; choose from {', '.join(FIELDS)}")
    return NAMES.get(field, (field,))


def correction(piece: Piece, field: str, fragment: object) -> Annotation:
    """The annotation that a fragment stands for.

    What a fragment of keys or notes leaves unsaid (the segments where only the key of the whole is named; pedals,
    bends, tempi) is taken from the piece as it stands. Raises InvalidValueError with what is wrong.
    """
    names = names_of(field)
    if not isinstance(fragment, Mapping):
        raise InvalidValueError(f"a correction of {field} is an object with {' or '.join(map(repr, names[:2]))}")
    given = {name: value for name, value in fragment.items() if name in names}
    document = _completed(piece, field, given)
    if names[0] not in document:
        raise InvalidValueError(f"a correction of {field} holds {names[0]!r}; this one holds {_listed(fragment)}")
    found = annotations_in(document)[0]
    return _reached(found, given) if isinstance(found, Keys) else found


def fragment_of(annotation: Annotation) -> dict[str, Any]:
    """The fragment of a correction, as it is kept: without who made it, since the user did."""
    plain: dict[str, Any] = plain_values(annotation_fields([replace(annotation, made_by=None)]))
    plain.pop("made_by")
    return plain


def _completed(piece: Piece, field: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a fragment, with what it leaves unsaid as it stands."""
    document = dict(given)
    current = piece.get(field)
    if isinstance(current, Keys) and "keys" not in given and "key" in given:
        document["keys"] = fragment_of(current)["keys"]
    if isinstance(current, Notes) and "notes" in given:
        before = fragment_of(replace(current, onset=[], offset=[], pitch=[], velocity=[], part=[], confidence=[]))  # type: ignore[arg-type]
        parts = given.get("parts", before["parts"])
        same = isinstance(parts, list) and len(parts) >= len(before["parts"])
        kept = NAMES["notes"][1:] if same else ("tempos", "meters")  # bends and pedals belong to parts
        entries = given["notes"] if isinstance(given["notes"], list) else []
        numbered = bool(entries) and all(isinstance(one, Mapping) and "part" in one for one in entries)
        for name in kept if numbered or not entries else ("tempos", "meters"):
            document.setdefault(name, before[name])
    return document


def _reached(keys: Keys, given: Mapping[str, Any]) -> Keys:
    """Keys with the key of the whole: the one that lasts longest, where the fragment does not name it."""
    if "key" in given or not len(keys):
        return keys
    seconds: dict[str, float] = defaultdict(float)
    for start, end, label in zip(keys.start, keys.end, keys.label, strict=True):
        seconds[label] += float(end - start)
    return replace(keys, overall=max(seconds, key=lambda label: seconds[label]))


def _listed(fragment: Mapping[str, Any]) -> str:
    return ", ".join(repr(str(name))[:40] for name in list(fragment)[:5]) or "nothing"
