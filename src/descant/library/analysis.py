"""What was heard in an item, as the library keeps it: the piece as compressed JSON, without the pitch contour.

The contour is by far the longest column, and what can be found by it is kept as melodies.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

from descant.errors import DescantError, InvalidValueError
from descant.io.json_piece import piece_from_json, piece_json
from descant.types import Piece, PitchContour


def packed(piece: Piece) -> bytes:
    """The piece as bytes."""
    kept = tuple(one for one in piece.estimates if not isinstance(one, PitchContour))
    document = piece_json(replace(piece, estimates=kept))
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode())


def unpacked(data: bytes) -> Piece:
    """The piece that was packed. Raises InvalidValueError where the bytes are damaged."""
    try:
        return piece_from_json(json.loads(zlib.decompress(data)))
    except (zlib.error, ValueError, DescantError) as error:
        raise InvalidValueError(f"a stored analysis is damaged ({error}); index the file again") from None
