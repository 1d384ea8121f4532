"""A playlist from a library: what fits a seed, a mood or a cadence, various enough, in an order that can be mixed.

What fits is found as `finder` finds it; maximal marginal relevance chooses among the best, so that not all sounds the
same; the chosen are ordered so that keys follow each other round the circle of fifths, as far as they are sure, and
tempos do not jump. No artist comes twice in a row where that can be. Every item says why it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from descant.io.times import clock
from descant.library.item import NO_KEY, Item, key_number
from descant.library.some_vectors import some_vectors
from descant.retrieval.cadence import FASTEST, FITS, SLOWEST, STEPS, error, nearest_ratio
from descant.retrieval.camelot import camelot, distances, mixes, relation
from descant.retrieval.conditions import OfKind
from descant.retrieval.filters import parse_filter, split_filters
from descant.retrieval.finder import Finder, Query, Whole, one_a_recording
from descant.retrieval.maximal_marginal_relevance import marginal_relevance
from descant.retrieval.playing_order import apart, smooth_order
from descant.retrieval.scores import fused, percentile, top
from descant.types import Ranked
from descant.types._check import require
from descant.types.arrays import FloatArray

if TYPE_CHECKING:
    from descant.library.store import Library

TUNE = "tune"  # the kind of what has no file
NO_TUNES = "tunes without a file are left out; kind:tune asks for them"
COUNT, MOST = 20, 500  # items of a playlist
POOL = 10  # items that are chosen among, for each that is chosen; within FEWEST and LARGEST
FEWEST, LARGEST = 100, 1000
TRADE = 0.7  # relevance against diversity: λ of maximal marginal relevance
ONE_ARTIST = 0.9  # how alike two items of one artist are at least
ENOUGH = 0.9  # of the minutes asked for, from which on nothing shorter is looked for where a piece is too long
JUMP = 6.0  # hours of the wheel that a jump to half or double the tempo counts as; half of it where that is in time
HARMONIC, RELEVANCE = "harmonic", "relevance"
ORDERS = (HARMONIC, RELEVANCE)
SURE = 0.5  # how sure a key's name must be to be told as following another


@dataclass(frozen=True)
class Wanted:
    """What a playlist is to be."""

    words: str = ""  # a mood; filters may stand among the words
    seed: Path | int | None = None  # a file, or an item of the library: what it begins with, and is like
    cadence: float | None = None  # steps a minute
    count: int = COUNT
    minutes: float | None = None  # instead of a count
    filters: tuple[str, ...] = ()
    order: str = HARMONIC
    trade: float = TRADE

    def __post_init__(self) -> None:
        require(
            bool(self.words.strip() or self.filters) or self.seed is not None or self.cadence is not None,
            "say what the playlist is to be made from: a mood, a seed, a cadence or filters",
        )
        require(1 <= self.count <= MOST, f"a playlist holds 1 to {MOST} items, not {self.count}")
        require(
            self.cadence is None or SLOWEST <= self.cadence <= FASTEST,
            f"people take {SLOWEST:g} to {FASTEST:g} steps a minute, not {self.cadence}",
        )
        require(self.minutes is None or 0.0 < self.minutes <= 6000.0, f"a playlist cannot last {self.minutes} minutes")
        require(self.order in ORDERS, f"a playlist is in {' or '.join(ORDERS)} order, not {self.order!r}")
        require(0.0 <= self.trade <= 1.0, f"diversity and relevance are traded from 0 to 1, not by {self.trade}")


@dataclass(frozen=True)
class Playlist:
    """Items in the order in which they are played, each with its reasons."""

    items: tuple[Item, ...]
    ranked: tuple[Ranked, ...]  # the same items: how well each fits, and why it is there
    told: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(one.duration for one in self.items)


@dataclass(frozen=True, eq=False)
class Pool:
    """What is chosen among, the most relevant first."""

    items: list[Item]
    ranked: list[Ranked]  # how well each fits, and why
    likeness: FloatArray  # (n, n) from 0 to 1: the share of all pairs that are less alike

    @property
    def relevance(self) -> FloatArray:
        """From 1 for the first down to 0, (n,)."""
        return 1.0 - np.arange(len(self.items)) / max(len(self.items) - 1, 1)


class PlaylistMaker:
    """Makes playlists from a library, one after the other."""

    def __init__(self, library: Library, finder: Finder | None = None) -> None:
        self._library = library
        self._finder = finder or Finder(library)

    def make(self, wanted: Wanted) -> Playlist:
        """A playlist; empty where nothing fits. Raises what `Finder.find` raises."""
        whole, left_out = without_tunes(
            self._finder.whole(Query(wanted.words, like=wanted.seed, filters=wanted.filters)), wanted
        )
        seed = whole.like if whole.like in whole.columns.ids else None  # its files may be gone
        pool = self._pool(wanted, whole, seed)
        chosen = choose(pool, wanted)
        items = [pool.items[one] for one in chosen]
        at = order(items, wanted.order)
        ranked = _told([pool.ranked[chosen[one]] for one in at], [items[one] for one in at], wanted.order)
        told = [*whole.told, *([NO_TUNES] if left_out else [])]
        if wanted.seed is not None and seed is None:
            told.append("the seed is not in the library, so that the playlist does not begin with it")
        seconds = sum(one.duration for one in items)
        if wanted.minutes is not None and seconds < ENOUGH * 60.0 * wanted.minutes and len(items) < MOST:
            told.append(f"no more fits than {clock(round(seconds))}")
        return Playlist(tuple(items[one] for one in at), tuple(ranked), tuple(told))

    def _pool(self, wanted: Wanted, whole: Whole, seed: int | None) -> Pool:
        columns, score = whole.columns, whole.score
        tempo = columns.number("tempo")
        if wanted.cadence is not None:
            away = error(tempo, wanted.cadence)
            fits = (away <= FITS) & (score > -np.inf)
            parts = [np.where(fits, score, -np.inf)] if wanted.words.strip() or wanted.seed is not None else []
            score = fused([*parts, np.where(fits, -away, -np.inf)])
        best = one_a_recording(score, columns)
        at = top(best, _pool_size(wanted, columns.number("duration"))).tolist()
        if seed is not None:
            first = int(np.searchsorted(columns.ids, seed))
            group = columns.facts.recording
            at = [first, *(one for one in at if group[one] != group[first])]
        shares = dict(zip(at, percentile(score, np.array(at, dtype=np.int64)).tolist(), strict=True))
        items = {one.id: one for one in self._library.items(columns.ids[at].tolist())}
        kept = [one for one in at if int(columns.ids[one]) in items]
        ranked = []
        for place in kept:
            item = items[int(columns.ids[place])]
            reasons = list(whole.reasons(place)) if np.isfinite(whole.score[place]) and item.id != seed else []
            if item.id == seed:
                reasons.insert(0, "the seed")
            if wanted.cadence is not None and item.tempo:
                ratio = float(nearest_ratio(item.tempo, wanted.cadence))
                reasons.append(f"{item.tempo:.0f} bpm, {STEPS[ratio]}")
            ranked.append(Ranked(item.id, item.name, shares[place], tuple(dict.fromkeys(reasons))))
        listed = [items[one.item] for one in ranked]
        return Pool(listed, ranked, crowding(likenesses(self._library, listed), [_artist(one) for one in listed]))


def without_tunes(whole: Whole, wanted: Wanted) -> tuple[Whole, bool]:
    """What was found without the tunes that have no file, which no player plays, and whether there were any.

    Whoever names a kind gets it.
    """
    conditions = [*split_filters(wanted.words)[1], *map(parse_filter, wanted.filters)]
    tunes = whole.columns.of_kind(TUNE) & np.isfinite(whole.score)
    if any(isinstance(one, OfKind) for one in conditions) or not tunes.any():
        return whole, False
    return replace(whole, score=np.where(tunes, -np.inf, whole.score)), True


def _pool_size(wanted: Wanted, duration: FloatArray) -> int:
    count: float = wanted.count
    if wanted.minutes is not None:
        count = 60.0 * wanted.minutes / max(float(np.median(duration)) if len(duration) else 0.0, 1.0)
    return int(np.clip(POOL * count, FEWEST, LARGEST))


def likenesses(library: Library, items: Sequence[Item]) -> FloatArray:
    """How alike every two items sound, (n, n) from 0 to 1: the mean over the library's spaces, 1 with itself."""
    total, spaces = np.zeros((len(items), len(items))), 0
    for name in sorted(library.spaces()):
        vectors = some_vectors(library, name, [one.id for one in items]).astype(np.float64)
        known = vectors.any(axis=1)
        if known.sum() < 2:
            continue
        vectors[known] -= vectors[known].mean(axis=0)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        total += 0.5 + 0.5 * np.clip(vectors @ vectors.T, -1.0, 1.0)
        spaces += 1
    result = total / max(spaces, 1)
    np.fill_diagonal(result, 1.0)
    return result


