"""Roman numerals of a score from six small modules and a beam search (McLeod and Rohrmeier, ISMIR 2021).

The chord transition module (CTM) tells at which onsets the chord may change; between those lie segments, of which the
chord classification module (CCM) tells the chord, one of 1,540, from their notes. A row of chords in its keys, 70 of
them, is judged by four more: the initial chord (ICM), whether the key changes (KTM) and to which (KSM), and which chord
follows (CSM). `segment_search` multiplies them. The networks are in `modular_harmony_model.py`; here their graphs run.

The keys that are found are those of the moment: an applied chord is a brief change of key. They are written as
annotators do, as chords that lean on a degree, where that takes fewer changes (`applied_chords`); which is cheaper was
tuned on AugmentedNet's validation pieces, as were the exponents.

Simplified: onsets are read instead of single notes; the CCM also learns that a segment is no one chord, from stretches
over a change; a key is told by its distance from the key signature too.

McLeod and Rohrmeier: A Modular System for the Harmonic Analysis of Musical Scores using a Large Vocabulary, ISMIR 2021.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.errors import InvalidValueError
from descant.harmony.applied_chords import COSTS, Costs, written
from descant.harmony.chord_vocabulary import KINDS, MOVED, RELATIVE, KeyedChord
from descant.harmony.likely_right import likely_right
from descant.harmony.note_features import WrittenNotes, graph_inputs, written_notes
from descant.harmony.onset_features import alike, change_features, onsets_of, segment_features
from descant.harmony.roman import Roman, key_name
from descant.harmony.segment_search import Exponents, Segments, best_row
from descant.types import Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.roman_numerals import RomanNumerals

TRANSITION, CLASSIFICATION = "modular_harmony_ctm", "modular_harmony_ccm"
CHORD_SEQUENCE, KEY_SEQUENCE = "modular_harmony_csm", "modular_harmony_ktm"
BEAM = 25  # hypotheses at a place; wider ones bring little on validation pieces
LEAST = 0.05  # probability of a change at which a segment may begin
UNLIKELY = 5.0  # a segment is looked at unless changes within it are likelier than this, as a log probability
LONGEST = 12  # places at which a chord may have changed within a segment, at most
CHORDS = 6  # of each segment that are followed
TOGETHER = 256  # segments that are classified at once
SURE_SLOPE, SURE_BIAS = 0.48, -0.77  # of a numeral's log odds to be right, from those of its chord; validation pieces
SHORTEST_GAP, LONGEST_GAP = 0.125, 8.0  # quarters: a segment counts as if it lasted so long, at least and at most

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Tuning:
    """How the modules count, and what writing costs; tuned on AugmentedNet's validation pieces."""

    transition: float = 2.1
    classification: float = 2.4
    length: float = 0.4  # power of a segment's quarters by which its chord counts
    sequences: Exponents = field(default_factory=Exponents)
    costs: Costs = COSTS


TUNING = Tuning()


@dataclass(frozen=True, eq=False)
class Told:
    """What CTM and CCM say of a score: p places where a chord may begin, s segments between two of them."""

    time: FloatArray  # (p + 1,) quarters: of the places, and the end of the last note
    sharps: IntArray  # (p,) of the key signature
    begin: IntArray  # (s,) place, rising
    end: IntArray  # (s,) place
    transition: FloatArray  # (s,) log probability that the chord changes at its end and not before
    root: IntArray  # (s, CHORDS) in ROOTS
    kind: IntArray  # (s, CHORDS) in KINDS
    chord: Array  # (s, CHORDS) log probabilities


@dataclass(frozen=True, eq=False)
class Analysis:
    """Chords in order."""

    start: FloatArray  # (c,) quarters
    end: float  # quarters
    chords: tuple[KeyedChord, ...]
    numerals: tuple[Roman, ...]
    confidence: FloatArray  # (c,) what CCM gives each chord

    @property
    def classes(self) -> IntArray:
        """(c, 6) the class in each of HEADS."""
        return np.array([one.classes for one in self.numerals], dtype=np.int64)


def modular_harmony(score: Score, beam: int = BEAM) -> RomanNumerals:
    """The numerals of a score, from its first note to its last; a wider beam looks at more hypotheses.

    A numeral's confidence tells how often such a numeral is right: from the probability that the classification gives
    its chord. Raises InvalidValueError for a score in which no pitched note sounds.
    """
    notes = written_notes(score)
    if not len(notes):
        raise InvalidValueError("the score has no pitched notes, so there is no harmony to read")
    found = analysis(told(notes), beam)
    first = [at for at, one in enumerate(found.numerals) if at == 0 or one != found.numerals[at - 1]]
    kept = [found.numerals[at] for at in first]
    return RomanNumerals(
        start=found.start[first],
        end=np.append(found.start[first[1:]], found.end),
        key=tuple(key_name(one.key) for one in kept),
        figure=tuple(one.figure for one in kept),
        confidence=likely_right(np.minimum.reduceat(found.confidence, first), SURE_SLOPE, SURE_BIAS),
    )


