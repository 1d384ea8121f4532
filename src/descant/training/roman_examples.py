"""What the graph network learns from: the notes of analysed scores with the chord at each; kept once it is computed.

An example has one row a note: `notes` and `onsets` (features), `time` (onset and duration in quarters) and `classes`
(the class in each of HEADS, -1 for none, then whether a chord starts at the note's onset).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import RomanPiece, chord_at
from descant.harmony.note_features import SIGNATURES, SPELLINGS, graph_inputs, within
from descant.harmony.note_graph import EXACT, RELATIONS, note_graph
from descant.harmony.roman import CLASSES, HEADS, KEYS, MAJOR, ROOTS
from descant.training.chord_textures import textured
from descant.training.kept import kept
from descant.training.recipe import Example

VERSION = 1  # of the features: another number computes them again
NOTES_AN_ONSET = 4  # an excerpt has room for so many on average
EDGES_A_NOTE = 32
MOST_SHARPS = 7  # of the key signature of any key that an excerpt is transposed to
IGNORED = -1
SEED = 0  # of what is made up

Array = npt.NDArray[np.float32]
Excerpt = dict[str, npt.NDArray[Any]]


def roman_examples(split: str) -> Sequence[Example]:
    """The examples of a split of `roman_analyses`, in the order of their names. Raises MissingDataError."""
    return _kept(split, lambda: roman_analyses.pieces(split))


def textured_examples(split: str) -> Sequence[Example]:
    """Made-up music over the analysis of every piece of a split. Raises MissingDataError."""

    def made() -> Iterator[RomanPiece]:
        rng = np.random.default_rng(SEED)
        for piece in roman_analyses.pieces(split):
            yield textured(piece, rng)

    return _kept(f"{split}-textured", made)


def _kept(name: str, pieces: Callable[[], Iterable[RomanPiece]]) -> Sequence[Example]:
    return kept("roman_examples", f"{name}-{VERSION}", lambda: map(example, pieces()))


def example(piece: RomanPiece) -> Excerpt:
    """The rows of one piece."""
    inputs = graph_inputs(piece.notes)
    onset_of = inputs.graph.onset_of
    chord = chord_at(piece.start, inputs.graph.time)
    classes = np.array([one.classes for one in piece.chords], dtype=np.int64)[chord]
    starts = np.diff(chord, prepend=-1) > 0
    return {
        "notes": inputs.notes,
        "onsets": inputs.onsets[onset_of],
        "time": np.stack([piece.notes.onset, piece.notes.duration], axis=1),
        "classes": np.column_stack([classes, starts])[onset_of],
    }


def excerpt(rows: Example, onsets: int, rng: np.random.Generator) -> Excerpt:
    """A random stretch of `onsets` onsets in another key, filled up to one size."""
    first = np.flatnonzero(np.diff(rows["time"][:, 0], prepend=-np.inf) > EXACT)  # each onset's first note
    start = int(rng.integers(0, max(1, len(first) - onsets + 1)))
    bounds = np.append(first, len(rows["time"]))[start : start + onsets + 1]
    room = NOTES_AN_ONSET * onsets
    stop = bounds[bounds <= bounds[0] + room][-1]  # the last whole onset that there is room for
    part = {name: np.asarray(one[bounds[0] : stop]) for name, one in rows.items()}
    return filled(transposed(part, rng), onsets)


def transposed(rows: Excerpt, rng: np.random.Generator) -> Excerpt:
    """The same music, and what is said of it, in a key with MOST_SHARPS sharps or flats at most."""
    up = int(rng.choice(_possible(rows["classes"])))
    notes, onsets, classes = rows["notes"].copy(), rows["onsets"].copy(), rows["classes"].copy()
    notes[:, :SPELLINGS] = _shifted(rows["notes"][:, :SPELLINGS], ROOTS[0], up)
    notes[:, SPELLINGS] += ((7 * up + 6) % 12 - 6) / 24
    onsets[:, :SIGNATURES] = _shifted(rows["onsets"][:, :SIGNATURES], -7, up)
    key, root = classes[:, HEADS.index("key")], classes[:, HEADS.index("root")]
    key[key >= 0] += up  # within its mode, as only keys in reach are chosen
    far = (root < 0) | (root + up < 0) | (root + up >= CLASSES["root"])
    classes[:, HEADS.index("root")] = np.where(far, IGNORED, root + up)
    return {**rows, "notes": notes, "onsets": onsets, "classes": classes}


def filled(rows: Excerpt, onsets: int) -> Excerpt:
    """The arrays of a graph filled up to one size for `onsets` onsets, with indices beyond the last one."""
    found = graph_arrays(rows)
    room = NOTES_AN_ONSET * onsets
    return {
        "notes": _padded(found["notes"], room, 0),
        "onset_of": _padded(found["onset_of"], room, onsets),
        "edges": _padded(found["edges"][: EDGES_A_NOTE * room], EDGES_A_NOTE * room, RELATIONS),
        "sounding": _padded(found["sounding"][: EDGES_A_NOTE * room], EDGES_A_NOTE * room, onsets),
        "bass": _padded(found["bass"], onsets, 0),
        "onsets": _padded(found["onsets"], onsets, 0),
        "classes": _padded(found["classes"], onsets, IGNORED),
        "gap": _padded(found["gap"], onsets, 0),
    }


def graph_arrays(rows: Example) -> Excerpt:
    """What the network takes of n notes with o onsets, and the truth: classes and quarters to the next onset, by onset.

    `edges` (e, 3) and `sounding` (s, 2) have a row each.
    """
    time = rows["time"]
    graph = note_graph(time[:, 0], time[:, 1], rows["notes"][:, SPELLINGS])
    first = np.searchsorted(graph.onset_of, np.arange(len(graph.time)))
    end = max(float(np.max(time.sum(axis=1))), float(graph.time[-1]))
    return {
        "notes": rows["notes"],
        "onset_of": graph.onset_of,
        "edges": graph.edges.T,
        "sounding": graph.sounding.T,
        "bass": graph.bass,
        "onsets": rows["onsets"][first],
        "classes": rows["classes"][first],
        "gap": np.diff(graph.time, append=end).astype(np.float32),
    }


def _possible(classes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """By how many fifths an excerpt may go up."""
    named = {KEYS[int(one)] for one in np.unique(classes[:, HEADS.index("key")]) if one >= 0}
    sharps = [fifths if mode == MAJOR else fifths - 3 for fifths, mode in named] or [0]
    low, high = -MOST_SHARPS - min(sharps), MOST_SHARPS - max(sharps)
    return np.arange(low, high + 1) if low <= high else np.zeros(1, dtype=np.int64)


def _shifted(one_hot: npt.NDArray[Any], low: int, up: int) -> Array:
    """Rows with a single 1 on the line of fifths from `low`, moved `up` fifths, by twelve back where it ends."""
    width = one_hot.shape[1]
    place = within(one_hot.argmax(axis=1) + low + up, low, low + width - 1) - low
    return np.eye(width, dtype=np.float32)[place]


def _padded(rows: npt.NDArray[Any], length: int, value: int) -> npt.NDArray[Any]:
    empty = [(0, length - len(rows))] + [(0, 0)] * (rows.ndim - 1)
    return np.pad(rows, empty, constant_values=value)
