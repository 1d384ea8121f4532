"""The vectors of a few items, where reading a whole space would take long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from descant.library.database import faults_told
from descant.library.store import CHUNK, Library


def some_vectors(library: Library, space: str, items: Sequence[int]) -> npt.NDArray[np.float32]:
    """The vectors of items in a space that the library has, (n, dimensions); zeros for those that have none."""
    _, size = library.spaces()[space]
    place = {item: at for at, item in enumerate(items)}
    result = np.zeros((len(items), size), dtype=np.float32)
    for start in range(0, len(items), CHUNK):
        some = list(items[start : start + CHUNK])
        statement = f"SELECT item, data FROM vector WHERE space = ? AND item IN ({', '.join('?' * len(some))})"
        with faults_told(library.path):
            for item, data in library.connection.execute(statement, [space, *some]):
                result[place[item]] = np.frombuffer(data, dtype="<f2")
    return result