def told(notes: WrittenNotes) -> Told:
    """What CTM and CCM say of one note or more."""
    end = float(np.max(notes.onset + notes.duration))
    inputs = graph_inputs(notes)
    onsets = onsets_of(inputs, end)
    logits = weights.load(TRANSITION).run({"onsets": change_features(onsets)[np.newaxis]})["change"][0]
    changes, stays = (-np.logaddexp(0, sign * logits.astype(np.float64)) for sign in (-1, 1))
    place = np.flatnonzero(np.exp(changes) >= LEAST)
    place = np.union1d(0, place)
    begin, after, transition = _segments(changes[place], stays[place])
    onset = np.append(place, len(onsets))
    root, kind, chord = (np.zeros((len(begin), CHORDS), dtype) for dtype in (np.int64, np.int64, np.float32))
    for group in alike(onset[begin], onset[after], TOGETHER):
        first = onset[begin[group]]
        features, share = segment_features(onsets, first, onset[after[group]])
        logs = _log_softmax(weights.load(CLASSIFICATION).run({"onsets": features, "share": share})["chord"])
        best = np.argsort(-logs[:, :RELATIVE], axis=1, kind="stable")[:, :CHORDS]
        root[group] = MOVED[onsets.bass[first][:, np.newaxis], best // len(KINDS)]
        kind[group] = best % len(KINDS)
        chord[group] = np.take_along_axis(logs, best, axis=1)
    last = max(end, float(inputs.graph.time[-1]) + 1e-3)
    time = np.append(inputs.graph.time[place], last)
    return Told(time, onsets.sharps[place], begin, after, transition, root, kind, chord)


def analysis(told: Told, beam: int = BEAM, tuning: Tuning = TUNING) -> Analysis:
    """The best row of chords in their keys, and how it is written."""
    lasting = np.clip(told.time[told.end] - told.time[told.begin], SHORTEST_GAP, LONGEST_GAP) ** tuning.length
    score = tuning.classification * lasting[:, np.newaxis] * told.chord
    score = score + tuning.transition * told.transition[:, np.newaxis]
    segments = Segments(told.begin, told.end, told.root, told.kind, score)
    row = best_row(segments, told.sharps, Modules(), tuning.sequences, beam)
    segment = np.array([at for at, _ in row])
    chords = tuple(chord for _, chord in row)
    same = [
        (told.root[at] == chord.root) & (told.kind[at] == chord.kind) for at, chord in zip(segment, chords, strict=True)
    ]
    sure = np.exp(np.max(np.where(same, told.chord[segment], -np.inf), axis=1))
    start = told.time[told.begin[segment]]
    return Analysis(start, float(told.time[-1]), chords, tuple(written(chords, tuning.costs)), sure)


class Modules:
    """ICM, CSM, KTM and KSM as ONNX graphs, a row a hypothesis."""

    def __init__(self) -> None:
        self._chords, self._keys = weights.load(CHORD_SEQUENCE), weights.load(KEY_SEQUENCE)
        self.chord_memory, self.key_memory = (_remembered(one) for one in (self._chords, self._keys))

    def initial(self, mode: IntArray, home: IntArray) -> tuple[Array, Array]:
        nothing = np.zeros_like(mode)
        told = np.stack([nothing, nothing, mode, home], axis=1)
        out, _ = _step(self._chords, told, np.zeros((len(told), self.chord_memory), np.float32))
        return out["first_key"][:, 0], _log_softmax(out["first_chord"][:, 0])

    def keys(self, told: IntArray, memory: Array) -> tuple[Array, Array, Array, Array]:
        out, memory = _step(self._keys, told, memory)
        change = out["change"][:, 0]
        return -np.logaddexp(0, change), -np.logaddexp(0, -change), _log_softmax(out["following"][:, 0]), memory

    def chords(self, told: IntArray, memory: Array) -> tuple[Array, Array]:
        out, memory = _step(self._chords, told, memory)
        return _log_softmax(out["following"][:, 0]), memory


def _segments(changes: FloatArray, stays: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Begin and end, as places, and log probability of each segment; the chord changes at the end of the last place."""
    places = len(changes)
    staying = np.append(0, np.cumsum(stays))
    ending = np.append(changes, 0.0)
    begin = np.repeat(np.arange(places), LONGEST)
    end = begin + np.tile(np.arange(1, LONGEST + 1), places)
    begin, end = begin[end <= places], end[end <= places]
    within = staying[end] - staying[begin + 1]
    kept = (within >= -UNLIKELY) | (end == begin + 1)
    begin, end, within = begin[kept], end[kept], within[kept]
    return begin, end, within + ending[end]


def _log_softmax(logits: Array) -> Array:
    """Logarithms of probabilities, along the last axis."""
    below = logits - logits.max(axis=-1, keepdims=True)
    found: Array = below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
    return found


def _remembered(model: weights.Model) -> int:
    """The numbers that a module remembers of a row: hidden and cell."""
    shape = next(one.shape for one in model.session.get_inputs() if one.name == "hidden")
    return int(2 * shape[0] * shape[2])


def _step(model: weights.Model, told: IntArray, memory: Array) -> tuple[dict[str, Array], Array]:
    """What a module says of one more chord of each row, and what it remembers then."""
    layers = next(one.shape[0] for one in model.session.get_inputs() if one.name == "hidden")
    hidden, cell = np.ascontiguousarray(memory.reshape(len(memory), 2, layers, -1).transpose(1, 2, 0, 3))
    out = model.run({"chords": told[:, np.newaxis], "hidden": hidden, "cell": cell})
    kept = np.stack([out["next_hidden"], out["next_cell"]]).transpose(2, 0, 1, 3)
    return out, kept.reshape(len(memory), -1)
