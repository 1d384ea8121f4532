"""A piece of what a file holds that is no recording: notes, a score, or what others have annotated."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from descant.errors import DescantWarning, InvalidValueError
from descant.io.open import open as open_file
from descant.library.describe_notes import stated
from descant.pipelines.heard_in_notes import beats_in, harmony_in
from descant.registry import find
from descant.types import Notes, Piece, Score, Tempo, TempoCandidate

MOST_NOTES_READ = 40_000  # of a piece whose harmony is read

Progress = Callable[[float], None]


def read_piece(source: Path, name: str, progress: Progress) -> Piece:
    """What the file states, and what its notes tell; what its reader assumed becomes the piece's warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", DescantWarning)
        music: Any = open_file(source)
        progress(0.2)
        if isinstance(music, Notes | Score):
            piece = _of_music(music, name, progress)
        elif isinstance(music, Piece):
            piece = music
        else:
            end = float(max(getattr(music, "end", getattr(music, "time", ())), default=0.0))
            piece = Piece(name, end).with_(music)
    told = [str(one.message) for one in said if issubclass(one.category, DescantWarning)]
    return replace(piece, warnings=(*piece.warnings, *dict.fromkeys(told)))


def _of_music(music: Notes | Score, name: str, progress: Progress) -> Piece:
    notes: Notes = find("as-written")(music) if isinstance(music, Score) else music
    if not len(notes):
        raise InvalidValueError(f"{name}: holds no notes")
    piece = stated(music, notes, name)
    if isinstance(music, Score):
        tags = {"title": music.title, "artist": music.composer}
        piece = replace(piece, tags={field: text for field, text in tags.items() if text})
    beats = beats_in(music)
    progress(0.4)
    if beats is not None:
        piece = _chosen(piece, beats)
        if beats.made_by is not None:  # they were found, so the tempo in the file means nothing
            pace = 60 / float(np.median(np.diff(beats.time)))
            piece = _chosen(_chosen(piece, find("bar-count")(beats)), Tempo((TempoCandidate(pace),), beats.made_by))
    if len(notes) <= MOST_NOTES_READ:
        for found in harmony_in(music, beats):
            piece = piece if found is None else _chosen(piece, found)
    return piece


def _chosen(piece: Piece, annotation: Any) -> Piece:
    """The piece with this one estimate of its type."""
    others = tuple(one for one in piece.estimates if type(one) is not type(annotation))
    return replace(piece, estimates=(*others, annotation))
