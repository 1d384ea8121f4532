"""Words looked for in what names music: title, artist, album, genre, composer, the folders and the file's name.

SQLite's FTS5 finds the items that have a word, whatever its case and its accents. How much of a query an item has is
weighted as words are rare (inverse document frequency), so that a name counts for more than "love".

Spärck Jones: A Statistical Interpretation of Term Specificity and Its Application in Retrieval, 1972.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from descant.library.words import common_words, matching
from descant.types.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from descant.library.store import Library

MOST_WORDS = 64  # of a query; those after them are not looked for
KEPT = 1024  # answers that are kept
COMMON = 500  # items that have a word, from which on it takes a while to find them all
_STOP_WORDS = """
a about all an and any are as at be by for from has have i in is it like me music my no not of on or piece pieces play
some something song songs than that the their there this to too track tracks tune tunes very was were what where which
who with without you your
"""
_STOPPED = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Metadata:
    """The words of a library as they are now; answers are kept, since common words take a while.

    Items are given as places: where they stand among `ids`, which rise. An item that is not there has none.
    """

    def __init__(self, library: Library, ids: IntArray) -> None:
        self._library, self._ids = library, ids
        self.matching = lru_cache(KEPT)(self._matching)

    def _matching(self, expression: str) -> IntArray:
        """The places of the items that an FTS5 expression matches, rising."""
        items = matching(self._library, expression)
        return np.searchsorted(self._ids, items[np.isin(items, self._ids)])

    def warm(self) -> None:
        """Look for common words beforehand."""
        for word in common_words(self._library, COMMON)[:KEPT]:
            self.matching(quoted(word))

    def coverage(self, words: Sequence[str]) -> FloatArray:
        """How much of some words each item has, (n,) from 0 to 1."""
        found, whole = np.zeros(len(self._ids)), 0.0
        for word in words:
            places = self.matching(quoted(word))
            weight = float(np.log1p(len(self._ids) / max(len(places), 1)))
            found[places] += weight
            whole += weight
        return found / whole if whole else found

    def said(self, place: int, words: Sequence[str]) -> list[str]:
        """Which of some words an item has."""
        return [word for word in words if _among(place, self.matching(quoted(word)))]


def searched(text: str, *, at_least_one: bool = False) -> tuple[str, ...]:
    """The words of a text that are worth looking for, each once.

    at_least_one: all of them, where none is worth it: "The The" is a name.
    """
    words = list(dict.fromkeys(one.lower() for one in _WORD.findall(text)))[:MOST_WORDS]
    worth = [one for one in words if one not in _STOPPED]
    return tuple(worth or (words if at_least_one else ()))


def quoted(words: str) -> str:
    """Words as one phrase of an FTS5 expression, whatever signs are in them."""
    return '"' + words.replace('"', '""').replace("\0", " ") + '"'


def _among(place: int, places: IntArray) -> bool:
    at = int(np.searchsorted(places, place))
    return at < len(places) and int(places[at]) == place