def crowding(likeness: FloatArray, artists: Sequence[str]) -> FloatArray:
    """Likeness as the share of all pairs that are less alike, (n, n), and never little where the artist is the same.

    Cosines of music lie close together, and how close depends on the library; shares can be traded against relevance.
    """
    count = len(artists)
    if count < 2:
        return np.ones((count, count))
    above = np.triu_indices(count, 1)
    pairs = np.sort(likeness[above])
    result: FloatArray = np.searchsorted(pairs, likeness) / len(pairs)
    names = np.array(artists, dtype=object)
    same = (names[:, None] == names[None, :]) & (names != "")[:, None]
    return np.where(same.astype(np.bool_), np.maximum(result, ONE_ARTIST), result)


def choose(pool: Pool, wanted: Wanted) -> list[int]:
    """Places in the pool of what is played: so many, or as near to so many minutes as adding one by one comes."""
    chosen: list[int] = []
    seconds = 0.0
    for one in marginal_relevance(pool.relevance, pool.likeness, wanted.trade):
        length = pool.items[one].duration
        if len(chosen) == (wanted.count if wanted.minutes is None else MOST):
            break
        if wanted.minutes is not None and chosen and seconds + 0.5 * length > 60.0 * wanted.minutes:
            if seconds >= ENOUGH * 60.0 * wanted.minutes:
                break
            continue
        chosen.append(one)
        seconds += length
    return chosen


