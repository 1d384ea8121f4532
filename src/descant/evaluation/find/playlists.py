"""Playlists from the captioned clips, indexed as `descant index` does; what is true of a clip judges. All synthesised.

- Cadences: twenty pieces to run to, at each of nine cadences; how far their true tempo, or its half or double, is off.
- Neighbours: pieces in playing order; how many follow in a true key that mixes with the one before.
- Seeds: ten pieces that are like a seed, as relevance is traded for diversity; how well they fit, by the share of the
  library that each beats, and how unlike each other they are (one minus their mean likeness).

Beside each stands what the lot gives: other pieces for cadences and seeds, the same pieces in another order for keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from descant.datasets.captioned_clips import SOUNDFONTS, clips
from descant.errors import MissingDataError
from descant.evaluation.find.indexed_clips import CLIPS, clips_library, item_of
from descant.evaluation.measured import Measured, plain
from descant.evaluation.measures import Measures
from descant.evaluation.task import Request, Task
from descant.library.item import NO_KEY, key_number
from descant.library.store import Library, open_library
from descant.retrieval.cadence import FITS, error
from descant.retrieval.camelot import mixes
from descant.retrieval.finder import Finder, Query
from descant.retrieval.maximal_marginal_relevance import spread
from descant.retrieval.playlist import PlaylistMaker, Wanted, likenesses
from descant.retrieval.scores import percentile
from descant.types.arrays import FloatArray, IntArray

SYSTEM, LOT = "playlist", "by lot"
CADENCES = tuple(range(140, 185, 5))  # steps a minute of runners
TRADES = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3, 0.0)
COUNT, LIKE_SEED = 20, 10
SEEDS = 60

Truth = Mapping[int, tuple[float, int]]  # of each item: beats a minute, key


@dataclass(frozen=True, eq=False)
class Alike:
    """How alike every two items of a library are."""

    ids: IntArray  # (n,) rising
    table: FloatArray  # (n, n)

    @classmethod
    def of(cls, library: Library) -> Alike:
        """Of all items."""
        ids = library.ids()
        return cls(ids, likenesses(library, library.items(ids.tolist())))


def measure(request: Request) -> Iterator[Measured]:
    """All figures; nothing where data sets are missing, which is told."""
    try:
        path = clips_library(request.split)
        known = clips(request.split, CLIPS[request.split])
    except MissingDataError as error_:
        request.left_out.append(f"{TASK.name}: {error_}")
        return
    data, font = f"captioned clips/{request.split}", "/".join(SOUNDFONTS[request.split])
    with open_library(path) as library:
        truth = {item_of(library, one): (one.attributes.tempo_bpm, key_number(one.attributes.key)) for one in known}
        finder = Finder(library)
        maker = PlaylistMaker(library, finder)
        alike = Alike.of(library)
        for at, cadence in enumerate(CADENCES):
            for name, items in cadence_lists(maker, truth, cadence).items():
                told = tempos_off([truth[one][0] for one in items], cadence)
                yield Measured(TASK.name, f"{data}, cadences", str(cadence), font, name, told)
            request.progress(0.2 * (at + 1) / len(CADENCES))
        seeds = np.random.default_rng(1).permutation(sorted(truth))[: request.count or SEEDS].tolist()
        for at, seed in enumerate(seeds):
            for name, told in neighbours(maker, truth, seed).items():
                yield Measured(TASK.name, f"{data}, neighbours", str(seed), font, name, told)
            for name, told in traded(finder, maker, alike, seed).items():
                yield Measured(TASK.name, f"{data}, seeds", str(seed), font, name, told)
            request.progress(0.2 + 0.8 * (at + 1) / len(seeds))


def cadence_lists(maker: PlaylistMaker, truth: Truth, cadence: int) -> dict[str, list[int]]:
    """The items of a playlist to a cadence, and as many by lot."""
    made = [one.id for one in maker.make(Wanted(cadence=cadence, count=COUNT)).items]
    rng = np.random.default_rng([2, cadence])
    return {SYSTEM: made, LOT: rng.choice(sorted(truth), max(len(made), 1), replace=False).tolist()}


def tempos_off(tempos: Sequence[float], cadence: int) -> Measures:
    """How far tempos are off a cadence, its half or double, on average; and how many are near enough to run to."""
    away = error(tempos, cadence)
    return {"mean tempo error": float(np.mean(away)), "within 3 %": float(np.mean(away <= FITS))}


def neighbours(maker: PlaylistMaker, truth: Truth, seed: int) -> dict[str, Measures]:
    """How often the next piece's key mixes: as ordered, and the same pieces in an order by lot."""
    items = [one.id for one in maker.make(Wanted(seed=seed, count=COUNT)).items]
    shuffled = np.random.default_rng([3, seed]).permutation(items).tolist()
    return {SYSTEM: mixing(items, truth), LOT: mixing(shuffled, truth)}


def mixing(items: Sequence[int], truth: Truth) -> Measures:
    """The share of neighbours with keys that do; pieces without a key, such as drums alone, are passed over."""
    keys = [(truth[one][1], truth[other][1]) for one, other in pairwise(items)]
    sure = [pair for pair in keys if NO_KEY not in pair]
    return {"keys that mix": float(np.mean([mixes(one, other) for one, other in sure]))} if sure else {}


def traded(finder: Finder, maker: PlaylistMaker, alike: Alike, seed: int) -> dict[str, Measures]:
    """Relevance and diversity of pieces chosen for a seed at every trade, and of pieces by lot."""
    whole = finder.whole(Query(like=seed))
    lists = {
        f"{SYSTEM}, λ {trade:g}": [
            one.id for one in maker.make(Wanted(seed=seed, count=LIKE_SEED + 1, trade=trade)).items
        ]
        for trade in TRADES
    }
    lists[LOT] = np.random.default_rng([4, seed]).choice(alike.ids, LIKE_SEED + 1, replace=False).tolist()
    found: dict[str, Measures] = {}
    for name, items in lists.items():
        chosen = [one for one in items if one != seed][:LIKE_SEED]
        at = np.searchsorted(whole.columns.ids, chosen)
        beaten = percentile(whole.score, at) / 100.0
        varied = spread(alike.table, np.searchsorted(alike.ids, chosen).tolist())
        found[name] = {"relevance": float(np.mean(beaten)), "diversity": varied}
    return found


TASK = Task(name="playlist", baseline=LOT, measure=measure, pooled=plain)
