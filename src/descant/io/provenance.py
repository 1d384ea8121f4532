"""Where music came from, as text in its file: MIDI holds it as a text event, MusicXML in a field of its own."""

from __future__ import annotations

import json
from typing import Any

from descant.types.provenance import Provenance

NAME = "descant"  # what the text begins with in MIDI, and what the field is called in MusicXML


def as_text(made_by: Provenance) -> str:
    """JSON in one line, of plain letters; what is no plain value is told as it prints."""
    told = {"transform": made_by.transform, "version": made_by.version, "parameters": dict(made_by.parameters)}
    return json.dumps(told, default=str)


def from_text(text: str) -> Provenance | None:
    """The inverse; None where the text says something else."""
    try:
        told: Any = json.loads(text)
        transform, version, parameters = (told[name] for name in ("transform", "version", "parameters"))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not (isinstance(transform, str) and isinstance(version, str) and isinstance(parameters, dict)):
        return None
    return Provenance(transform, version, parameters)
