"""Roman numerals of a score from a graph network over its notes (Karystinaios and Widmer, ISMIR 2023).

Notes are the nodes of a graph, edges say how two of them stand in time (`note_graph`). GraphSAGE passes on what
neighbours know, every onset gathers its notes, a recurrent network reads the onsets, and independent heads tell the
local key, the degree, quality, inversion, root and the degree that the chord leans on. The network is in
`chord_gnn_model.py`; here its graph runs, and the best row of whole numerals is found.

Instead of smoothing each head, the heads vote on complete numerals (`numerals`), with a cost for a new chord, lower
where the network hears one start, and for a new key: one numeral per onset, and neighbours that are equal are one.
The score is read in three keys, and the heads' probabilities are averaged (`in_other_keys`).

Karystinaios and Widmer: Roman Numeral Analysis with Graph Neural Networks: Onset-wise Predictions from Note-wise
Features, ISMIR 2023.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.errors import InvalidValueError
from descant.harmony.in_other_keys import brought_back, keys_for, transposed
from descant.harmony.likely_right import likely_right
from descant.harmony.note_features import WrittenNotes, graph_inputs, written_notes
from descant.harmony.note_graph import NoteGraph, note_graph
from descant.harmony.numerals import numerals
from descant.harmony.roman import HEADS, key_name
from descant.types import Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.roman_numerals import RomanNumerals

WEIGHTS = "chord_gnn"
CANDIDATES = 8  # numerals of every onset that are followed
POSSIBLE = 0.05  # a key that is less likely than this at every onset is not looked at
SHORTEST, LONGEST = 0.03, 4.0  # quarters: an onset counts as if it lasted so long, at least and at most
# Log odds that a numeral is right, from those of the mean share that the heads give it; from validation pieces.
SURE_SLOPE, SURE_BIAS = 1.12, -1.63
BLOCK = 256  # onsets whose numerals are compared at once

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Smoothing:
    """How heads count and what changes cost, in natural logarithms; tuned on AugmentedNet's validation pieces."""

    heads: tuple[float, ...] = (0.5, 1.4, 1.0, 1.5, 1.0, 1.0)  # in the order of HEADS
    start: float = 0.7  # of what the network says of a chord's start
    new_chord: float = 0.7
    new_key: float = 5.0
    length: float = 0.3  # power of the quarters to the next onset by which an onset counts


SMOOTHING = Smoothing()


@dataclass(frozen=True, eq=False)
class Told:
    """What the network says of every onset."""

    time: FloatArray  # (o,) quarters
    end: float  # quarters: of the last note
    heads: tuple[Array, ...]  # logits or their log softmax, (o, classes) each, in the order of HEADS
    start: Array  # (o,) logits of a chord's start

    @property
    def gap(self) -> FloatArray:
        """(o,) quarters to the next onset."""
        found: FloatArray = np.diff(self.time, append=max(self.end, float(self.time[-1]) + 1e-3))
        return found


def chord_gnn(score: Score) -> RomanNumerals:
    """The numerals of a score, from its first note to its last.

    A numeral's confidence tells how often such a numeral is right: from the geometric mean of what the heads give its
    parts, over its onsets. Raises InvalidValueError for a score in which no pitched note sounds.
    """
    notes = written_notes(score)
    if not len(notes):
        raise InvalidValueError("the score has no pitched notes, so there is no harmony to read")
    return numerals_of(told(notes))


def told(notes: WrittenNotes, name: str = WEIGHTS) -> Told:
    """What the network of these weights says of one note or more: the mean of what it says in several keys."""
    ups = keys_for(notes)
    graph = note_graph(notes.onset, notes.duration, notes.pitch)
    each = [_told(transposed(notes, up), graph, name) for up in ups]
    heads = tuple(
        np.log(np.mean([brought_back(head, np.exp(one.heads[at]), up) for one, up in zip(each, ups, strict=True)], 0))
        for at, head in enumerate(HEADS)
    )
    return replace(each[0], heads=heads, start=np.mean([one.start for one in each], axis=0))


def _told(notes: WrittenNotes, graph: NoteGraph, name: str) -> Told:
    """What the network says of the notes as they are."""
    inputs = graph_inputs(notes, graph)
    out = weights.load(name).run(
        {
            "notes": inputs.notes,
            "onset_of": graph.onset_of,
            "edges": graph.edges,
            "sounding": graph.sounding,
            "bass": graph.bass,
            "onsets": inputs.onsets[np.newaxis],
        }
    )
    end = float(np.max(notes.onset + notes.duration))
    return Told(graph.time, end, tuple(log_softmax(out[head][0]) for head in HEADS), out["start"][0])


