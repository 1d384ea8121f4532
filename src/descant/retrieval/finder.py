"""One search over a library, by any mix of words, a hum, notes, a clip and likeness, with filters: one ranked list.

Each part says what it can of every item. Filters and the facts in the words decide what may be found, as do a hum, a
clip and likeness, which say nothing of what does not fit them at all. Ranks in the parts are fused (see `scores`), and
a page of the result is shown. Of recordings that the library has several times, the one that fits best is shown.
Indexes are made when they are first needed, and follow what the library holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from descant.library.item import Item
from descant.retrieval.asked import Asked, asked
from descant.retrieval.by_likeness import ALL, WEIGHTS, ByLikeness
from descant.retrieval.by_words import ByWords
from descant.retrieval.checked import Checked, all_met, checked, in_the_way, other_tempos
from descant.retrieval.columns import Columns, read_columns
from descant.retrieval.filters import parse_filter, split_filters
from descant.retrieval.metadata import searched
from descant.retrieval.reading import Fact
from descant.retrieval.scores import REASONS_APART, Scores, fused, percentile, top
from descant.retrieval.warm import Warm
from descant.types import Ranked, Ranking
from descant.types._check import require
from descant.types.arrays import FloatArray

if TYPE_CHECKING:
    from descant.library.store import Library
    from descant.retrieval.by_clip import ByClip
    from descant.retrieval.by_hum import ByHum

FACETS = (ALL, *WEIGHTS)
LIMIT = 20  # items of a page
MOST = 1000
NO_VECTORS = "names and facts alone were searched: `descant index` makes what compares sound with words"
_WAYS = "words, a hum, notes, a clip, a file that it is to be like, or filters"


@dataclass(frozen=True)
class Query:
    """What is looked for; all that is in the library, where nothing is named."""

    words: str = ""  # filters may stand among them
    hum: Path | None = None  # a recording of somebody who hums, or MIDI
    notes: str = ""  # "C C G G A A G"
    like: Path | int | None = None  # a file, or an item of the library
    by: str = ALL  # what is alike: one of FACETS
    clip: Path | None = None  # a piece of a recording that the library has
    filters: tuple[str, ...] = ()  # "tempo:118..122"

    def __post_init__(self) -> None:
        require(self.by in FACETS, f"music is alike by {', '.join(FACETS)}, not by {self.by!r}")
        require(self.by == ALL or self.like is not None, f"{self.by}: say what it is to be like in it (--like)")

    def __bool__(self) -> bool:
        named = (self.words.strip(), self.notes.strip(), self.filters)
        return any(named) or any(one is not None for one in (self.hum, self.like, self.clip))


@dataclass(frozen=True)
class Found:
    """A page of what was found."""

    ranking: Ranking
    items: tuple[Item, ...]  # those of the ranking, with all that is known of them
    count: int  # on all pages
    page: int
    pages: int
    told: tuple[str, ...]  # how the words were read, and what is to be known beside the result
    at: tuple[float | None, ...]  # seconds at which each item has what was looked for, where that is known
    melody: tuple[str, ...]  # the label of the melody of each item that was looked for, where one was


@dataclass(frozen=True, eq=False)
class Whole:
    """What was found among all items of a library, before a page is shown."""

    columns: Columns
    score: FloatArray  # (n,) of every item; -inf where it is not found
    reasons: Callable[[int], tuple[str, ...]]  # of the item at a place of the columns
    told: tuple[str, ...]
    at: Callable[[int], float | None]  # seconds of the item at a place of the columns, at which it has a clip
    melody: Callable[[int], str]  # the label of the melody of that item which has a tune
    like: int | None  # the item that it is to be like, where the library has it


class Finder:
    """The searches in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._columns = Warm(library, read_columns)
        self._by_words = ByWords(library, self._columns)
        self._by_likeness = ByLikeness(library)

    @cached_property
    def _by_hum(self) -> ByHum:
        from descant.retrieval.by_hum import ByHum

        return ByHum(self._library)

    @cached_property
    def _by_clip(self) -> ByClip:
        from descant.retrieval.by_clip import ByClip

        return ByClip(self._library)

    def warm(self) -> None:
        """Read now what the first search by words would wait for."""
        self._columns.now().metadata.warm()
        self.find(Query(words="music"))

    def find(self, query: Query, limit: int = LIMIT, page: int = 1) -> Found:
        """A page of the ranked list, the best first; equals in the order of their numbers in the library.

        Raises InvalidValueError for a filter that is not understood and a page that cannot be, and what reading the
        query's files raises.
        """
        require(bool(query), f"say what to look for: {_WAYS}")
        require(1 <= limit <= MOST, f"a page holds 1 to {MOST} items, not {limit}")
        require(page >= 1, f"pages are counted from 1, not {page}")
        whole = self.whole(query)
        best = one_a_recording(whole.score, whole.columns)
        count = int(np.count_nonzero(np.isfinite(best)))
        at = top(best, min(limit * page, count))[limit * (page - 1) :]
        percentiles = percentile(whole.score, at)
        items = {one.id: one for one in self._library.items(whole.columns.ids[at].tolist())}
        shown = [
            (place, items[item], Ranked(item, items[item].name, float(share), whole.reasons(place)))
            for place, item, share in zip(at.tolist(), whole.columns.ids[at].tolist(), percentiles, strict=True)
            if item in items  # it may have been removed since
        ]
        return Found(
            ranking=Ranking(tuple(ranked for _, _, ranked in shown)),
            items=tuple(item for _, item, _ in shown),
            count=count,
            page=page,
            pages=-(-count // limit),
            told=whole.told,
            at=tuple(whole.at(place) for place, _, _ in shown),
            melody=tuple(whole.melody(place) for place, _, _ in shown),
        )

    def whole(self, query: Query) -> Whole:
        """What is found among all items."""
        words, inline = split_filters(query.words)
        columns = self._columns.now()
        read = asked(words)
        conditions = [*inline, *map(parse_filter, query.filters)]
        checks = checked([*(Fact(one) for one in conditions), *read.certain], columns)
        may = all_met(checks, len(columns))
        told = self._told(read, checks, columns)
        like = None if query.like is None else self._library.item_of(query.like)
        parts = self._parts(query, like)
        said = [part.over(columns.ids) for part in parts]
        for one in said:
            may = may & (one > -np.inf)  # what is hummed, played or to be like must be so; words but put in order
        if words:
            parts.append(self._by_words.scores(read, columns, may))
            said.append(parts[-1].over(columns.ids))
        score = fused([np.where(may, one, -np.inf) for one in said or [np.zeros(len(columns))]])

        def reasons(at: int) -> tuple[str, ...]:
            item = int(columns.ids[at])
            why = [one.reason(columns, at) for one in checks]
            for part in parts:
                why.extend(part.reason(item).split(REASONS_APART) if item in part else ())
            return tuple(dict.fromkeys(one for one in why if one))

        def heard_at(at: int) -> float | None:
            item = int(columns.ids[at])
            return next((one for part in parts if item in part and (one := part.at(item)) is not None), None)

        def melody(at: int) -> str:
            item = int(columns.ids[at])
            return next((one for part in parts if item in part and (one := part.melody(item))), "")

        return Whole(columns, score, reasons, told, heard_at, melody, like)

    def _parts(self, query: Query, like: int | None) -> list[Scores]:
        """What each part but the words says. like: the item that it is to be like."""
        parts = []
        if query.hum is not None:
            parts.append(self._by_hum.hum(query.hum))
        if query.notes.strip():
            parts.append(self._by_hum.notes(query.notes))
        if query.like is not None:
            parts.append(self._by_likeness.scores(query.like, like, query.by))
        if query.clip is not None:
            parts.append(self._by_clip.find(query.clip))
        return parts

    def _told(self, read: Asked, checks: list[Checked], columns: Columns) -> tuple[str, ...]:
        told = []
        if read.told:
            told.append(f"read as: {read.told}")
        if searched(read.rest) and len(columns) and not self._by_words.hears(columns):
            told.append(NO_VECTORS)
        if others := other_tempos(checks, columns):
            told.append(f"{others:,} more at half or twice that tempo")
        if checks and not all_met(checks, len(columns)).any():
            told.extend(in_the_way(checks, len(columns)))
        return tuple(told)


def one_a_recording(score: FloatArray, columns: Columns) -> FloatArray:
    """The scores with only the best of each group of re-encodings left; of equals the first."""
    if not len(columns.copies):
        return score
    result = score.copy()
    order = columns.copies[np.lexsort((-score[columns.copies], columns.facts.recording[columns.copies]))]
    group = columns.facts.recording[order]
    result[order[1:][group[1:] == group[:-1]]] = -np.inf
    return result


def search(
    words: str = "",
    *,
    hum: Path | str | None = None,
    notes: str = "",
    like: Path | str | int | None = None,
    by: str = ALL,
    clip: Path | str | None = None,
    filters: str | tuple[str, ...] | list[str] = (),
    limit: int = LIMIT,
    page: int = 1,
    library: Path | str | None = None,
) -> Found:
    """Search a library once: `descant.search("calm piano in a minor key")`.

    hum, like, clip: files; like may be an item's number too. by: what is alike, one of `FACETS`. filters: as in
    `tempo:118..122`. library: its path, else that of DESCANT_LIBRARY, else the platform's own. Who searches often
    keeps a `Finder`. Raises MissingDataError where there is no library, and what `Finder.find` raises.
    """
    from descant.library.store import open_library

    several = (filters,) if isinstance(filters, str) else tuple(filters)
    query = Query(words, _path(hum), notes, like if isinstance(like, int) else _path(like), by, _path(clip), several)
    with open_library(_path(library)) as opened:
        return Finder(opened).find(query, limit, page)


def _path(given: Path | str | None) -> Path | None:
    return None if given is None else Path(given)
