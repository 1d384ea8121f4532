"""What the modules of the modular analysis are told of notes: onsets as pitches over a reference, never absolute.

Pitches are told as steps on the line of fifths from a reference (`chord_vocabulary`), so a network learns every
transposition at once. Whether the chord changes is asked of every onset, told over its own lowest note; which chord a
segment is, over the lowest note of its first onset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.harmony.chord_vocabulary import STEP, STEPS
from descant.harmony.note_features import ONSET_FEATURES, SIGNATURES, SPELLINGS, GraphInputs
from descant.types.arrays import FloatArray, IntArray

PLACES = ONSET_FEATURES - SIGNATURES  # gap, how many notes are struck and heard, place in the bar
CHANGE_FEATURES = 5 * STEPS + PLACES
BEFORE = 5  # onsets that are told on either side of a segment
INSIDE = 12  # onsets of a segment that are told; of a longer one so many, evenly spread
PITCHES = 3 * STEPS  # struck, heard, the lowest
SEGMENT_FEATURES = PITCHES + PLACES + 2

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Onsets:
    """What is heard at each of o onsets. Pitches are numbered by ROOTS."""

    struck: npt.NDArray[np.bool_]  # (o, 35)
    heard: npt.NDArray[np.bool_]  # (o, 35) struck or held
    bass: IntArray  # (o,) the lowest pitch heard
    places: Array  # (o, PLACES)
    sharps: IntArray  # (o,) of the key signature
    gap: FloatArray  # (o,) quarters to the next onset

    def __len__(self) -> int:
        return len(self.bass)

    @staticmethod
    def of(rows: Mapping[str, npt.NDArray[Any]]) -> Onsets:
        """From the fields by name, more or fewer onsets of a piece."""
        return Onsets(*(rows[name] for name in ("struck", "heard", "bass", "places", "sharps", "gap")))


def onsets_of(inputs: GraphInputs, end: float) -> Onsets:
    """The onsets of a graph of notes that end at `end`, in quarters."""
    graph = inputs.graph
    spelled = inputs.notes[:, :SPELLINGS].argmax(axis=1)
    struck, heard = np.zeros((2, len(graph.time), SPELLINGS), dtype=bool)
    struck[graph.onset_of, spelled] = True
    heard[graph.sounding[1], spelled[graph.sounding[0]]] = True
    gap = np.diff(graph.time, append=max(end, float(graph.time[-1]) + 1e-3))
    signature = inputs.onsets[:, :SIGNATURES].argmax(axis=1) - SIGNATURES // 2
    return Onsets(struck, heard, spelled[graph.bass], inputs.onsets[:, SIGNATURES:], signature, gap)


def change_features(onsets: Onsets) -> Array:
    """(o, CHANGE_FEATURES): struck, heard now, before and after, the bass before, over an onset's own bass; places."""
    each = np.arange(len(onsets))
    before, after = np.maximum(each - 1, 0), np.minimum(each + 1, len(each) - 1)
    rows = [relative(one, onsets.bass) for one in (onsets.struck, onsets.heard)]
    rows += [relative(onsets.heard[at], onsets.bass) for at in (before, after)]
    rows.append(np.eye(STEPS, dtype=np.float32)[STEP[onsets.bass, onsets.bass[before]]])
    return np.concatenate([*rows, onsets.places], axis=1)


def segment_features(onsets: Onsets, begin: IntArray, end: IntArray) -> tuple[Array, Array]:
    """What is told of segments of one length: (s, t, SEGMENT_FEATURES), and the share of each onset in it, (s, t).

    begin, end: (s,) the first onset and the one after the last; `end - begin` is the same for all, or INSIDE at least.
    t counts BEFORE onsets on either side; where the piece has none they are zeros.
    """
    count = len(begin)
    inner = min(int(end[0] - begin[0]), INSIDE)
    inside = begin[:, None] + (np.arange(inner) * (end - begin)[:, None]) // inner
    outside = np.arange(1, BEFORE + 1)
    at = np.concatenate([begin[:, None] - outside[::-1], inside, end[:, None] + outside - 1], axis=1)
    real = (at >= 0) & (at < len(onsets))
    flat = np.clip(at, 0, len(onsets) - 1).ravel()
    reference = np.repeat(onsets.bass[begin], at.shape[1])
    rows = [relative(one[flat], reference) for one in (onsets.struck, onsets.heard)]
    rows.append(np.eye(STEPS, dtype=np.float32)[STEP[reference, onsets.bass[flat]]])
    rows.append(onsets.places[flat])
    told = np.concatenate(rows, axis=1).reshape(count, at.shape[1], -1) * real[..., None]
    member = np.zeros(at.shape, dtype=np.float32)
    member[:, BEFORE : BEFORE + inner] = 1
    share = member * np.clip(onsets.gap[flat].reshape(at.shape), 0.03, 4.0)
    share /= share.sum(axis=1, keepdims=True)
    features = np.concatenate([told, member[..., None], real[..., None]], axis=2)
    return features.astype(np.float32), share.astype(np.float32)


def alike(begin: IntArray, end: IntArray, most: int) -> Iterator[IntArray]:
    """The numbers of segments that can be told together, so many at most."""
    length = np.minimum(end - begin, INSIDE)
    for one in np.unique(length):
        group = np.flatnonzero(length == one)
        for start in range(0, len(group), most):
            yield group[start : start + most]


def relative(pitches: npt.NDArray[np.bool_], reference: IntArray) -> Array:
    """(m, STEPS) the pitches of each row, (m, 35), as steps from its reference, (m,)."""
    found = np.zeros((len(pitches), STEPS), dtype=np.float32)
    row, pitch = np.nonzero(pitches)
    found[row, STEP[reference[row], pitch]] = 1
    return found
