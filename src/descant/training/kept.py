"""Examples that are kept in the cache folder once they are computed: one compressed archive of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.io.cache import cache_folder
from descant.io.files import write_beside

Rows = dict[str, npt.NDArray[Any]]  # the arrays of one example, by name


def kept(folder: str, name: str, made: Callable[[], Iterable[Mapping[str, npt.NDArray[Any]]]]) -> Sequence[Rows]:
    """The examples kept under this name, in order; computed and kept where they are not there yet."""
    path = cache_folder() / folder / f"{name}.npz"
    if not path.is_file():
        rows = {f"{at}/{part}": row for at, one in enumerate(made()) for part, row in one.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_beside(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, **rows)  # type: ignore[arg-type]
    found: list[Rows] = []
    with np.load(path) as archive:
        for key in archive.files:
            at, part = key.split("/")
            if int(at) == len(found):
                found.append({})
            found[int(at)][part] = archive[key]
    return found
