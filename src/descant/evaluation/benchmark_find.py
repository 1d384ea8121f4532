"""How fast vectors are searched, as their number grows: exactly, and by faiss where the extra `large` is installed.

Vectors are synthetic: points scattered round as many centres as make a hundred a cluster, all of length 1. Queries are
scattered round the same centres and are none of the vectors. Recall is the share of the ten nearest that are found.
One query is asked at a time. Times are of the processor, on one thread, so that a busy machine measures what an idle
one does.

Then whole searches are timed, warm, in a made-up library: the hundred written queries in words, and likeness.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import MissingExtraError
from descant.evaluation.benchmark_listen import Figure
from descant.evaluation.find.queries import written_queries
from descant.evaluation.made_up_library import made_up_library
from descant.library.large_index import LargeIndex
from descant.library.store import open_library
from descant.library.vector_index import ExactIndex, Positions, VectorIndex, Vectors
from descant.retrieval.finder import Finder, Query

ITEMS = 100_000  # of the made-up library
SIZES = (10_000, 100_000, 1_000_000)
DIMENSIONS = (128, 512)
CLUSTER = 100  # vectors
SPREAD = 0.6  # the expected distance of a vector from its centre, which has length 1
QUERIES = 100
TIMED = {True: 20, False: 100}  # queries, with more than a hundred million numbers to compare or with fewer
NEAREST = 10
SEED = 2026
AT_ONCE = 1 << 16  # vectors made at once
EXACT, SINGLE, LARGE = "exact, float16", "exact, float32", "faiss, IVF-SQ8"
SINGLE_BYTES = 1 << 28  # up to so many bytes vectors are also kept as float32

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True)
class Searched:
    """What one index took."""

    system: str
    count: int
    dimensions: int
    milliseconds: float  # of the processor, a query, the median
    recall: float
    build: float  # seconds of the processor
    memory: float  # MiB
    disk: float  # MiB


def benchmark(sizes: Iterable[int] = SIZES, told: Callable[[str], None] = lambda _: None) -> list[Searched]:
    """Every index at every size and number of dimensions; `told` hears what is left out, and why."""
    from threadpoolctl import threadpool_limits

    sizes = tuple(sizes)
    found = []
    for dimensions in DIMENSIONS:
        for count in sizes:
            vectors, queries = clustered(count, dimensions)
            with threadpool_limits(limits=1):
                truth = ExactIndex(vectors).search(queries, NEAREST)[0]
                for system, index, build, disk in indexes(vectors, told):
                    found.append(searched(system, index, build, disk, queries, truth, dimensions))
    return found


def clustered(count: int, dimensions: int) -> tuple[Halves, Vectors]:
    """(vectors float16 (count, dimensions), queries float32 (QUERIES, dimensions)), all of length 1."""
    rng = np.random.default_rng([SEED, count, dimensions])
    centres = _unit(rng.standard_normal((max(count // CLUSTER, 1), dimensions), dtype=np.float32))

    def scattered(number: int) -> Vectors:
        away = rng.standard_normal((number, dimensions), dtype=np.float32)
        away *= np.float32(SPREAD / np.sqrt(dimensions))
        return _unit(centres[rng.integers(len(centres), size=number)] + away)

    vectors = np.empty((count, dimensions), dtype=np.float16)
    for low in range(0, count, AT_ONCE):
        vectors[low : low + AT_ONCE] = scattered(min(AT_ONCE, count - low))
    return vectors, scattered(QUERIES)


def indexes(vectors: Halves, told: Callable[[str], None]) -> Iterator[tuple[str, VectorIndex, float, float]]:
    """(system, index, seconds to build it, MiB on disk) of every index that can be had."""
    halves = vectors.nbytes / 2**20
    yield EXACT, ExactIndex(vectors), 0.0, halves
    if 2 * vectors.nbytes <= SINGLE_BYTES:
        begun = time.process_time()
        index = ExactIndex(vectors.astype(np.float32))
        yield SINGLE, index, time.process_time() - begun, halves
    try:
        begun = time.process_time()
        large = LargeIndex.built(vectors)
        build = time.process_time() - begun
    except MissingExtraError as error:
        told(str(error))
        return
    with tempfile.TemporaryDirectory(prefix="descant-benchmark-") as folder:
        size = large.write(Path(folder) / "index").stat().st_size
    yield LARGE, large, build, size / 2**20


def searched(
    system: str, index: VectorIndex, build: float, disk: float, queries: Vectors, truth: Positions, dimensions: int
) -> Searched:
    """The figures of one index."""
    index.search(queries[:1], NEAREST)
    taken, right = [], []
    for at in range(TIMED[len(index) * dimensions > 10**8]):
        begun = time.process_time()
        found, _ = index.search(queries[at : at + 1], NEAREST)
        taken.append(time.process_time() - begun)
        right.append(len(np.intersect1d(found[0], truth[at])) / NEAREST)
    memory = index.vectors.nbytes / 2**20 if isinstance(index, ExactIndex) else disk
    return Searched(
        system,
        len(index),
        dimensions,
        1000 * float(np.median(taken)),
        float(np.mean(right)),
        build,
        memory,
        disk,
    )


def searches(items: int = ITEMS) -> list[Figure]:
    """Whole searches in a library of so many made-up items, from the question to a page of named items with reasons."""
    from threadpoolctl import threadpool_limits

    with tempfile.TemporaryDirectory(prefix="descant-benchmark-") as folder, threadpool_limits(limits=1):
        path = made_up_library(Path(folder) / "library.db", items)
        size = path.stat().st_size / 2**20
        with open_library(path) as library:
            finder = Finder(library)
            begun = time.process_time()
            finder.warm()
            warm = time.process_time() - begun
            words = _seconds(finder, [Query(one.words) for one in written_queries()])
            finder.find(Query(like=1))
            like = _seconds(finder, [Query(like=item) for item in range(2, 12)])
    what = f"{items:,} made-up items"
    return [
        Figure(f"{what}: the library on disk", size, "MiB"),
        Figure(f"{what}: read into memory for searches by words", warm, "s"),
        Figure(f"{what}: a search by words, median", 1000 * float(np.median(words)), "ms"),
        Figure(f"{what}: a search by words, 9 of 10", 1000 * float(np.percentile(words, 90)), "ms"),
        Figure(f"{what}: a search by likeness, median", 1000 * float(np.median(like)), "ms"),
    ]


def _seconds(finder: Finder, queries: Iterable[Query]) -> list[float]:
    """How long each search takes."""
    taken = []
    for query in queries:
        begun = time.process_time()
        finder.find(query)
        taken.append(time.process_time() - begun)
    return taken


def chart(found: Sequence[Searched]) -> str:
    """How the time of a query grows with the number of vectors: a bar each, a step to the right for each doubling."""
    shortest = min((one.milliseconds for one in found), default=1.0)
    lines = []
    for dimensions in dict.fromkeys(one.dimensions for one in found):
        lines.append(f"ms of CPU a query of {dimensions} dimensions; each block is a doubling")
        for system in dict.fromkeys(one.system for one in found if one.dimensions == dimensions):
            for one in found:
                if (one.system, one.dimensions) == (system, dimensions):
                    bar = "█" * (1 + round(math.log2(one.milliseconds / shortest)))
                    lines.append(f"  {system:<16} {one.count:>11,}  {bar} {one.milliseconds:.3g}")
    return "\n".join(lines)


def figures(found: Iterable[Searched]) -> list[Figure]:
    """What was found, a figure each."""
    result = []
    for one in found:
        what = f"{one.system}, {one.count:,} vectors of {one.dimensions}"
        result += [
            Figure(f"{what}: a query", one.milliseconds, "ms"),
            Figure(f"{what}: recall@{NEAREST}", one.recall, ""),
            Figure(f"{what}: build", one.build, "s"),
            Figure(f"{what}: memory", one.memory, "MiB"),
            Figure(f"{what}: disk", one.disk, "MiB"),
        ]
    return result


def _unit(vectors: Vectors) -> Vectors:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
