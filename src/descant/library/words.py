"""Which items have a word in their tags or their files' names, by number, for searches that ask often."""

from __future__ import annotations

import sqlite3

import numpy as np

from descant.errors import InvalidValueError
from descant.library.database import faults_told
from descant.library.store import Library
from descant.types.arrays import IntArray


def matching(library: Library, expression: str) -> IntArray:
    """The items that an FTS5 expression matches, in rising order. Raises InvalidValueError where it is none.

    They come as one text, since a row each would take five times as long: 6 ms for 30,000 of 100,000 items.
    """
    with faults_told(library.path):
        try:
            ((items,),) = library.connection.execute(
                "SELECT group_concat(rowid) FROM words WHERE words MATCH ?", [expression]
            )
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_ERROR":
                raise
            raise InvalidValueError(f"{expression!r} cannot be searched for: {error}") from None
    found = np.fromstring(items or "", dtype=np.int64, sep=",")
    return found if len(found) < 2 or bool(np.all(found[1:] > found[:-1])) else np.unique(found)


def common_words(library: Library, least: int) -> list[str]:
    """The words that at least so many items have."""
    with faults_told(library.path):
        library.connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'words', 'row')"
        )
        return [word for (word,) in library.connection.execute("SELECT term FROM vocabulary WHERE doc >= ?", [least])]
