"""Roman numerals against a human's, as AugmentedNet counts: the share of 32nd-note frames at which each part is right.

A degree is right where the chord's own and the one it leans on both are; a numeral where key, degree, quality,
inversion and root are. Pieces are pooled: a long one counts for more. The last numeral holds to the end, the first one
from the beginning.

Nápoles López, Gotham and Fujinaga: AugmentedNet: A Roman Numeral Analysis Network with Synthetic Training Examples and
Additional Tonal Tasks, ISMIR 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.harmony.roman import HEADS
from descant.types.arrays import FloatArray, IntArray

FRAME = 0.125  # quarters
MEASURES = ("key", "degree", "quality", "inversion", "root", "roman")


@dataclass(frozen=True)
class RomanFrames:
    """How many frames of one piece or several there are, and at how many each of MEASURES is right."""

    frames: int
    right: tuple[int, ...]

    @property
    def rates(self) -> dict[str, float]:
        """Each measure's share, 0 to 1; 0 where there are no frames."""
        return {name: right / max(self.frames, 1) for name, right in zip(MEASURES, self.right, strict=True)}


def roman_frames(true_start: FloatArray, true: IntArray, start: FloatArray, found: IntArray, end: float) -> RomanFrames:
    """The counts of one piece.

    true_start, start: quarters, rising; true, found: (chords, 6), the class in each of HEADS, -1 for none, which is
    never right; end: quarters.
    """
    frame = np.arange(0.0, end - 1e-6, FRAME)
    same = matches(true[at(true_start, frame)], found[at(start, frame)])
    return RomanFrames(len(frame), tuple(int(same[name].sum()) for name in MEASURES))


def matches(meant: IntArray, told: IntArray) -> dict[str, npt.NDArray[np.bool_]]:
    """Where each of MEASURES is right, (frames,) each, of classes (frames, 6)."""
    same = dict(zip(HEADS, ((meant == told) & (meant >= 0)).T, strict=True))
    same["degree"] = same["degree"] & same["tonicisation"]
    same["roman"] = np.all([same[name] for name in MEASURES[:-1]], axis=0)
    return same


def at(start: FloatArray, frame: FloatArray) -> IntArray:
    """Which chord holds at each frame; before the first one, the first."""
    found: IntArray = np.maximum(np.searchsorted(start, frame + 1e-3, side="right") - 1, 0)
    return found


def pooled(pieces: Sequence[RomanFrames]) -> RomanFrames:
    """The counts of all pieces together."""
    right = np.sum([one.right for one in pieces], axis=0) if pieces else np.zeros(len(MEASURES))
    return RomanFrames(sum(one.frames for one in pieces), tuple(int(one) for one in right))
