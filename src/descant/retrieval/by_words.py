"""Found by words: what is certain decides what may be found, names and the sound decide what comes first.

A sentence is read (`asked`). Facts are conditions. The whole sentence is put into the space that words and sound share
(MuLan), and compared with every item; the words that are no facts are looked for in titles, names and folders. An item
that has all of them comes before all that have not; wishes count for about as much as a standard deviation of likeness.
Where a library has no vectors of the shared space, names and facts are all there is.

Huang et al.: MuLan: A Joint Embedding of Music Audio and Natural Language, ISMIR 2022.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from descant.errors import MissingDataError
from descant.retrieval.asked import Asked, asked
from descant.retrieval.checked import all_met, checked
from descant.retrieval.columns import Columns, read_columns
from descant.retrieval.metadata import searched
from descant.retrieval.scores import REASONS_APART, TELLING, Scores, share_below
from descant.retrieval.warm import Warm
from descant.types.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from descant.library.store import Library

SPACE = "mulan"
NAMED = 8.0  # standard deviations of likeness that having the words in one's name counts for, as far as one has them
ALL_NAMED = 1e6  # the same, that having all of them counts for beside: more than all else together
WISHED = 1.0  # the same, that fulfilling all wishes counts for

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sounds:
    """The vectors of the space that words and sound share."""

    columns: Columns  # whose items they are of
    place: IntArray  # (m,) where each vector's item stands in the columns
    vectors: Vector  # (m, d)


class ByWords:
    """The search by words in a library; it follows what the library holds."""

    def __init__(
        self, library: Library, columns: Warm[Columns] | None = None, embed: Callable[[str], Vector] | None = None
    ) -> None:
        """embed: a sentence's place in the shared space, (d,); MuLan's where none is given."""
        self._library = library
        self._columns = columns or Warm(library, read_columns)
        self._embed = embed
        self._sounds: Sounds | None = None

    def find(self, words: str) -> Scores:
        """Every item that may be found by a sentence."""
        columns, read = self._columns.now(), asked(words)
        return self.scores(read, columns, all_met(checked(read.certain, columns), len(columns)))

    def scores(self, read: Asked, columns: Columns, may: BoolArray) -> Scores:
        """What a sentence says of the items that may be found, (n,) of all in the columns."""
        names = searched(read.rest, at_least_one=not read.certain)
        wishes = [one.met(columns) for one in read.wishes]
        named = columns.metadata.coverage(names)
        score = NAMED * named + ALL_NAMED * (named >= 1.0)
        for one in wishes:
            score += WISHED / len(wishes) * one
        likeness = self._likeness(read.words, columns)
        known = may
        among = np.zeros(0) if likeness is None else likeness[np.isfinite(likeness)]  # what has no vector is not beaten
        if likeness is not None:
            score += np.where(np.isfinite(likeness), likeness, among.min())
        elif not read.certain and may.all():  # nothing else says what may be found
            known = may & (score > 0.0)
        at = np.flatnonzero(known)

        def reason(item: int) -> str:
            place = int(np.searchsorted(columns.ids, item))
            said = columns.metadata.said(place, names)
            found = [f"named {', '.join(f'“{word}”' for word in said)}"] if said else []
            fulfilled = zip(read.wishes, wishes, strict=True)
            found.extend(wish.reason(columns, place) for wish, is_met in fulfilled if is_met[place])
            if likeness is not None and likeness[place] > -np.inf:
                below = share_below(among, float(likeness[place]))
                if below >= TELLING:
                    found.append(f"sounds more like the words than {below:.0f} % of the rest")
            return REASONS_APART.join(found)

        return Scores(columns.ids[at], score[at], reason)

    def hears(self, columns: Columns) -> bool:
        """Whether words are compared with sound, beside names and facts."""
        return len(self._heard(columns).place) > 0

    def _heard(self, columns: Columns) -> Sounds:
        """The vectors of the items in the columns, read when the columns are new."""
        if self._sounds is None or self._sounds.columns is not columns:
            items, vectors = np.zeros(0, dtype=np.int64), np.zeros((0, 1), dtype=np.float32)
            stored = self._library.spaces().get(SPACE)
            if stored is not None and (self._embed is not None or _is_of_this_model(stored[0])):
                items, vectors = self._library.vectors(SPACE)
            known = np.isin(items, columns.ids) & vectors.any(axis=1)  # all zeros say nothing: silence
            self._sounds = Sounds(columns, np.searchsorted(columns.ids, items[known]), vectors[known])
        return self._sounds

    def _likeness(self, words: str, columns: Columns) -> FloatArray | None:
        """How alike every item's sound and a sentence are, in standard deviations from the mean, (n,).

        -inf for items without a vector; None where all are.
        """
        sounds = self._heard(columns)
        if not len(sounds.place) or not words.strip():
            return None
        query = (self._embed or _words_vector)(words)
        if not query.any():
            return None
        cosine = sounds.vectors @ query
        deviations: FloatArray = ((cosine - cosine.mean()) / max(float(cosine.std()), 1e-9)).astype(np.float64)
        if len(deviations) == len(columns):
            return deviations
        found = np.full(len(columns), -np.inf)
        found[sounds.place] = deviations
        return found


def _is_of_this_model(model: str) -> bool:
    """Whether vectors of a model can be compared with words in this installation."""
    from descant.description.mulan import version

    with suppress(MissingDataError):  # an installation without the model searches names and facts
        return model == version()
    return False


def _words_vector(words: str) -> Vector:
    from descant.description.mulan import words_vector

    return words_vector(words)
