"""A recording played a little faster or slower, as a tape would: out of tune, with its labels moved along."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.features import RATE
from descant.types import Piece

FURTHEST_CENTS = 35.0  # beyond, a note would be nearer to its neighbour for some tuning estimates
_TIMES = ("time", "start", "end", "onset", "offset")
_EVENTS = ("bends", "controls", "tempos", "meters")


def retuned(samples: npt.NDArray[np.float32], rate: int, piece: Piece, cents: float) -> tuple[Any, Piece]:
    """Mono samples at `rate`, (n,), brought to `RATE` and shifted by `cents`; the piece with its times to match."""
    import soxr

    factor = 2.0 ** (cents / 1200)
    shifted = soxr.resample(samples, rate * factor, RATE).astype(np.float32)
    changed = Piece(piece.file, len(shifted) / RATE, dict(piece.tags))
    for annotation in piece.estimates:
        changed = changed.with_(stretched(annotation, 1 / factor))
    return shifted, changed


def stretched(annotation: Any, factor: float) -> Any:
    """An annotation with all its times multiplied by `factor`."""
    changes: dict[str, Any] = {}
    for field in fields(annotation):
        value = getattr(annotation, field.name)
        if field.name in _TIMES and value is not None:
            changes[field.name] = value * factor
        elif field.name in _EVENTS:
            changes[field.name] = tuple(replace(one, time=one.time * factor) for one in value)
    return replace(annotation, **changes) if changes else annotation
