"""Where in a score each performed note is, when the whole performance is there: a hidden Markov model of the player.

Its states are the score's onsets, each of which gives its own pitches and, now and then, any other; from an onset the
player stays (a chord), goes on, leaves out a few, or jumps anywhere, which costs the same from everywhere, so that a
note takes time in proportion to the score (an outer product). A first path, by pitch alone, tells the pace; the second
one heeds it, and says where the player went back or forth.

Nakamura, Nakamura, Saito, Ono and Sagayama: Outer-Product Hidden Markov Model and Polyphonic MIDI Score Following, JNMR
43(2), 2014. Simplified: hands are not told apart, and the chances are set by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import BPM

MOST_BYTES = 1_000_000_000  # for the path: performed notes times the score's onsets

RIGHT = 0.92  # of the notes played at an onset, the share that is written there
SLIPS = {-2: 0.008, -1: 0.012, 1: 0.012, 2: 0.008, -12: 0.005, 12: 0.005}  # the share that is so many semitones off
ANY = 0.03 / 88  # the share of any pitch
AT_ONCE = 0.07  # seconds: notes of a chord follow each other within a few of these
SLOWEST_ROLL = -5.0  # logarithm: a note of the same chord, however late
ONWARD = 5  # onsets that the player can go on by without a jump
LEFT_OUT = -2.5  # logarithm, for each onset left out
OUT_OF_TIME = 3.0  # logarithm, for going on in twice the time that is due, or in half of it;
MOST_LATE, MOST_EARLY = 1.35, 2.7  # times as much at most
JITTER = 0.03  # seconds that are nothing
AROUND = 8  # steps on either side from which the pace is read
JUMP = -21.0  # logarithm
SHORTEST_JUMP = 1.5  # quarters that may be skipped within ONWARD,
HURRIED = 0.5  # in less than so much of the time that they take
TO_BAR = 3.0  # what is added for jumps to the beginning of a bar,
SOME = 2  # and for going on by more onsets than these
BEGIN = -8.0  # logarithm, for beginning anywhere but at the beginning


@dataclass(frozen=True, eq=False)
class Path:
    """Where each performed note is."""

    state: IntArray  # which of the score's onsets
    jumped: BoolArray  # whether a jump led there; the first note always jumps


def most_likely_path(score: Written, onset: FloatArray, pitch: IntArray, bars: FloatArray) -> Path:
    """Where each performed note is, in order of onset, seconds. bars: where the score's bars begin, quarters.

    Raises InvalidValueError where both are too long to be held against each other at once.
    """
    onsets = np.unique(score.onset)
    if len(onset) * len(onsets) > MOST_BYTES:
        raise InvalidValueError(
            f"a take of {len(onset):,} notes and a score with {len(onsets):,} onsets are too long to be held against "
            "each other at once; give one movement of each"
        )
    by_pitch = _path(score, onset, pitch, bars)
    pace = _paces(onsets[by_pitch.state], onset)
    path = _path(score, onset, pitch, bars, pace)
    return Path(path.state, path.jumped | _short_jumps(path.state, onsets[path.state], onset, pace))


def _path(score: Written, onset: FloatArray, pitch: IntArray, bars: FloatArray, pace: FloatArray | None = None) -> Path:
    """The likeliest path by pitch alone, or by time too.

    pace: seconds a quarter, of each performed note; where it is known, going on takes its time.
    """
    onsets = np.unique(score.onset)
    chance = _emissions(score, onsets)
    to_bar = np.isin(onsets, onsets[np.minimum(np.searchsorted(onsets, bars), len(onsets) - 1)])
    jump = np.where(to_bar, JUMP + TO_BAR, JUMP)
    apart = [onsets[step:] - onsets[: len(onsets) - step] for step in range(ONWARD + 1)]
    came = np.zeros((len(onset), len(onsets)), dtype=np.int8)
    origin = np.zeros(len(onset), dtype=np.int64)
    best = np.where(np.arange(len(onsets)) == 0, 0.0, BEGIN) + chance[pitch[0]]
    gaps = np.diff(onset, prepend=onset[:1])
    for at in range(1, len(onset)):
        origin[at] = int(np.argmax(best))
        ways = np.full((ONWARD + 2, len(onsets)), -np.inf)
        ways[0] = best + max(-gaps[at] / AT_ONCE, SLOWEST_ROLL)
        for step in range(1, min(ONWARD + 1, len(onsets))):
            ways[step, step:] = best[:-step] + (step - 1) * LEFT_OUT
            if step > SOME:
                ways[step] += TO_BAR * to_bar
            if pace is not None:
                octaves = np.log2((gaps[at] + JITTER) / (pace[at] * apart[step] + JITTER))
                ways[step, step:] -= OUT_OF_TIME * np.clip(
                    np.abs(octaves), 0.0, np.where(octaves > 0, MOST_LATE, MOST_EARLY)
                )
        ways[-1] = best[origin[at]] + jump
        came[at] = np.argmax(ways, axis=0)
        best = ways.max(axis=0) + chance[pitch[at]]
    state, jumped = np.zeros(len(onset), dtype=np.int64), np.zeros(len(onset), dtype=bool)
    state[-1], jumped[0] = int(np.argmax(best)), True
    for at in range(len(onset) - 1, 0, -1):
        jumped[at] = came[at, state[at]] > ONWARD
        state[at - 1] = origin[at] if jumped[at] else state[at] - came[at, state[at]]
    return Path(state, jumped)


def _paces(quarter: FloatArray, onset: FloatArray) -> FloatArray:
    """Seconds a quarter around each performed note, by where the path has it: a median of what its neighbours say."""
    step, gap = np.diff(quarter), np.diff(onset)
    going = np.flatnonzero(step > 0)
    if not len(going):
        return np.full(len(onset), 60.0 / BPM)
    last = np.concatenate([going[:1], going[:-1]])  # notes of a chord come between
    pace = (onset[going + 1] - onset[last + 1]) / step[going]
    pace[0] = gap[going[0]] / step[going[0]]
    around = np.arange(len(pace))[:, None] + np.arange(-AROUND, AROUND + 1)
    middle = np.median(pace[np.clip(around, 0, len(pace) - 1)], axis=1)
    found: FloatArray = np.interp(np.arange(len(onset)), going + 1, np.maximum(middle, 1e-3))
    return found


def _emissions(score: Written, onsets: FloatArray) -> FloatArray:
    """(128, onsets): the logarithm of each pitch's chance at each onset."""
    at = np.searchsorted(onsets, score.onset)
    share = 1 / np.bincount(at, minlength=len(onsets))[at]
    chance = np.full((128, len(onsets)), ANY)
    np.add.at(chance, (score.pitch, at), RIGHT * share)
    for semitones, part in SLIPS.items():
        slipped = score.pitch + semitones
        inside = (slipped >= 0) & (slipped < 128)
        np.add.at(chance, (slipped[inside], at[inside]), part * share[inside])
    found: FloatArray = np.log(chance)
    return found


def _short_jumps(state: IntArray, quarter: FloatArray, onset: FloatArray, pace: FloatArray) -> BoolArray:
    """Which notes are come to by a step over several onsets that took no time: a jump too."""
    way = np.diff(quarter, prepend=quarter[:1])
    soon = np.diff(onset, prepend=onset[:1]) < HURRIED * pace * way
    found: BoolArray = (np.diff(state, prepend=state[:1]) > 1) & (way >= SHORTEST_JUMP) & soon
    return found