def order(items: Sequence[Item], wanted: str) -> list[int]:
    """Places in playing order."""
    artists = [_artist(one) for one in items]
    if wanted == RELEVANCE:
        return apart(range(len(items)), artists)
    keys = [key_number(one.key) for one in items]
    return smooth_order(distances(keys, [key_trust(one) for one in items]) + tempo_jumps(items), artists)


def key_trust(item: Item) -> float:
    """How sure an item's key is, from 0 to 1: that of a file that says so is sure."""
    return 1.0 if item.key_confidence is None else item.key_confidence


def tempo_jumps(items: Sequence[Item]) -> FloatArray:
    """What going from each tempo to each other costs, (n, n); half or double goes on in time, and costs half."""
    tempo = np.array([one.tempo or np.nan for one in items], dtype=np.float64)
    octaves = np.abs(np.log2(tempo[:, None] / tempo[None, :])) if len(items) else np.zeros((0, 0))
    folded = np.minimum(octaves, 0.5 + np.abs(octaves - 1.0))
    return np.asarray(JUMP * np.where(np.isnan(folded), 0.25, folded))


def _told(ranked: Sequence[Ranked], items: Sequence[Item], wanted: str) -> list[Ranked]:
    """The reasons, with how each key follows the one before it."""
    told = []
    for at, (one, item) in enumerate(zip(ranked, items, strict=True)):
        reasons = list(one.reasons)
        key, sure = key_number(item.key), key_trust(item) >= SURE
        if wanted == HARMONIC and key != NO_KEY and sure:
            before = items[at - 1] if at else None
            earlier = key_number(before.key) if before is not None and key_trust(before) >= SURE else NO_KEY
            follows = f", {relation(earlier, key)} after {camelot(earlier)}" if mixes(earlier, key) else ""
            reasons.append(f"{camelot(key)}{follows}")
        told.append(replace(one, reasons=tuple(reasons)))
    return told


def _artist(item: Item) -> str:
    return (item.artist or item.composer or "").casefold().strip()
