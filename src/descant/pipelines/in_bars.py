"""The notes of a piece and the beats that its bars follow, where the user's word on beats and metre counts.

Beats that the user set hide the tempo map in the notes. A metre alone leaves the beats where they are and counts them
anew from the first downbeat; in notes that keep to their own tempo map it takes the place of the map's metres.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.errors import InvalidValueError
from descant.transcription.notation.given import given
from descant.types import Beats, Meter, MeterChange, Notes, Piece
from descant.types.score import TimeSignature


def in_bars(piece: Piece) -> tuple[Notes, Beats | None]:
    """The notes, and the beats of the piece. Raises InvalidValueError where it has no notes."""
    notes, beats, meter = piece.get(Notes), piece.get(Beats), piece.get(Meter)
    if notes is None or not len(notes):
        raise InvalidValueError(f"{piece.file}: has no notes")
    said = {type(one) for one in piece.corrections}
    if Beats in said:
        return replace(notes, tempos=(), meters=()), beats
    if Meter not in said or meter is None or meter.signature is None:
        return notes, beats
    count, unit = map(int, meter.signature.split("/"))
    if given(notes).near:
        return replace(notes, meters=(MeterChange(0.0, count, unit),)), beats
    time = TimeSignature((count,), unit)
    return notes, None if beats is None else counted(beats, max(1, round(time.length / time.beat)))


def counted(beats: Beats, count: int) -> Beats:
    """Beats in bars of so many, from the first downbeat on, and back from it."""
    downbeats = np.flatnonzero(beats.position == 1)
    first = int(downbeats[0]) if len(downbeats) else 0
    return replace(beats, position=(np.arange(len(beats)) - first) % count + 1)
