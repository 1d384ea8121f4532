"""A piece of what a file holds that is no recording: notes, a score, or what others have annotated."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from descant.errors import DescantWarning, InvalidValueError
from descant.io.score.unfolded import unfolded
from descant.library.describe_notes import stated
from descant.pipelines.heard_in_notes import beats_in, harmony_in
from descant.registry import find
from descant.studio.source_music import SourceMusic
from descant.transcription.notation.given import with_default_map
from descant.types import Beats, Keys, Notes, Piece, Score, Tempo, TempoCandidate
from descant.types.clock import Clock

MOST_NOTES_READ = 40_000  # of a piece whose harmony is read

Progress = Callable[[float], None]


def read_piece(source: SourceMusic, name: str, progress: Progress) -> Iterator[Piece]:
    """What the file states at once, then with what its notes tell; what its reader assumed becomes warnings."""
    progress(0.2)
    for piece in _pieces(source.music, name, progress):
        yield replace(piece, warnings=(*piece.warnings, *source.told))


def _pieces(music: Any, name: str, progress: Progress) -> Iterator[Piece]:
    if isinstance(music, Piece):
        yield music
        return
    if not isinstance(music, Notes | Score):
        end = float(max(getattr(music, "end", getattr(music, "time", ())), default=0.0))
        yield Piece(name, end).with_(music)
        return
    notes: Notes = find("as-written")(music) if isinstance(music, Score) else (music := with_default_map(music))
    if not len(notes) and not (isinstance(music, Score) and (music.chords or music.numerals)):
        raise InvalidValueError(f"{name}: holds no notes")
    piece, beats = _with_beats(stated(music, notes, name), music)
    yield piece
    progress(0.4)
    if len(notes) > MOST_NOTES_READ:
        why = f"has more than {MOST_NOTES_READ:,} notes, so its chords and changes of key were not looked for"
        yield replace(piece, warnings=(why,))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DescantWarning)  # told when it is written down
        for found in harmony_in(music, beats):
            piece = piece if found is None else _chosen(piece, _as_signed(music, piece, found))
    yield piece


def _as_signed(music: Notes | Score, piece: Piece, found: Any) -> Any:
    """Keys that were found, with the key of the whole as the score's signature has it, where that says its mode."""
    signature = music.measures[0].key if isinstance(music, Score) and music.measures else None
    said = piece.get(Keys)
    if not isinstance(found, Keys) or said is None or signature is None or not signature.mode:
        return found
    return replace(found, overall=said.overall, overall_confidence=said.overall_confidence)


def _with_beats(piece: Piece, music: Notes | Score) -> tuple[Piece, Beats | None]:
    """The piece with beats that have places in their bars, and their tempo where the file's means nothing.

    A score lasts until its last bar ends, which may be after its last note.
    """
    if isinstance(music, Score):
        tags = {"title": music.title, "artist": music.composer}
        piece = replace(piece, tags={field: text for field, text in tags.items() if text})
        played = unfolded(music).score
        piece = replace(piece, duration=max(piece.duration, float(Clock.of(played).seconds(float(played.length)))))
    beats = beats_in(music)
    if beats is None:
        return piece, None
    piece = _chosen(piece, beats)
    if beats.made_by is not None:  # they were found in the notes
        pace = 60 / float(np.median(np.diff(beats.time)))
        piece = _chosen(_chosen(piece, find("bar-count")(beats)), Tempo((TempoCandidate(pace),), made_by=beats.made_by))
    return piece, beats


def _chosen(piece: Piece, annotation: Any) -> Piece:
    """The piece with this one estimate of its type."""
    others = tuple(one for one in piece.estimates if type(one) is not type(annotation))
    return replace(piece, estimates=(*others, annotation))
