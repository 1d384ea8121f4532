"""The landmark index of a large library, kept in a file beside it, so that a search need not make it each time.

The file is derived: it says of which state of the library it was made (`Library.version`), and is made anew for any
other, and wherever it is damaged. Arrays are mapped, not read: of hundreds of hours a clip looks at a few places. A
small library's index is made in less time than it takes to tell of it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from descant.errors import UnwritableFileError
from descant.io.files import write_beside
from descant.library.landmark_index import LandmarkIndex, landmark_index

if TYPE_CHECKING:
    from descant.library.store import Library

MAGIC = b"descant landmarks 1\n"
HEADER = 4096  # bytes, in which the arrays are listed
ALIGNED = 64  # bytes, on a multiple of which each array begins
SMALL = 1 << 20  # peaks: some twenty hours
NAMES = tuple(one.name for one in fields(LandmarkIndex))


def kept_index(library: Library) -> LandmarkIndex:
    """The index of a library's fingerprints, from its file where that is of the library as it is now."""
    path = library.path.with_name(f"{library.path.name}-landmarks")
    version = library.version()
    index = load(path, version)
    if index is None:
        index = landmark_index(library.fingerprints())
        if len(index.frame) >= SMALL:
            with suppress(UnwritableFileError):
                save(index, path, version)
    return index


def save(index: LandmarkIndex, path: Path, version: int) -> None:
    """Write an index, whole or not at all."""
    arrays = {name: np.ascontiguousarray(getattr(index, name)) for name in NAMES}
    told: dict[str, Any] = {"version": version, "arrays": {}}
    at = HEADER
    for name, array in arrays.items():
        told["arrays"][name] = [array.dtype.str, len(array), at]
        at += array.nbytes + -array.nbytes % ALIGNED
    header = MAGIC + json.dumps(told).encode()
    with write_beside(path) as temporary, temporary.open("wb") as file:
        file.write(header.ljust(HEADER, b"\0"))
        for array in arrays.values():
            file.write(array.data)
            file.write(bytes(-array.nbytes % ALIGNED))


def load(path: Path, version: int) -> LandmarkIndex | None:
    """The index that a file holds, if it was made of this state of the library."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
        if not header.startswith(MAGIC):
            return None
        told = json.loads(header[len(MAGIC) :].rstrip(b"\0"))
        if told["version"] != version:
            return None
        arrays = {
            name: np.memmap(path, dtype, mode="r", offset=at, shape=(size,)) if size else np.zeros(0, dtype)
            for name, (dtype, size, at) in told["arrays"].items()
        }
        return LandmarkIndex(**arrays)
    except (OSError, ValueError, KeyError, TypeError):  # there is none, or it is damaged
        return None
