"""What was heard in a recording by an earlier run, for items that lack no more than vectors of a space that is new.

Listening takes far more time than all spaces together. It is not done again where the same descant did it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from descant import __version__
from descant.errors import InvalidValueError
from descant.library.analysis import unpacked
from descant.library.store import Library
from descant.types import Piece


@dataclass(frozen=True, eq=False)
class HeardBefore:
    """A recording as the library keeps it."""

    piece: Piece
    melodies: tuple[tuple[str, bytes], ...]  # label and melody, as an entry keeps them


def heard_before(library: Library, content: str, fields: Iterable[str]) -> HeardBefore | None:
    """What the library holds of a content; None where this version did not hear it, or not all of these fields."""
    item, _ = library.known(content)
    data = None if item is None else library.analysis(item)
    if item is None or data is None:
        return None
    try:
        piece = unpacked(data)
    except InvalidValueError:
        return None
    by = {one.made_by.version if one.made_by else "" for one in piece.estimates}
    if by != {__version__} or any(piece.get(name) is None for name in fields):
        return None
    return HeardBefore(piece, library.melodies_of(item))
