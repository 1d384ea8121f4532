"""The vectors of a few items are those that the whole space has."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from descant.library.item import Entry
from descant.library.some_vectors import some_vectors
from descant.library.spaces import Space
from descant.library.store import CHUNK, open_library


def test_vectors_of_some_items(tmp_path: Path) -> None:
    count = CHUNK + 20
    rng = np.random.default_rng(0)
    with open_library(tmp_path / "library.db", write=True) as library:
        library.adopt([Space("timbre", "made up", 3, (), (), lambda sound, piece: np.zeros(3, np.float32))])
        for number in range(1, count + 1):
            vectors = {} if number == 2 else {"timbre": rng.normal(size=3).astype(np.float32)}
            library.put(Entry(content=str(number), kind="tune", level=2, duration=1.0, vectors=vectors))
        ids, whole = library.vectors("timbre")
        assert np.array_equal(some_vectors(library, "timbre", ids.tolist()), whole)
        some = some_vectors(library, "timbre", [7, 2, 1, 999_999])
        assert np.array_equal(some[[0, 2]], whole[[5, 0]])
        assert not some[[1, 3]].any()  # one that has none, and one that is not there
        assert some_vectors(library, "timbre", []).shape == (0, 3)
