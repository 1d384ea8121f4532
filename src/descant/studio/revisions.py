"""What a piece's fields hold, told by short marks: what is made from some of them stays while theirs stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields

import numpy as np

from descant import __version__
from descant.types import FIELDS, Annotation, Piece

SOURCE_ONLY: tuple[str, ...] = ()  # what is made from the source file alone
ALL = tuple(FIELDS)


def marks_of(piece: Piece) -> dict[str, str]:
    """The mark of each field's chosen estimate. Who made it does not count."""
    chosen: dict[str, str] = {}
    names = {kind: name for name, kind in FIELDS.items()}
    for one in piece.estimates:
        chosen.setdefault(names[type(one)], _mark(one))
    return chosen


def revision(marks: Mapping[str, str], corrections: Mapping[str, str], of: Collection[str]) -> str:
    """A name for the state of these fields, corrections by their stamps; it begins with which fields they are.

    Of all fields, it is another one whenever something was heard anew: then other estimates may stand beside them.
    """
    if not of:
        return "source"
    every = len(of) == len(FIELDS)
    held = {name: corrections.get(name, marks.get(name)) for name in sorted([*of, *(["all"] if every else [])])}
    digest = hashlib.blake2b(f"{__version__} {json.dumps(held)}".encode(), digest_size=8).hexdigest()
    return f"{'all' if every else '-'.join(sorted(of))}.{digest}"


def _mark(annotation: Annotation) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for field in fields(annotation):
        value = getattr(annotation, field.name)
        if field.name != "made_by":
            digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()
