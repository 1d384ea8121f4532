"""MV2H: five figures of a transcription - multi-pitch, voice, metre, note value, harmony - and their mean.

McLeod and Steedman: Evaluating Automatic Polyphonic Music Transcription, ISMIR 2018. This is the aligned version: both
pieces of music stand in the time of one performance. Each figure forgives what an earlier one has already counted:
voices are compared among matched notes only, and note values only where the voice goes on to a right note.

Simplified: of two notes that could answer the same one the nearer does; harmony is the key alone, without chords, and
the key is its signature, as written music seldom says the mode: relative keys are one, parallel keys are as far apart
as any. McLeod (Evaluating Non-Aligned Musical Score Transcriptions with MV2H, 2019) aligns scores that have no common
time; that is not done here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from descant.evaluation.measures import Measures
from descant.types.arrays import FloatArray, IntArray

ONSET = 0.05  # seconds by which an onset or an edge of a group may be off
VALUE = 0.1  # seconds by which a note value may be off and still be right
FIFTH_ABOVE = 0.5  # what a key a fifth above the true one is worth

MULTI_PITCH, VOICE, METRE, NOTE_VALUE, HARMONY = "Multi-pitch", "Voice", "Metre", "Note value", "Harmony"
MEAN = "MV2H"


@dataclass(frozen=True, eq=False)
class Music:
    """A transcription in seconds of the performance. The first columns hold one entry a note."""

    pitch: IntArray
    onset: FloatArray  # as played
    start: FloatArray  # of the written note
    end: FloatArray  # of the written note
    voice: IntArray
    groups: FloatArray  # (groups, 2): where each bar, beat and half or third of a beat begins and ends
    key_start: FloatArray  # rising; each key holds until the next
    sharps: IntArray  # of each key
    duration: float  # seconds


def mv2h(truth: Music, found: Music) -> Measures:
    """The five figures and their mean, each from 0 to 1."""
    answer = _matched(truth, found)
    matched = sum(one is not None for one in answer)
    voice, checked = _voices(truth, found, answer)
    figures = {
        MULTI_PITCH: _f_measure(matched, len(found.pitch), len(truth.pitch)),
        VOICE: voice,
        METRE: _f_measure(_matched_groups(truth.groups, found.groups), len(found.groups), len(truth.groups)),
        NOTE_VALUE: _values(truth, found, answer, checked),
        HARMONY: key_score(truth, found),
    }
    return {**figures, MEAN: float(np.mean(list(figures.values())))}


def key_score(truth: Music, found: Music) -> float:
    """The mean over time of: 1 under the true signature, half where it is a fifth above, else 0."""
    edges = np.unique(np.concatenate([[0.0, truth.duration], truth.key_start, found.key_start]))
    edges = edges[(edges >= 0) & (edges <= truth.duration)]
    if len(edges) < 2 or not len(found.sharps) or not len(truth.sharps):
        return 0.0
    above = (_key_at(found, edges[:-1]) - _key_at(truth, edges[:-1])) % 12
    worth = np.select([above == 0, above == 1], [1.0, FIFTH_ABOVE], 0.0)
    return float(np.average(worth, weights=np.diff(edges)))


def _key_at(music: Music, times: FloatArray) -> IntArray:
    at = np.searchsorted(music.key_start, times, side="right") - 1
    return music.sharps[np.maximum(at, 0)]


def _f_measure(right: float, found: float, true: float) -> float:
    return 2 * right / (found + true) if right else 0.0


def _matched(truth: Music, found: Music) -> list[int | None]:
    """For each note that was found, the true one: its pitch, within ONSET, the nearest pairs first."""
    pairs = []
    for pitch in np.intersect1d(truth.pitch, found.pitch):
        true = np.flatnonzero(truth.pitch == pitch)
        for note in np.flatnonzero(found.pitch == pitch).tolist():
            away = np.abs(truth.onset[true] - found.onset[note])
            pairs += [(float(away[at]), note, int(true[at])) for at in np.flatnonzero(away <= ONSET + 1e-9)]
    answer: list[int | None] = [None] * len(found.pitch)
    taken: set[int] = set()
    for _, note, other in sorted(pairs):
        if answer[note] is None and other not in taken:
            answer[note] = other
            taken.add(other)
    return answer


def _voices(truth: Music, found: Music, answer: list[int | None]) -> tuple[float, list[int]]:
    """The F-measure of what follows what in voices, and the notes whose value may be compared.

    Every link out of a note weighs as much as all links out of another: those of a chord share one note's weight.
    """
    matched = np.array([note for note, other in enumerate(answer) if other is not None], dtype=np.int64)
    true = np.array([other for other in answer if other is not None], dtype=np.int64)
    here, size = _following(found, matched)
    there, _ = _following(truth, true)
    whole, _ = _following(truth, np.arange(len(truth.pitch)))
    right = missed = wrong = 0.0
    checked: list[int] = []
    for note, other in zip(matched.tolist(), true.tolist(), strict=True):
        mine = {answer[one] for one in here[note]}
        links = (len(mine) + len(there[other])) / 2 * size[note]
        if links:
            both = len(mine & there[other])
            right += both / links
            wrong += (len(mine) - both) / links
            missed += (len(there[other]) - both) / links
        if mine & whole[other] or not (mine or whole[other]):
            checked.append(note)
    return _f_measure(right, right + wrong, right + missed), checked


def _following(music: Music, notes: IntArray) -> tuple[dict[int, set[int]], dict[int, int]]:
    """For each of some notes: those that its voice begins next among them, and how many begin with it."""
    voices: dict[int, dict[float, set[int]]] = defaultdict(lambda: defaultdict(set))
    for note in notes.tolist():
        voices[int(music.voice[note])][round(float(music.start[note]), 6)].add(note)
    following: dict[int, set[int]] = {}
    size: dict[int, int] = {}
    for chords in voices.values():
        row = [chords[start] for start in sorted(chords)]
        for chord, after in zip(row, [*row[1:], set[int]()], strict=True):
            for note in chord:
                following[note], size[note] = after, len(chord)
    return following, size


def _values(truth: Music, found: Music, answer: list[int | None], checked: list[int]) -> float:
    """The mean of how right the note values are: 1 within VALUE, else less by the share that is too long or short."""
    scores = []
    for note in checked:
        other = answer[note]
        assert other is not None, "only matched notes are checked"
        true = float(truth.end[other] - truth.start[other])
        away = abs(float(found.end[note] - found.start[note]) - true)
        scores.append(1.0 if away <= VALUE + 1e-9 else max(0.0, 1.0 - away / true) if true > 0 else 0.0)
    return float(np.mean(scores)) if scores else 0.0


def _matched_groups(true: FloatArray, found: FloatArray) -> int:
    """How many groups begin and end within ONSET of a true one that no other has taken, of whichever level."""
    left = sorted(map(tuple, true.tolist()))
    right = 0
    for start, end in sorted(map(tuple, found.tolist())):
        for at, (true_start, true_end) in enumerate(left):
            if true_start > start + ONSET + 1e-9:
                break
            if abs(true_start - start) <= ONSET + 1e-9 and abs(true_end - end) <= ONSET + 1e-9:
                del left[at]
                right += 1
                break
    return right
