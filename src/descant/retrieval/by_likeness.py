"""Likeness: the items of a library whose rhythm, harmony, timbre and melody lie nearest to those of one piece.

Each facet has a space of its own, and what a cosine is worth differs from space to space and from query to query. So
nothing is compared with a threshold: of each facet, the cosines of a query with all items are told in standard
deviations from their mean, and facets are added up by weight. A reason names the facets in which an item beats most of
the library.

Telling the scores of a query by its scores with all others is known as test normalisation where speakers are verified:
Auckenthaler, Carey and Lloyd-Thomas: Score Normalization for Text-independent Speaker Verification Systems, DSP 2000.
Vectors are taken from the library's mean, so that what all its items share counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, MissingDataError
from descant.library.item import FULL
from descant.library.vector_index import ExactIndex
from descant.retrieval.scores import TELLING, Scores, share_below
from descant.retrieval.warm import Warm
from descant.types.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from descant.library.store import Library

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]

ALL = "all"
# The facets, each the name of its space, and what a standard deviation of each counts for. Tuned on validation data.
WEIGHTS: Mapping[str, float] = {"rhythm": 1.0, "harmony": 1.0, "timbre": 0.5, "melody": 1.0}
ONE_ALONE = -0.5  # standard deviations, where a facet is there in the query or in the item and not in the other
NEITHER = 0.5  # the same, where it is in neither: two drum beats are alike in having no melody
NAMED = 90.0  # the percentile from which a facet is named as a reason; else the best one is, where it tells anything
ROWS = 1 << 12  # vectors converted at once
FEW = 10  # items: of so many, half their mean is taken off, for two would always lie on opposite sides of it
LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class FacetVectors:
    """The vectors of one space, taken from their mean and of length 1, in half precision."""

    place: IntArray  # (m,) of each vector's item among all items of the library, rising
    vectors: npt.NDArray[np.float16]  # (m, d)
    mean: Vector  # (d,) drawn towards zero where there are few

    @classmethod
    def of(cls, place: IntArray, vectors: Vectors) -> FacetVectors:
        """From vectors (m, d); those that are all zeros say nothing and are left out."""
        said = np.flatnonzero(vectors.any(axis=1))
        place, vectors = place[said], vectors[said]
        mean = vectors.sum(axis=0) / np.float32(len(said) + FEW)
        found = cls(place, np.empty(vectors.shape, dtype=np.float16), mean)
        for low in range(0, len(said), ROWS):
            found.vectors[low : low + ROWS] = found.centred(vectors[low : low + ROWS])
        return found

    def centred(self, vectors: Vectors) -> Vectors:
        """Vectors (m, d) of the space as they are compared; those that are all zeros stay so."""
        away = (vectors - self.mean) * vectors.any(axis=1, keepdims=True)
        return np.asarray(away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), LEAST))

    def at(self, place: int) -> Vector:
        """The vector of the item at a place as it is compared, (d,); all zeros where it has none."""
        mine = int(np.searchsorted(self.place, place))
        if mine == len(self.place) or self.place[mine] != place:
            return np.zeros_like(self.mean)
        return np.asarray(self.vectors[mine], dtype=np.float32)

    def deviations(self, query: Vector, count: int) -> FloatArray:
        """How near each of `count` items lies to a centred vector, in standard deviations from the mean, (count,).

        Where the vector is all zeros, or an item has none, having the facet or not is compared.
        """
        if not query.any():
            found = np.full(count, NEITHER)
            found[self.place] = ONE_ALONE
            return found
        found = np.full(count, ONE_ALONE)
        if len(self.place):
            cosine = ExactIndex(self.vectors).cosines(query)
            found[self.place] = (cosine - cosine.mean()) / max(float(cosine.std()), LEAST)
        return found


@dataclass(frozen=True, eq=False)
class Facets:
    """All that a library's items are compared by."""

    ids: IntArray  # (n,) rising
    recording: IntArray  # (n,) the group of re-encodings that each belongs to
    vectors: Mapping[str, FacetVectors]  # of the facets that the library has vectors of

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, item: int) -> int | None:
        """Where an item stands; None where the library has no such item."""
        at = int(np.searchsorted(self.ids, item))
        return at if at < len(self) and self.ids[at] == item else None


def read_facets(library: Library) -> Facets:
    """The facets of a library, from its database."""
    facts = library.facts()
    stored = library.spaces()
    vectors = {}
    for name in WEIGHTS:
        if name in stored:
            items, found = library.vectors(name)
            vectors[name] = FacetVectors.of(np.searchsorted(facts.id, items), found)
    return Facets(facts.id, facts.recording, vectors)


