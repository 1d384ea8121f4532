"""What is known around each cell of a chorale that is partly covered: its voice's nearest tokens, and the keys.

Of every cell the nearest known token before it and the one after it in its voice, and how far away they are; of every
frame two guesses of the key, from all pitches that are known and from those near it (`sonorities.py`). A model
that reads pitches as degrees of these keys, or as intervals, sees the same piece whatever key it stands in.

Frames are (steps, 4) of the raster's tokens (`jsb_raster.py`), COVERED where one is not known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from descant.composition.absorbing_state import COVERED
from descant.composition.frames_before import LOWEST, key_of
from descant.composition.jsb_raster import REST, JsbRaster
from descant.composition.sonorities import local_keys, pitch_classes
from descant.types.arrays import IntArray

UNKNOWN = JsbRaster().size  # the token that stands for none, or for a covered one
BAR = 16  # frames
GAPS = 24  # classes of how far away a token is; 0 where there is none


def rows(frames: IntArray, start: int = 0, whole: int | None = None) -> dict[str, npt.NDArray[Any]]:
    """What is told of each frame, by name, (steps, ...); `token` is the frame itself.

    start: the piece's frame that the first one is; whole: how many the piece has, where these are a part of it.
    """
    steps = len(frames)
    before, since = nearest(frames)
    after, until = (one[::-1].copy() for one in nearest(frames[::-1]))
    step = start + np.arange(steps)
    return {
        "token": np.where(frames == COVERED, UNKNOWN, frames),
        "before": before,
        "since": since,
        "after": after,
        "until": until,
        "key": _keys(frames),
        "step": step,
        "left": np.minimum((start + steps if whole is None else whole) - 1 - step, BAR),
    }


def nearest(frames: IntArray) -> tuple[IntArray, IntArray]:
    """(steps, 4): the last known token before each cell, and the class of how many frames before."""
    steps, known = len(frames), frames != COVERED
    place = np.where(known, np.arange(steps)[:, None], -1)
    last = np.full_like(frames, -1)
    last[1:] = np.maximum.accumulate(place, axis=0)[:-1]
    there = last >= 0
    found = np.where(there, np.take_along_axis(frames, np.maximum(last, 0), axis=0), UNKNOWN)
    away = np.arange(steps)[:, None] - last
    away = np.where(away <= BAR, away, np.minimum(BAR + (away - BAR) // 8, GAPS - 1))
    return found, np.where(there, away, 0)


def _keys(frames: IntArray) -> IntArray:
    """(steps, 2): the key of the whole, and of what is near."""
    pitches = np.where(frames > 0, frames - 1 + LOWEST, REST)
    whole = key_of(pitch_classes(pitches).sum(axis=0))
    return np.stack([np.full(len(frames), whole), local_keys(pitches)], axis=1)
