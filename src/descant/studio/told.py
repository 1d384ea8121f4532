"""The first that one wants to know of a piece, in a few plain values for a list."""

from __future__ import annotations

from typing import Any

from descant.io.report.words import chord_name
from descant.types import Chords, Keys, Meter, Notes, Piece, Sections, Tempo

MOST_CHORDS, MOST_SECTIONS = 8, 40


def heard_in(piece: Piece) -> dict[str, Any]:
    """What was heard, corrections counted; None where nothing was, or nobody looked."""
    keys, tempo, meter = piece.get(Keys), piece.get(Tempo), piece.get(Meter)
    chords, sections, notes = piece.get(Chords), piece.get(Sections), piece.get(Notes)
    sounding = dict.fromkeys(label for label in chords.label if label not in ("N", "X")) if chords is not None else ()
    spans = zip(sections.label, sections.start.tolist(), sections.end.tolist(), strict=True) if sections else ()
    return {
        "title": piece.tags.get("title", ""),
        "artist": piece.tags.get("artist", ""),
        "key": keys.overall if keys is not None and keys.overall != "N" else None,
        "tempo": None if tempo is None or tempo.bpm is None else round(tempo.bpm, 1),
        "meter": None if meter is None else meter.signature,
        "chords": [chord_name(label) for label in sounding][:MOST_CHORDS],
        "sections": [list(span) for span in spans][:MOST_SECTIONS],
        "notes": None if notes is None else len(notes),
    }
