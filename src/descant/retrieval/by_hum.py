"""Query by humming: the tunes of a library that a hum may be of, whatever its key, its tempo, and where it begins.

All melodies are aligned with the hum in bytes (`melody_index.py`), the best of them again with care
(`melody_alignment.py`). An item is as good as the best of its melodies.

Ghias, Logan, Chamberlin and Smith: Query by Humming: Musical Information Retrieval in an Audio Database, ACM
Multimedia 1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from descant.errors import MissingDataError
from descant.retrieval.hum_query import read_hum, read_notes
from descant.retrieval.melody_alignment import Stretches, align, most, traced
from descant.retrieval.melody_index import Line, MelodyIndex
from descant.retrieval.scores import Scores
from descant.retrieval.warm import Warm
from descant.types import Melody
from descant.types.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from descant.library.store import Library

CANDIDATES = 300  # melodies that are aligned again
BEFORE, AFTER = 8, 0.6  # notes that a stretch has more than the hum before where it ends; and after, in hums
RIGHT = 0.7  # semitones within which a note is the melody's
INTERVALS = (
    *("", "a semitone", "a tone", "a minor third", "a major third", "a fourth", "a tritone", "a fifth"),
    *("a minor sixth", "a major sixth", "a minor seventh", "a major seventh"),
)


@dataclass(frozen=True, eq=False)
class Candidates:
    """The melodies that a hum may be of, and what it gains in each."""

    melody: IntArray  # (k,) their numbers in the index
    end: IntArray  # (k,) the note of the row where each was found
    gain: FloatArray  # (k,)


@dataclass(frozen=True)
class Match:
    """Where a hum lies in a melody."""

    first: int  # note of the melody
    last: int
    share: float  # of the hum's notes that are the melody's
    higher: int  # semitones that the hum lies above it


class ByHum:
    """The search for what is hummed; it follows what the library holds."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._index = Warm(library, lambda now: MelodyIndex(now.melodies()))

    def hum(self, path: Path) -> Scores:
        """The items whose melodies a recording, or a MIDI file, may be of."""
        return self.find([read_hum(path)])

    def notes(self, text: str) -> Scores:
        """The items whose melodies have these notes: `C C G G A A G`."""
        return self.find(read_notes(text))

    def find(self, hums: Sequence[Line]) -> Scores:
        """The likeliest items, by the share that the hum gains of what it could; of several readings of it the best.

        Raises MissingDataError where the library has no melodies.
        """
        index = self._index.now()
        if not len(index):
            raise MissingDataError(
                f"{self._library.path}: holds no melodies; `descant index` makes them of your music, and "
                "`descant library add-tunes` brings some 13,000 tunes"
            )
        found = [candidates(index, one) for one in hums]
        melody, end = (np.concatenate([getattr(one, name) for one in found]) for name in ("melody", "end"))
        share = np.concatenate([one.gain / most(hum, index.rarity) for hum, one in zip(hums, found, strict=True)])
        reading = np.repeat(np.arange(len(hums)), [len(one.melody) for one in found])
        items = index.item[melody]
        order = np.lexsort((-share, items))
        best = order[np.append(True, np.diff(items[order]) != 0)]
        place = dict(zip(items[best].tolist(), best.tolist(), strict=True))

        def stored(item: int) -> list[tuple[str, bytes]]:
            number = int(index.number[int(melody[place[item]])])
            rows = self._library.rows("SELECT label, data FROM melody WHERE item = ? AND number = ?", [item, number])
            return [(label, data) for label, data in rows]

        def reason(item: int) -> str:
            at = place[item]
            match = matched(index, hums[int(reading[at])], int(melody[at]), int(end[at]))
            return "".join(told(match, Melody.from_bytes(data, label)) for label, data in stored(item))

        def label(item: int) -> str:
            return next((one for one, _ in stored(item)), "")

        return Scores(items[best], np.minimum(share[best], 1.0), reason, melody=label)


def candidates(index: MelodyIndex, hum: Line, count: int = CANDIDATES) -> Candidates:
    """The melodies that a hum may be of, each once."""
    melody, end = index.best(index.gains(hum), count)
    if not len(melody):
        return Candidates(melody, end, np.zeros(0))
    gain = align(hum, _stretches(index, melody, end, len(hum))[0], index.rarity)
    return Candidates(melody, end, gain.astype(np.float64))


def matched(index: MelodyIndex, hum: Line, melody: int, end: int) -> Match:
    """Where the hum lies in a melody of the index that was found to end about a note of the row."""
    stretch, low = _stretches(index, np.array([melody]), np.array([end]), len(hum))
    of_hum, of_melody = traced(hum, stretch, index.rarity)
    off = hum.pitch[of_hum] - stretch.pitch[0, of_melody]
    higher = float(np.median(off))
    right = np.abs((off - higher + 6) % 12 - 6) < RIGHT
    first = int(low[0] + of_melody[0] - index.bounds[melody])
    last = int(low[0] + of_melody[-1] - index.bounds[melody])
    return Match(first, last, float(right.sum() / len(hum)), round(higher))


def told(match: Match, melody: Melody) -> str:
    """A match in words: `bars 5-8 of the melody, a fifth lower, 86 % of the notes`."""
    first, last = melody.bar_of(match.first), melody.bar_of(match.last)
    if not first or not last:
        where = f"notes {match.first + 1}-{match.last + 1}"
    else:
        back = first.isdecimal() and last.isdecimal() and int(last) < int(first)  # a repeat lies between
        where = f"bar {first}" if first == last else f"bar {first} to bar {last}" if back else f"bars {first}-{last}"
    of = "the melody" if melody.label in ("", "tune", "pitch") else melody.label
    return f"{where} of {of}, {_apart(match.higher)}, {100 * match.share:.0f} % of the notes"


def _apart(semitones: int) -> str:
    """How far a hum lies from a melody, in words."""
    if not semitones:
        return "in its key"
    octaves, rest = divmod(abs(semitones), 12)
    parts = [("an octave" if octaves == 1 else f"{octaves} octaves") if octaves else "", INTERVALS[rest]]
    return f"{' and '.join(one for one in parts if one)} {'higher' if semitones > 0 else 'lower'}"


def _stretches(index: MelodyIndex, melody: IntArray, end: IntArray, count: int) -> tuple[Stretches, IntArray]:
    """Of each melody what lies around a place, and the note of the row that each stretch begins with."""
    low = np.maximum(end - count - BEFORE, index.bounds[melody])
    at = low[:, None] + np.arange(int(count + BEFORE + AFTER * count))
    outside = at >= index.bounds[melody + 1][:, None]
    at = np.minimum(at, len(index.pitch) - 1)
    onset = index.onset[at] - index.onset[low][:, None]
    return Stretches(index.pitch[at], onset.astype(np.float32), outside), low
