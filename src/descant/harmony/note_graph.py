"""A score as a graph: its notes are the nodes, and four kinds of edges say how two notes stand in time.

Onset edges join notes struck together; consecutive edges lead from a note to those struck when it ends; during edges
from a note to those struck while it lasts; rest edges over a silence, from the last notes before it to the first ones
after it. All but the first kind also run backwards, as relations of their own. Chords are told per onset: `onset_of`
gives each note's, `sounding` pairs each note with every onset at which it is heard, struck or held, and `bass` is the
lowest of those.

Karystinaios and Widmer: Cadence Detection in Symbolic Classical Music using Graph Neural Networks, ISMIR 2022; Roman
Numeral Analysis with Graph Neural Networks: Onset-wise Predictions from Note-wise Features, ISMIR 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.types.arrays import FloatArray, IntArray

ONSET, CONSECUTIVE, DURING, REST, CONSECUTIVE_BACK, DURING_BACK, REST_BACK = range(7)
RELATIONS = 7
MOST = 128  # neighbours of one note by one kind of edge; a denser score keeps the nearest
EXACT = 1e-4  # quarters: closer than this is the same time


@dataclass(frozen=True, eq=False)
class NoteGraph:
    """Edges of n notes with o onsets."""

    edges: IntArray  # (3, e): source note, target note, relation; in order of relation
    onset_of: IntArray  # (n,) 0 to o - 1
    sounding: IntArray  # (2, s): note, onset
    bass: IntArray  # (o,) the lowest note heard at each onset
    time: FloatArray  # (o,) quarters, strictly rising


def note_graph(onset: FloatArray, duration: FloatArray, pitch: npt.NDArray[Any]) -> NoteGraph:
    """The graph of notes in order of onset.

    onset, duration: (n,) quarters; pitch: (n,), of which only the order counts. Raises ValueError where onsets fall.
    """
    if np.any(np.diff(onset) < 0):
        raise ValueError("the notes of a graph come in order of onset")
    number = len(onset)
    starts = np.diff(onset, prepend=-np.inf) > EXACT
    onset_of = np.cumsum(starts) - 1
    time = onset[starts]
    end = onset + duration
    note = np.arange(number)
    first = np.searchsorted(onset_of, np.arange(len(time)))  # each onset's first note
    bounds = np.append(first, number)
    ending = np.searchsorted(time, end - EXACT)  # the first onset not before each note's end

    together = _ranges(note, bounds[onset_of], bounds[onset_of + 1])
    together = together[:, together[0] != together[1]]
    at_end = np.zeros(number, dtype=bool)
    inside = ending < len(time)
    at_end[inside] = time[ending[inside]] <= end[inside] + EXACT
    consecutive = _ranges(note[at_end], bounds[ending[at_end]], bounds[ending[at_end] + 1])
    during = _ranges(note, bounds[onset_of + 1], bounds[ending])
    rest = _over_rests(note, end, time, bounds, ending)
    kinds = (together, consecutive, during, rest, consecutive[::-1], during[::-1], rest[::-1])
    edges = np.concatenate(
        [np.vstack([one, np.full(one.shape[1], relation)]) for relation, one in enumerate(kinds)], axis=1
    )
    sounding = _ranges(note, onset_of, np.maximum(ending, onset_of + 1))
    upwards = np.lexsort((pitch[sounding[0]], sounding[1]))
    bass = sounding[0][upwards[np.searchsorted(sounding[1][upwards], np.arange(len(time)))]]
    return NoteGraph(edges.astype(np.int64), onset_of.astype(np.int64), sounding, bass, time)


def _over_rests(note: IntArray, end: FloatArray, time: FloatArray, bounds: IntArray, ending: IntArray) -> IntArray:
    """(2, e): from notes whose end is followed by silence, if nothing else lasts longer, to those after the silence."""
    if not len(time):
        return np.zeros((2, 0), dtype=np.int64)
    still = np.maximum.accumulate(end)[bounds[1:] - 1]  # the latest end among notes struck so far, by onset
    last = still[np.maximum(ending - 1, 0)]
    silent = (ending < len(time)) & (end >= last - EXACT)
    silent[silent] = time[ending[silent]] > end[silent] + EXACT
    return _ranges(note[silent], bounds[ending[silent]], bounds[ending[silent] + 1])


def _ranges(source: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """(2, e): every source with each whole number from its `low` to below its `high`, the first MOST of them."""
    count = np.clip(high - low, 0, MOST)
    total = int(count.sum())
    within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    return np.vstack([np.repeat(source, count), np.repeat(low, count) + within]).astype(np.int64)
