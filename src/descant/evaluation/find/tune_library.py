"""The library of music21's tunes that hums are looked for in: made once, in the cache, as users make theirs."""

from __future__ import annotations

from descant.io.cache import cache_folder
from descant.library.store import Library, open_library
from descant.library.tunes import Added, add_tunes
from descant.pipelines.pool import cores


def tune_library() -> Library:
    """The library, opened for reading. Raises MissingDataError where music21 has no tunes."""
    path = cache_folder() / "find" / "tunes.db"
    if not path.is_file():
        making = path.with_name("tunes-in-the-making.db")
        with open_library(making, write=True) as library:
            add_tunes(library, Added(), cores())
        making.rename(path)
    return open_library(path)