def compared(facets: Facets, query: Mapping[str, Vector]) -> dict[str, FloatArray]:
    """How near each item is to a query in each of its facets, in standard deviations, (n,).

    query: a vector of each facet's space, centred as the library's are.
    """
    return {name: facets.vectors[name].deviations(vector, len(facets)) for name, vector in query.items()}


def together(deviations: Mapping[str, FloatArray]) -> FloatArray:
    """How near each item is in all facets, (n,)."""
    return np.asarray(sum(WEIGHTS[name] * one for name, one in deviations.items()))


class ByLikeness:
    """The search for what is like a piece; it follows what the library holds."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._facets = Warm(library, read_facets)

    def find(self, like: Path | int, by: str = ALL) -> Scores:
        """Every other item, by how like it is to an item of the library, or to a file, which need not be in it.

        by: one facet of WEIGHTS, or `all`. The item itself and re-encodings of it are left out. Raises
        InvalidValueError for another facet, and where the piece has nothing to be compared by; MissingDataError where
        the library lacks the item or any vectors; and what reading a file raises.
        """
        return self.scores(like, self._library.item_of(like), by)

    def scores(self, like: Path | int, item: int | None, by: str) -> Scores:
        """The same, where it is known which item it is; None where the library has none."""
        if by not in (*WEIGHTS, ALL):
            raise InvalidValueError(f"music is alike by {', '.join((*WEIGHTS, ALL))}, not by {by!r}")
        facets = self._facets.now()
        if not facets.vectors:
            raise MissingDataError(
                f"{self._library.path}: holds nothing that likeness is heard by; `descant index` makes it"
            )
        query = self._query(like, item, facets)
        wanted = query if by == ALL else {name: one for name, one in query.items() if name == by}
        if not any(one.any() for one in wanted.values()):
            raise InvalidValueError(f"{like}: has no {'sound' if by == ALL else by} that could be compared")
        return _scores(facets, wanted, item)

    def _query(self, like: Path | int, item: int | None, facets: Facets) -> dict[str, Vector]:
        """The vectors of what is meant, centred; a file that the library lacks is heard."""
        place = None if item is None else facets.place(item)
        if place is not None:
            stored = {name: one.at(place) for name, one in facets.vectors.items()}
            if any(one.any() for one in stored.values()):
                return stored
        if isinstance(like, int):
            raise MissingDataError(f"{self._library.path}: item {like} is not there, or has not been listened to")
        heard = listened(like, facets.vectors)
        return {name: facets.vectors[name].centred(one[np.newaxis])[0] for name, one in heard}


def _scores(facets: Facets, query: Mapping[str, Vector], item: int | None) -> Scores:
    """What is said of all items that have any of the query's facets, but for `item` and its re-encodings."""
    deviations = compared(facets, query)
    heard = [name for name, one in query.items() if one.any()]
    found = np.zeros(len(facets), dtype=bool)
    for name in heard:
        found[facets.vectors[name].place] = True
    own = None if item is None else facets.place(item)
    if own is not None:
        found &= facets.recording != facets.recording[own]
    at = np.flatnonzero(found)
    among = {name: deviations[name][at] for name in heard}

    def reason(number: int) -> str:
        place = int(np.searchsorted(facets.ids, number))
        return told({name: share_below(values, deviations[name][place]) for name, values in among.items()})

    return Scores(facets.ids[at], together(deviations)[at], reason)


def listened(path: Path, names: Iterable[str]) -> Iterator[tuple[str, Vector]]:
    """A vector of each of the facets named, of a file that is not in the library."""
    from descant.io.audio import open_audio
    from descant.library import spaces
    from descant.library.describe_notes import describe_notes
    from descant.library.walker import kind_of
    from descant.pipelines.listen import hear

    if kind_of(path) in ("midi", "score"):
        found = describe_notes(path, str(path), FULL, lambda _: None).vectors
        yield from ((name, found[name]) for name in names if name in found)
        return
    wanted = [spaces.space(name) for name in names]
    sound = open_audio(path)
    piece = hear(sound, only=spaces.fields(wanted), also=spaces.features(wanted))
    yield from spaces.embedded(sound, piece, wanted).items()


def told(percentiles: Mapping[str, float]) -> str:
    """The facets that speak for an item, the best first, in words; "" where none does."""
    order = sorted((name for name, one in percentiles.items() if one >= TELLING), key=lambda name: -percentiles[name])
    if not order:
        return ""
    first, *others = [name for name in order if percentiles[name] >= NAMED] or order[:1]
    said = [f"alike in {first} (nearer than {percentiles[first]:.0f} %)"]
    said += [f"{name} ({percentiles[name]:.0f} %)" for name in others]
    return " and ".join([", ".join(said[:-1]), said[-1]] if others else said)
