"""Cells of a chorale uncovered together, yet heard by each other: voice by voice, beats before what is between them.

A denoiser says of every covered cell what may be there as if it were alone. Here the cells of one step are drawn a
voice at a time, in random order, and the odds of a token that would make a parallel with what is there by now are
divided (`parallels_avoided.py`). A rule may forbid more.

Grids are (4, steps) of the raster's tokens (`jsb_raster.py`), COVERED where one is not known.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.composition.absorbing_state import drawn
from descant.composition.jsb_raster import VOICES
from descant.composition.parallels_avoided import DIVISOR, makes_parallel_around
from descant.types.arrays import BoolArray, FloatArray, IntArray


class Rule(Protocol):
    """What may be sung, where not everything may."""

    def __call__(self, frames: IntArray, voice: int, /) -> BoolArray:
        """Of a voice's tokens, (steps, 47), one at least a step, given frames (steps, 4) that are covered in part."""
        ...


def voice_by_voice(
    logits: npt.NDArray[np.floating],
    now: BoolArray,
    grid: IntArray,
    temperature: float,
    rng: np.random.Generator,
    levels: IntArray,
    rule: Rule | None = None,
    leaning: FloatArray | None = None,
) -> IntArray:
    """The grid with the covered cells `now` drawn by logits (4, steps, 47).

    levels: (steps,), lower ones come first. leaning: (steps, 47), added to the logits of every voice.
    """
    frames = grid.T.copy()
    for voice in rng.permutation(len(VOICES)).tolist():
        for level in np.unique(levels[now[voice]]):
            cells = now[voice] & (levels == level)
            weighed = logits[voice] - np.log(DIVISOR) * makes_parallel_around(frames, voice)
            if leaning is not None:
                weighed = weighed + leaning
            if rule is not None:
                weighed = np.where(rule(frames, voice), weighed, -np.inf)
            frames[cells, voice] = drawn(weighed[cells].astype(np.float64), temperature, rng)
    return frames.T
