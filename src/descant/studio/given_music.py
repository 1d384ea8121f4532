"""What a piece gives to those who write on: the page or the notes that it came as, or as the user corrected them."""

from __future__ import annotations

import warnings
from typing import Any

from descant.errors import DescantWarning, InvalidValueError
from descant.io.open import open as open_file
from descant.studio.pieces import PieceStore
from descant.types import Notes, Score


def given_music(store: PieceStore, piece_id: str) -> Score | Notes:
    """A score as it is on its page, MIDI as its notes, sound as the page that was written of it.

    Once notes are corrected, they are given as corrected. Raises InvalidValueError where a piece has no notes.
    """
    about = store.about(piece_id)
    if about.kind == "sound":
        return store.score(piece_id)
    if "notes" not in store.corrections(piece_id).stamps():
        with warnings.catch_warnings():  # the job that read it first has told them
            warnings.simplefilter("ignore", DescantWarning)
            music: Any = open_file(store.source(piece_id))
        if isinstance(music, Score | Notes):
            return music
    return notes_of(store, piece_id)


def notes_of(store: PieceStore, piece_id: str) -> Notes:
    """The notes of a piece as they sound. Raises InvalidValueError where it has none."""
    notes = store.piece(piece_id).get(Notes)
    if notes is None or not len(notes):
        raise InvalidValueError(f"{store.about(piece_id).name}: has no notes to go by")
    return notes
