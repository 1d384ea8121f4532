"""What textbooks of four-part writing ask about: parallels, leaps, crossing and overlap, ranges, spacing.

Each is told place by place: where it could be, and where it is; a rate is the one over the other. Parallels are counted
from step to step, of two voices that both move, and in one direction: from a fifth to a fifth, or from an octave or
unison to another. That is how strictly they are forbidden; fifths and octaves that are reached in contrary motion,
hidden, or with notes between them are not counted, and those from a phrase's last chord to the next phrase's first are,
as the raster does not say where phrases end.

Aldwell, Schachter and Cadwallader: Harmony and Voice Leading, 2018; the same counts of generated chorales: Fang, Bosch
and Herremans: Bach or Mock? A Grading Function for Chorales in the Style of J. S. Bach, 2020.

Frames are (steps, 4) MIDI numbers from soprano to bass, REST where a voice is silent (`jsb_raster.py`).
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from descant.composition.jsb_raster import VOICES
from descant.types.arrays import BoolArray, IntArray

PAIRS = tuple(combinations(range(len(VOICES)), 2))
USUAL = ((60, 79), (55, 74), (48, 67), (40, 62))  # C4 to G5, G3 to D5, C3 to G4, E2 to D4
FIFTH, OCTAVE = 7, 12  # semitones
THIRD = 4  # a major one
HARSH = (6, 10, 11)  # a tritone and sevenths

_UPPER, _LOWER = np.array(PAIRS).T


class Places(NamedTuple):
    """Where something is, and where it could be: masks of one shape, steps first."""

    found: BoolArray
    asked: BoolArray


def parallel_fifths(frames: IntArray) -> Places:
    """From each step to the next, (steps - 1, PAIRS); asked of pairs that move in one direction."""
    return _parallel(frames, FIFTH)


def parallel_octaves(frames: IntArray) -> Places:
    """The same of octaves and unisons."""
    return _parallel(frames, 0)


def leaps(frames: IntArray) -> Places:
    """Moves beyond a third, (steps - 1, 4); asked of every voice that moves."""
    moves = _moves(frames)
    return Places(np.abs(moves) > THIRD, moves != 0)


def harsh_leaps(frames: IntArray) -> Places:
    """Moves by a tritone or a seventh, or beyond an octave, (steps - 1, 4)."""
    moves = _moves(frames)
    return Places(np.isin(np.abs(moves), HARSH) | (np.abs(moves) > OCTAVE), moves != 0)


def crossing(frames: IntArray) -> Places:
    """Where a voice sings below the next lower one, (steps, 3)."""
    upper, lower = frames[:, :-1], frames[:, 1:]
    asked = _sung(frames)[:, :-1] & _sung(frames)[:, 1:]
    return Places(asked & (upper < lower), asked)


def overlap(frames: IntArray) -> Places:
    """Where of two neighbours that do not cross one goes beyond where the other has just been, (steps - 1, 3)."""
    crossed, together = crossing(frames)
    asked = (together & ~crossed)[:-1] & (together & ~crossed)[1:]
    asked &= (frames[1:] != frames[:-1])[:, :-1] | (frames[1:] != frames[:-1])[:, 1:]
    down, up = frames[1:, :-1] < frames[:-1, 1:], frames[1:, 1:] > frames[:-1, :-1]
    return Places(asked & (down | up), asked)


def out_of_range(frames: IntArray) -> Places:
    """What is higher or lower than a voice is usually written, (steps, 4)."""
    low, high = np.array(USUAL).T
    asked = _sung(frames)
    return Places(asked & ((frames < low) | (frames > high)), asked)


def wide_spacing(frames: IntArray) -> Places:
    """More than an octave from soprano to alto, or from alto to tenor, (steps, 2)."""
    asked = _sung(frames)[:, :2] & _sung(frames)[:, 1:3]
    return Places(asked & (frames[:, :2] - frames[:, 1:3] > OCTAVE), asked)


def _parallel(frames: IntArray, interval: int) -> Places:
    """Pairs that move in one direction, and keep an interval, octaves not told apart."""
    moves = _moves(frames)
    asked = moves[:, _UPPER] * moves[:, _LOWER] > 0
    there = (frames[:, _UPPER] - frames[:, _LOWER]) % OCTAVE == interval
    return Places(asked & there[:-1] & there[1:], asked)


def _moves(frames: IntArray) -> IntArray:
    """Semitones that each voice rises from step to step, 0 from a silence or to one, (steps - 1, 4)."""
    return np.diff(frames, axis=0) * (_sung(frames)[:-1] & _sung(frames)[1:])


def _sung(frames: IntArray) -> BoolArray:
    return np.asarray(frames >= 0)