def numerals_of(told: Told, smoothing: Smoothing = SMOOTHING) -> RomanNumerals:
    """The best row of numerals, equal neighbours as one."""
    path = best_path(told, smoothing)
    first = np.flatnonzero(np.diff(path, prepend=-1))
    each = np.arange(len(path))
    logs = [log_softmax(rows)[each, classes()[path, at]] for at, rows in enumerate(told.heads)]
    sure = np.exp(np.mean(logs, axis=0))
    kept = [numerals()[one] for one in path[first].tolist()]
    mean = np.add.reduceat(sure, first) / np.diff(first, append=len(path))
    return RomanNumerals(
        start=told.time[first],
        end=np.append(told.time[first[1:]], told.time[-1] + told.gap[-1]),
        key=tuple(key_name(one.key) for one in kept),
        figure=tuple(one.figure for one in kept),
        confidence=likely_right(mean, SURE_SLOPE, SURE_BIAS),
    )


def best_path(told: Told, smoothing: Smoothing = SMOOTHING) -> IntArray:
    """(o,) the number in `numerals()` of each onset's numeral."""
    states, votes = _candidates(told, smoothing)
    key = classes()[states, 0]
    block = np.flatnonzero(np.diff(key, prepend=-1))  # where the states of each key begin
    of_key = np.cumsum(np.diff(key, prepend=key[0]) > 0)  # each state's number among those keys
    starts = -smoothing.start * np.logaddexp(0, -told.start.astype(np.float64))
    stays = -smoothing.start * np.logaddexp(0, told.start.astype(np.float64))

    score = votes[0].astype(np.float64)
    origin = np.zeros(votes.shape, dtype=np.int32)
    each = np.arange(len(states))
    best_in = np.zeros(len(block), dtype=np.int64)
    for at in range(1, len(votes)):
        within_key = np.maximum.reduceat(score, block)[of_key]
        leaders = np.flatnonzero(score == within_key)
        best_in[of_key[leaders]] = leaders
        best = int(np.argmax(score))
        other = score[best] - smoothing.new_key
        changed = np.maximum(within_key, other) + starts[at] - smoothing.new_chord
        stayed = score + stays[at]
        come = np.where(within_key >= other, best_in[of_key], best)
        origin[at] = np.where(stayed >= changed, each, come)
        score = np.maximum(stayed, changed) + votes[at]
    path = np.zeros(len(votes), dtype=np.int64)
    path[-1] = np.argmax(score)
    for at in range(len(votes) - 1, 0, -1):
        path[at - 1] = origin[at, path[at]]
    found: IntArray = states[path]
    return found


def _candidates(told: Told, smoothing: Smoothing) -> tuple[IntArray, Array]:
    """(the numerals that are among the best of some onset, rising; the votes for each at every onset)."""
    logs = [log_softmax(rows) for rows in told.heads]
    likely = np.exp(logs[0].max(axis=0)) >= POSSIBLE
    if not likely.any():
        likely[:] = True
    possible = np.flatnonzero(likely[classes()[:, 0]])
    logs = [np.float32(weight) * rows for weight, rows in zip(smoothing.heads, logs, strict=True)]
    chosen = np.zeros(len(possible), dtype=bool)
    for first in range(0, len(told.time), BLOCK):
        votes = _votes([rows[first : first + BLOCK] for rows in logs], classes()[possible])
        chosen[np.argpartition(votes, -CANDIDATES, axis=1)[:, -CANDIDATES:]] = True
    states = possible[chosen]
    lasting = np.clip(told.gap, SHORTEST, LONGEST)[:, None] ** smoothing.length
    return states, _votes(logs, classes()[states]) * lasting.astype(np.float32)


def _votes(logs: list[Array], of: IntArray) -> Array:
    """(onsets, numerals) from (onsets, classes) of every head and the classes of each numeral, (numerals, heads)."""
    found = logs[0][:, of[:, 0]]
    for rows, column in zip(logs[1:], of.T[1:], strict=True):
        found = found + rows[:, column]
    return found


def log_softmax(logits: Array) -> Array:
    """Logarithms of probabilities, along the last axis."""
    found: Array = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    return found


@cache
def classes() -> IntArray:
    """(numerals, heads) the classes of every numeral."""
    return np.array([one.classes for one in numerals()], dtype=np.int64)
