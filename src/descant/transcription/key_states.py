"""What a piano's key does in a frame, in one word: the five states of the autoregressive multi-state model.

Frame `i` tells of the moment `i / FRAME_RATE - DELAY`: the model waits that long, to hear a little of what it tells.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE
from descant.types import Notes

OFF, ONSET, SUSTAIN, OFFSET, REONSET = range(5)
STATES = 5
KEYS, LOWEST_PITCH = 88, 21

DELAY = 1 / FRAME_RATE  # seconds

States = npt.NDArray[np.uint8]


def states_of(notes: Notes, frames: int) -> States:
    """The states of notes, (frames, KEYS). A stroke of a key that still sounds is a re-onset.

    Every note takes two frames at least; where two strokes of a key fall into one frame, the later counts.
    """
    states = np.full((frames, KEYS), OFF, dtype=np.uint8)
    start = np.round((notes.onset + DELAY) * FRAME_RATE).astype(np.int64)
    end = np.maximum(np.round((notes.offset + DELAY) * FRAME_RATE).astype(np.int64), start + 1)
    for first, last, pitch in zip(start.tolist(), end.tolist(), notes.pitch.tolist(), strict=True):
        key = pitch - LOWEST_PITCH
        if not (0 <= key < KEYS and first < frames):
            continue
        sounding = first > 0 and states[first - 1, key] in (ONSET, SUSTAIN, REONSET)
        states[first, key] = REONSET if sounding else ONSET
        states[first + 1 : last, key] = SUSTAIN
        states[last : last + 1, key] = OFFSET
        states[last + 1 :, key] = OFF
    return states


def previous(states: States) -> States:
    """The states of each frame before, (frames, KEYS); before the first, all keys are off."""
    return np.concatenate([np.full((1, states.shape[1]), OFF, dtype=np.uint8), states[:-1]])
