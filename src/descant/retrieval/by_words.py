"""Found by words: what is certain decides what may be found, names and the sound decide what comes first.

A sentence is read (`asked`). Facts are conditions. The whole sentence is put into the space that words and sound share
(MuLan), and compared with every item; the words that are no facts are looked for in titles, names and folders. An item
that has all of them comes before all that have not; wishes count for about as much as a standard deviation of likeness.
Where a library has no vectors of the shared space, names and facts are all there is.

Huang et al.: MuLan: A Joint Embedding of Music Audio and Natural Language, ISMIR 2022.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from descant.retrieval.asked import Asked, asked
from descant.retrieval.checked import all_met, checked
from descant.retrieval.columns import Columns, read_columns
from descant.retrieval.metadata import searched
from descant.retrieval.scores import Scores, percentile
from descant.retrieval.warm import Warm
from descant.types.arrays import BoolArray, FloatArray

if TYPE_CHECKING:
    from descant.library.store import Library

SPACE = "mulan"
NAMED = 8.0  # standard deviations of likeness that having all the words in one's name counts for
LEAST = -8.0  # the same, of an item that has no vector
WISHED = 1.0  # the same, that fulfilling all wishes counts for

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sounds:
    """The vectors of the space that words and sound share."""

    place: npt.NDArray[np.int64]  # (n,) where each vector's item stands in the columns
    vectors: Vector  # (n, d)


class ByWords:
    """The search by words in a library; it follows what the library holds."""

    def __init__(
        self,
        library: Library,
        columns: Warm[Columns] | None = None,
        embed: Callable[[str], Vector] | None = None,
    ) -> None:
        """embed: a sentence's place in the shared space, (d,); the shipped model's where none is given."""
        self._columns = columns or Warm(library, read_columns)
        self._sounds = Warm(library, self._read_sounds)
        self._embed = embed

    @property
    def hears(self) -> bool:
        """Whether words are compared with sound, beside names and facts."""
        return self._embed is not None and self._sounds.now() is not None

    def find(self, words: str) -> Scores:
        """Every item that may be found by a sentence."""
        columns, read = self._columns.now(), asked(words)
        return self.scores(read, all_met(checked(read.certain, columns), len(columns)))

    def scores(self, read: Asked, may: BoolArray) -> Scores:
        """What a sentence says of the items that may be found, (n,) of all there are."""
        columns, sounds = self._columns.now(), self._sounds.now()
        names = searched(read.rest)
        named = columns.metadata.coverage(names, columns)
        wishes = [one.met(columns) for one in read.wishes]
        wished = np.mean(wishes, axis=0) if wishes else np.zeros(len(columns))
        likeness = self._likeness(read.words, sounds, len(columns))
        score = NAMED * named + WISHED * wished
        known = may.copy()
        if likeness is not None:
            score += np.maximum(_standard(likeness), LEAST)
        elif not read.certain:
            known &= score > 0.0
        at = np.flatnonzero(known)

        def reason(item: int) -> str:
            place = int(np.searchsorted(columns.ids, item))
            said = columns.metadata.said(item, names)
            found = [f"named {', '.join(f'“{word}”' for word in said)}"] if said else []
            fulfilled = zip(read.wishes, wishes, strict=True)
            found.extend(one.reason(columns, place) for one, is_met in fulfilled if is_met[place])
            if likeness is not None and np.isfinite(likeness[place]):
                below = percentile(likeness, np.array([place]))[0]
                found.append(f"sounds like the words more than {below:.0f} % do")
            return ", ".join(found)

        return Scores(columns.ids[at], score[at], reason)

    def _read_sounds(self, library: Library) -> Sounds | None:
        if SPACE not in library.spaces():
            return None
        items, vectors = library.vectors(SPACE)
        columns = self._columns.now()
        known = np.isin(items, columns.ids)
        return Sounds(np.searchsorted(columns.ids, items[known]), vectors[known]) if known.any() else None

    def _likeness(self, words: str, sounds: Sounds | None, count: int) -> FloatArray | None:
        """The cosine of every item's sound and a sentence, (count,), -inf for those without; None where all are."""
        if sounds is None or self._embed is None or not words.strip():
            return None
        cosines = (sounds.vectors @ self._embed(words)).astype(np.float64)
        if len(cosines) == count:
            return cosines
        found = np.full(count, -np.inf)
        found[sounds.place] = cosines
        return found


def _standard(likeness: FloatArray) -> FloatArray:
    """Likeness in standard deviations from its mean, over the items that have one."""
    known = likeness[np.isfinite(likeness)]
    deviations: FloatArray = (likeness - known.mean()) / max(float(known.std()), 1e-9)
    return deviations
