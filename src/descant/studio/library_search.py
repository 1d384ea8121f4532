"""The library, kept warm: a search answers within milliseconds, since its indexes stay in memory.

A library belongs to one thread, so each lane is one: what only looks up has a lane of its own, and never waits for
somebody's recording that is listened to first. A library that appears, changes or is another file is opened anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from descant.errors import BusyError, InvalidValueError, MissingDataError
from descant.studio.library_view import item_json, shown, tune_of

if TYPE_CHECKING:
    from descant.library.item import Item
    from descant.library.store import Library
    from descant.retrieval.finder import Finder, Found, Query

MOST_LISTENED = 6  # recordings that wait to be listened to
MOST_SHOWN = 200  # items of a page
NONE_YET = "there is no library yet; index a folder of music first"
SORTS = {
    "newest": "id DESC",
    "name": "title IS NULL, title COLLATE NOCASE",
    "artist": "artist IS NULL, artist COLLATE NOCASE, title COLLATE NOCASE",
    "tempo": "tempo IS NULL, tempo",
    "key": "key IS NULL, key",
    "year": "year IS NULL, year",
    "duration": "duration",
}
Answer = TypeVar("Answer")


class NoLibraryYetError(MissingDataError):
    """Nothing was indexed so far."""


class Lane:
    """One thread with a library and its finder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="studio-library")
        self._opened: tuple[tuple[int, int], Library, Finder] | None = None

    def ask(self, question: Callable[[Library, Finder], Answer]) -> Answer:
        """The answer to a question. Raises NoLibraryYetError where there is none."""
        return self._thread.submit(lambda: question(*self._now())).result()

    def close(self) -> None:
        """Let go of the library."""
        self._thread.submit(self._let_go)
        self._thread.shutdown()

    def _now(self) -> tuple[Library, Finder]:
        from descant.library.store import open_library
        from descant.retrieval.finder import Finder

        try:
            facts = self._path.stat()
        except OSError:
            self._let_go()
            raise NoLibraryYetError(NONE_YET) from None
        file = facts.st_dev, facts.st_ino
        if self._opened is None or self._opened[0] != file:
            self._let_go()
            try:
                library = open_library(self._path)
            except MissingDataError:  # empty, or just being made
                raise NoLibraryYetError(NONE_YET) from None
            self._opened = file, library, Finder(library)
        return self._opened[1:]

    def _let_go(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None


class LibrarySearch:
    """What the studio asks of the library at `path`, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._looks = Lane(path)
        self._listens = Lane(path)
        self._free = threading.BoundedSemaphore(MOST_LISTENED)
        self._warmed = False

    def close(self) -> None:
        """Let go of everything."""
        self._looks.close()
        self._listens.close()

    def about(self) -> dict[str, Any]:
        """What the library holds, in figures; all at zero where there is none yet."""
        from descant.library.statistics import statistics

        try:
            held = self._looks.ask(lambda library, _: statistics(library))
        except NoLibraryYetError:
            return {"path": str(self.path), "exists": False, "count": 0, "kinds": {}, "hours": 0.0, "failures": 0}
        return {
            "path": str(self.path),
            "exists": True,
            "count": held["items"],
            "kinds": held["kinds"],
            "hours": round(held["hours"], 3),
            "failures": held["unreadable"],
        }

    def failures(self, most: int = 200) -> list[dict[str, str]]:
        """The first files that could not be read, and why."""
        from itertools import islice

        def listed(library: Library, _: Finder) -> list[dict[str, str]]:
            found = islice(library.failures(), most)
            return [{"file": shown(path), "message": message} for path, message in found]

        try:
            return self._looks.ask(listed)
        except NoLibraryYetError:
            return []

    def warm(self) -> None:
        """Read now, in the background, what the first search by words would wait for."""
        if not self._warmed and self.path.is_file():
            self._warmed = True
            threading.Thread(target=self._warm, name="studio-warm", daemon=True).start()

    def find(self, query: Query, limit: int, page: int, *, listen: bool = False) -> dict[str, Any]:
        """A page of what is found, best first. listen: the query holds a recording, which takes its time.

        Raises what `Finder.find` raises, and BusyError where too many recordings wait already.
        """
        check_page(limit, page)
        if not listen:
            return self._ask(self._looks, lambda finder: finder.find(query, limit, page))
        if not self._free.acquire(blocking=False):
            raise BusyError(f"{MOST_LISTENED} recordings are being listened to already; try again in a moment")
        try:
            return self._ask(self._listens, lambda finder: finder.find(query, limit, page))
        finally:
            self._free.release()

    def browse(self, sort: str, limit: int, page: int) -> dict[str, Any]:
        """A page of all items."""
        check_page(limit, page)
        if sort not in SORTS:
            raise InvalidValueError(f"a library is not sorted by {sort!r}; choose from {', '.join(SORTS)}")

        def listed(library: Library, _: Finder) -> dict[str, Any]:
            count = len(library)
            statement = f"SELECT id FROM item JOIN present USING (id) ORDER BY {SORTS[sort]}, id LIMIT ? OFFSET ?"
            ids = [one for (one,) in library.rows(statement, [limit, min(limit * (page - 1), count)])]
            items = [item_json(one) for one in library.items(ids)]
            return _page(items, count, page, -(-count // limit), ())

        try:
            return self._looks.ask(listed)
        except NoLibraryYetError:
            return _page([], 0, page, 0, (NONE_YET,))

    def item(self, number: int) -> Item:
        """An item with all that is known of it. Raises MissingDataError where there is none of this number."""
        found = self._looks.ask(lambda library, _: library.items([number] if number < 1 << 62 else []))
        if not found:
            raise MissingDataError(f"the library has no item {number}; it may have been removed")
        return found[0]

    def item_with_melodies(self, number: int) -> tuple[Item, tuple[tuple[str, bytes], ...]]:
        """The same, with its melodies as the library keeps them."""
        return self.item(number), self._looks.ask(lambda library, _: library.melodies_of(number))

    def _ask(self, lane: Lane, question: Callable[[Finder], Found]) -> dict[str, Any]:
        try:
            found = lane.ask(lambda _, finder: question(finder))
        except NoLibraryYetError:
            return _page([], 0, 1, 0, (NONE_YET,))
        items = [
            {
                **item_json(item),
                "percentile": round(ranked.percentile, 2),
                "reasons": list(ranked.reasons),
                "at": at,
                "tune": tune_of(item, melody),
            }
            for item, ranked, at, melody in zip(found.items, found.ranking.items, found.at, found.melody, strict=True)
        ]
        return _page(items, found.count, found.page, found.pages, found.told)

    def _warm(self) -> None:
        from descant.errors import DescantError

        try:
            self._looks.ask(lambda _, finder: finder.warm())
        except (DescantError, RuntimeError):  # it vanished or is damaged, which the first search tells; or we closed
            self._warmed = False


def check_page(limit: int, page: int) -> None:
    """Raise InvalidValueError for a page that cannot be."""
    if not 1 <= limit <= MOST_SHOWN:
        raise InvalidValueError(f"a page shows 1 to {MOST_SHOWN} items, not {limit}")
    if not 1 <= page <= 1_000_000:
        raise InvalidValueError(f"pages are counted from 1 to 1,000,000, not {page}")


def _page(items: list[dict[str, Any]], count: int, page: int, pages: int, told: tuple[str, ...]) -> dict[str, Any]:
    return {"count": count, "page": page, "pages": pages, "told": list(told), "items": items}
