"""The melody's contours of a piece in a binary file: ten hours of them are 50 MB here, and would be 150 of JSON."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from descant.errors import UnreadableFileError
from descant.io.files import write_beside
from descant.io.provenance import as_text, from_text
from descant.types import PitchContour

COLUMNS = ("time", "hz", "voiced", "confidence")


def write_melodies(path: Path, contours: Sequence[PitchContour]) -> None:
    """Write contours in their order, whole or not at all."""
    arrays: dict[str, Any] = {f"{name}{at}": getattr(one, name) for at, one in enumerate(contours) for name in COLUMNS}
    makers = [None if one.made_by is None else as_text(one.made_by) for one in contours]
    with write_beside(path) as temporary, temporary.open("wb") as file:
        np.savez(file, makers=np.array(json.dumps(makers)), **arrays)


def read_melodies(path: Path) -> tuple[PitchContour, ...]:
    """The contours that were written. Raises UnreadableFileError where they are damaged or gone."""
    try:
        with np.load(path) as file:
            makers = json.loads(str(file["makers"]))
            return tuple(_contour(file, at, maker) for at, maker in enumerate(makers))
    except (OSError, EOFError, ValueError, KeyError, AttributeError, zipfile.BadZipFile):
        raise UnreadableFileError(f"{path}: is damaged or gone; listen to the piece again") from None


def _contour(file: Mapping[str, Any], at: int, maker: str | None) -> PitchContour:
    time, hz, voiced, confidence = (file[f"{name}{at}"] for name in COLUMNS)
    return PitchContour(time, hz, voiced, confidence, None if maker is None else from_text(maker))
