"""The nearest of millions of vectors, nearly always: an inverted file of scalar-quantised vectors, by faiss.

Vectors are put into as many lists as k-means finds centres, each number rounded to 8 bits; a query is compared with
the vectors of the lists whose centres lie nearest. So a vector takes a quarter of its size, and what lies beyond those
lists is missed: recall is measured by `descant benchmark find`. faiss (MIT licence, 66 MB unpacked) is the extra
`large`.

Jégou, Douze and Schmid: Product Quantization for Nearest Neighbor Search, TPAMI 2011 (the inverted file; here with
scalar quantisation). Douze et al.: The Faiss Library, 2024.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, MissingExtraError, UnreadableFileError
from descant.io.files import write_beside
from descant.library.vector_index import Mask, Positions, Vectors, checked, single

LISTS = 2.0  # lists for each root of the number of vectors
LEARNT_FROM = 39  # vectors for each list that the centres are learnt from: fewer than this faiss calls too few
ROUNDS = 8  # of k-means
PROBED = 16  # lists that a query is compared with
SEED = 1729
ADDED = 1 << 16  # vectors converted at once


class LargeIndex:
    """An inverted file. Vectors have length 1."""

    def __init__(self, index: Any) -> None:
        """index: what faiss built or read; use `built` or `read`."""
        self.index = index

    @classmethod
    def built(cls, vectors: npt.NDArray[np.floating]) -> LargeIndex:
        """From float32 or float16 vectors, (n, d), n > 0. Raises MissingExtraError without faiss."""
        if vectors.ndim != 2 or not len(vectors):
            raise InvalidValueError(f"an index is made from vectors of shape (n, d), got {vectors.shape}")
        faiss = _faiss()
        count, dimensions = vectors.shape
        lists = min(2 ** round(math.log2(max(LISTS * math.sqrt(count), 1.0))), max(count // LEARNT_FROM, 1))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimensions),
            dimensions,
            lists,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.cp.niter, index.cp.seed = ROUNDS, SEED
        sample = np.random.default_rng(SEED).permutation(count)[: LEARNT_FROM * lists]
        index.train(single(vectors[np.sort(sample)]))
        for low in range(0, count, ADDED):
            index.add(single(vectors[low : low + ADDED]))
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> LargeIndex:
        """From a file that `write` wrote. Raises UnreadableFileError where it is damaged or missing."""
        faiss = _faiss()
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError:
            raise UnreadableFileError(f"{path}: is no index of vectors, or a damaged one; delete it") from None

    def write(self, path: Path) -> Path:
        """Write the file, whole or not at all."""
        with write_beside(path) as temporary:
            _faiss().write_index(self.index, str(temporary))
        return path

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> tuple[Positions, Vectors]:
        """As `VectorIndex` says. The fewer are allowed, the more lists are looked through."""
        faiss = _faiss()
        queries = checked(queries, k, allowed, (len(self), self.index.d))
        wanted = {"nprobe": PROBED}
        if allowed is not None:
            share = max(float(allowed.mean()), 1e-9)
            wanted = {
                "nprobe": min(math.ceil(PROBED / share), self.index.nlist),
                "sel": faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")),
            }
        found, at = self.index.search(queries, k, params=faiss.SearchParametersIVF(**wanted))
        return np.asarray(at, dtype=np.int64), np.where(at < 0, -np.inf, found).astype(np.float32)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        raise MissingExtraError(
            "an index of millions of vectors needs faiss; install it with: pip install 'descant[large]'"
        ) from None
    return faiss
