"""The tune among the notes of a piece: a recurrent network says how likely a note is sung, a path takes one at a time.

The network (`melody_model.py`) reads the notes of all parts in order of onset, told by `melody_features`: neither the
part nor the loudness of a note is known. A path through the notes gathers their log odds; it never holds two notes at
once, pays for wide leaps, and passes over what is unlikely, so that a singer may rest.

Recurrent networks find the melody of POP909 in Chou, Chen, Chang, Ching and Yang: MidiBERT-Piano: Large-scale
Pre-training for Symbolic Music Understanding, 2021, whose baselines they are; here the rows are notes with features
instead of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.harmony.melody_features import TOGETHER, melody_features, usual_step
from descant.types import Notes, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import SoundingNote

WEIGHTS = "melody"
LOOK_BACK = 32  # likely notes to which a leap counts


@dataclass(frozen=True)
class Path:
    """What a path gains and pays, in natural logarithms; tuned on POP909's validation songs."""

    threshold: float = -1.0  # log odds above which a note gains anything
    leap: float = 0.06  # for each semitone beyond `free`
    free: int = 4
    overlap: float = 3.0  # for holding two notes at once, for each share of the shorter one


PATH = Path()


def melody(notes: Notes) -> BoolArray:
    """Which notes are the tune, one at a time. Drums never are."""
    chosen = np.zeros(len(notes), dtype=bool)
    pitched = np.flatnonzero(~notes.drum)
    pitched = pitched[np.lexsort((notes.pitch[pitched], notes.onset[pitched]))]
    onset, pitch = notes.onset[pitched], notes.pitch[pitched]
    chosen[pitched[tune(onset, notes.offset[pitched] - onset, pitch)]] = True
    return chosen


def melody_notes(notes: Notes) -> Notes:
    """The tune alone; bends, controls, tempi and metres stay."""
    return notes.only(melody(notes))


def melody_of_score(score: Score) -> tuple[SoundingNote, ...]:
    """The notes of the tune in order, ties joined, without grace notes."""
    written = [one for one in score.sounding() if one.duration > 0 and one.drum is None]
    written.sort(key=lambda one: (one.onset, one.pitch.midi))
    found = tune(
        np.array([float(one.onset) for one in written]),
        np.array([float(one.duration) for one in written]),
        np.array([one.pitch.midi for one in written], dtype=np.int64),
    )
    return tuple(written[at] for at in found)


def tune(onset: FloatArray, duration: FloatArray, pitch: IntArray) -> IntArray:
    """The numbers of the tune's notes, rising, among notes in order of onset, then pitch. Seconds or quarters.

    Where no two notes sound together, all are the tune's.
    """
    if np.all(onset[1:] >= (onset + duration)[:-1] - TOGETHER) and np.all(np.diff(onset) > TOGETHER):
        return np.arange(len(onset))
    return best_path(onset, duration, pitch, log_odds(onset, duration, pitch))


def log_odds(onset: FloatArray, duration: FloatArray, pitch: IntArray) -> npt.NDArray[np.float32]:
    """(n,) what the network says of one note or more."""
    rows = melody_features(onset, duration, pitch, usual_step(onset))
    found: npt.NDArray[np.float32] = weights.load(WEIGHTS).run({"notes": rows[np.newaxis]})["tune"][0]
    return found


def best_path(
    onset: FloatArray, duration: FloatArray, pitch: IntArray, odds: npt.NDArray[np.float32], path: Path = PATH
) -> IntArray:
    """The numbers of the notes of the path that gains most; none where nothing is gained."""
    at = np.flatnonzero(odds > path.threshold)
    time, end, height = onset[at], (onset + duration)[at], pitch[at].astype(np.float64)
    length, gain = np.maximum(duration[at], 1e-9), odds[at].astype(np.float64) - path.threshold
    total = np.zeros(len(at))  # of the best path that ends with each note
    came = np.full(len(at), -1)
    best, leader = np.zeros(len(at) + 1), np.full(len(at) + 1, -1)  # of all that end among the first so many notes
    for one in range(len(at)):
        stop = int(np.searchsorted(time, time[one] - TOGETHER))
        low = max(0, min(one - LOOK_BACK, stop))
        before = slice(low, stop)
        origin, worth = int(leader[low]), float(best[low])  # from farther back no leap is counted
        if stop > low:
            leap = path.leap * np.maximum(np.abs(height[before] - height[one]) - path.free, 0.0)
            shared = np.maximum(np.minimum(end[before], end[one]) - time[one], 0.0)
            overlap = path.overlap * shared / np.minimum(length[before], length[one])
            worths = total[before] - leap - overlap
            top = int(worths.argmax())
            if worths[top] > worth:
                origin, worth = low + top, float(worths[top])
        total[one], came[one] = gain[one] + worth, origin
        ahead = total[one] > best[one]
        best[one + 1], leader[one + 1] = (total[one], one) if ahead else (best[one], leader[one])
    found = []
    last = int(leader[-1])
    while last >= 0:
        found.append(int(at[last]))
        last = int(came[last])
    return np.array(found[::-1], dtype=np.int64)
