"""A hum held against stretches of melodies, note by note: local alignment in a key and a tempo that drift.

As Smith and Waterman's for proteins, but what two notes gain depends on the path that led there: each path keeps the
key in which the hum stands to the melody, and its tempo, and follows both a little with every note. A note in the right
place gains 1; it loses with the square of what it is off that key and that tempo, an octave costs little, and notes of
either side may be passed over: one of the same pitch as its neighbour almost freely, since it may be held or repeated.

Smith and Waterman: Identification of Common Molecular Subsequences, J. Mol. Biol. 147, 1981. Mongeau and Sankoff:
Comparison of Musical Sequences, Computers and the Humanities 24, 1990. Simplified: a path keeps the key and tempo of
the best way to each pair of notes, so that the best path is not certain to be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.retrieval.melody_index import Line
from descant.types.arrays import FloatArray, IntArray

STEPS = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))  # notes of the hum and of the melody to the next pair
REACH = 3
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of melodies: (b, m) notes each."""

    pitch: Array  # MIDI numbers
    onset: Array  # in any unit, from the first note of each
    outside: npt.NDArray[np.bool_]  # where a stretch has no note


@dataclass(frozen=True)
class Costs:
    """What a path gains and pays; a right note gains 1. Tuned on hums of tunes that no figure is told of."""

    pitch: float = 0.85  # semitones off that cost half of what a note gains
    time: float = 0.6  # octaves off the tempo, likewise
    least: float = -1.0  # what a note can lose by its pitch
    worst_time: float = 1.2  # what it can lose by its time
    octave: float = 0.25  # what an octave costs
    skipped: float = 0.8  # what a note costs that is passed over
    held: float = 0.2  # what it costs at the pitch of its neighbour
    apart: float = 2.0  # semitones from its neighbour from which on a note costs all
    follow_key: float = 0.3  # share by which a path's key follows each note
    follow_tempo: float = 0.3
    rare: float = 0.3  # what a note gains besides for each natural logarithm that its interval is rarer than usual


COSTS = Costs()


Rarity = Callable[[npt.NDArray[np.floating[Any]]], FloatArray]  # of intervals: how much rarer than usual, as logarithms


def most(hum: Line, rarity: Rarity, costs: Costs = COSTS) -> float:
    """What a hum gains in a melody that is just the same."""
    return float(len(hum) + costs.rare * rarity(np.diff(hum.pitch)).sum())


def align(hum: Line, stretches: Stretches, rarity: Rarity, costs: Costs = COSTS) -> Array:
    """(b,) what a hum gains in each stretch."""
    return _filled(hum, stretches, rarity, costs)[0]


def traced(hum: Line, stretches: Stretches, rarity: Rarity, costs: Costs = COSTS) -> tuple[IntArray, IntArray]:
    """The pairs of notes, of the hum and of the first stretch, on the path that gains most."""
    _, came, end = _filled(hum, stretches, rarity, costs)
    at, to = divmod(end, stretches.pitch.shape[1])
    pairs = [(at, to)]
    while (step := int(came[at][0, to])) >= 0:
        at, to = at - STEPS[step][0], to - STEPS[step][1]
        pairs.append((at, to))
    one, other = np.array(pairs[::-1], dtype=np.int64).T
    return one, other


def _filled(
    hum: Line, stretches: Stretches, rarity: Rarity, costs: Costs
) -> tuple[Array, list[npt.NDArray[np.int8]], int]:
    """What is gained in each stretch, the step that led to each pair of notes, and the best last pair of the first."""
    pitch, onset, outside = stretches.pitch, stretches.onset, stretches.outside
    rows, width = pitch.shape
    sung, begun = hum.pitch.astype(np.float32), hum.onset.astype(np.float32)
    skip_hum = _skipping(sung[None], costs)[0]
    skip_melody = _skipping(pitch, costs)
    blocked = np.where(outside, np.float32(-1000), np.float32(0))
    spans = {b: np.log2(np.maximum(onset[:, b:] - onset[:, :-b], 1e-3)) for b in range(1, REACH + 1) if b < width}
    lost = {b: _passed(skip_melody, b) for b in spans}
    right = {b: (1 + costs.rare * rarity(pitch[:, b:] - pitch[:, :-b])).astype(np.float32) for b in spans}
    gains: list[Array] = []
    keys: list[Array] = []
    tempos: list[Array] = []  # nan where a path has but one note
    came: list[npt.NDArray[np.int8]] = []
    best = np.full(rows, -np.inf, dtype=np.float32)
    end, top = 0, -np.inf
    for at in range(len(sung)):
        gain = 1 + blocked
        key = sung[at] - pitch
        tempo = np.full((rows, width), np.nan, dtype=np.float32)
        step = np.full((rows, width), -1, dtype=np.int8)
        for number, (a, b) in enumerate(STEPS):
            if a > at or b >= width:
                continue
            before = gains[at - a][:, :-b]
            had = keys[at - a][:, :-b]
            off = sung[at] - pitch[:, b:] - had
            octaves = np.round(off / 12)
            off = off - 12 * octaves
            gained = np.where(octaves == 0, right[b], np.float32(1 - costs.octave))
            gained = np.maximum(gained - 0.5 * (off / costs.pitch) ** 2, costs.least)
            pace = tempos[at - a][:, :-b]
            if hum.timed:
                now = np.log2(np.maximum(begun[at] - begun[at - a], 1e-3)) - spans[b]
                late = np.where(np.isnan(pace), 0, now - pace)
                gained -= np.minimum(0.5 * (late / costs.time) ** 2, costs.worst_time)
                pace = np.where(np.isnan(pace), now, pace + costs.follow_tempo * late)
            total = before + gained - lost[b] - sum(skip_hum[at - a + 1 : at]) + blocked[:, b:]
            better = total > gain[:, b:]
            gain[:, b:] = np.where(better, total, gain[:, b:])
            key[:, b:] = np.where(better, had + costs.follow_key * off, key[:, b:])
            tempo[:, b:] = np.where(better, pace, tempo[:, b:])
            step[:, b:][better] = number
        gains.append(gain)
        keys.append(key)
        tempos.append(tempo)
        came.append(step)
        best = np.maximum(best, gain.max(axis=1))
        if gain[0].max() > top:
            top, end = float(gain[0].max()), at * width + int(gain[0].argmax())
    return best, came, end


def _skipping(pitch: Array, costs: Costs) -> Array:
    """What it costs to pass over each note of (b, n)."""
    step = np.abs(np.diff(pitch, axis=1, prepend=np.nan))
    near = np.fmin(step, np.append(step[:, 1:], np.full((len(pitch), 1), np.nan), axis=1))
    share = np.minimum(np.nan_to_num(near, nan=costs.apart) / costs.apart, 1)
    found: Array = (costs.held + (costs.skipped - costs.held) * share).astype(np.float32)
    return found


def _passed(skip: Array, b: int) -> Array:
    """(b, m - b) what the notes cost that a step over `b` notes passes over."""
    width = skip.shape[1]
    total = np.zeros((len(skip), width - b), dtype=np.float32)
    for over in range(1, b):
        total += skip[:, over : width - b + over]
    return total
