"""The music in the file that a piece came as, with what its reader assumed.

Scores are slow to read, and somebody else's file may be made to be slower still. So the job that looks at a piece keeps
what it has read, in Python's own format; nobody but the studio writes there.
"""

from __future__ import annotations

import pickle
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from descant import __version__
from descant.errors import DescantWarning
from descant.io.files import write_bytes
from descant.io.open import open as open_file
from descant.studio.pieces import PieceStore
from descant.studio.revisions import SOURCE_ONLY

NAME = f"score-{__version__}.pickle"


@dataclass(frozen=True)
class SourceMusic:
    """What was read, and the words of its reader."""

    music: Any  # Notes, Score, Piece, or an annotation
    told: tuple[str, ...]


def source_music(store: PieceStore, piece_id: str) -> SourceMusic:
    """What a piece's file holds: of a score what was read before, where that is kept."""
    source = store.source(piece_id)
    if store.about(piece_id).kind != "score":
        return _opened(source)

    def make(path: Path) -> None:
        write_bytes(path, pickle.dumps(_opened(source)))

    found: SourceMusic = store.derived_value(piece_id, NAME, make, pickle.loads, SOURCE_ONLY)
    return found


def _opened(source: Path) -> SourceMusic:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", DescantWarning)
        music = open_file(source)
    told = dict.fromkeys(str(one.message) for one in said if issubclass(one.category, DescantWarning))
    return SourceMusic(music, tuple(told))
