"""What the piano recipes train on: notes as rolls over the keys, and spectra as other rooms and microphones have them.

Frame `i` stands for the moment `i / FRAME_RATE`. Notes end where their sound does, with the pedal and the key's next
stroke, exactly as they are measured (`evaluation.pedal`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from descant.evaluation.pedal import pedal_extended
from descant.features import FRAME_RATE
from descant.features.log_mel import GAIN
from descant.types import Notes

KEYS, LOWEST = 88, 21
REACH = 2.0  # frames: an onset's target falls to 0 so far from it, so that its place can be read between frames
ATTACK_WEIGHT = 5.0  # of a note's first frames in the loss
RELEASE_WEIGHT = 3.0  # of the frames around its end, which are few and decide whether the note is right
AROUND = 5  # frames on either side of an end

Rolls = dict[str, npt.NDArray[Any]]


def rolls(notes: Notes, frames: int) -> Rolls:
    """All of shape (frames, KEYS).

    onset: 1 at an onset, falling linearly to 0 over REACH frames before and after it. frame: how much of the frame
    a note sounds, 0 to 1. weight: of the frame's loss, ATTACK_WEIGHT at an onset, falling to 1 (Hawthorne et al. 2018),
    and RELEASE_WEIGHT at least around an end. velocity: of the last note that was struck, 0 to 1.
    """
    notes = pedal_extended(notes)
    onset, frame = np.zeros((frames, KEYS), np.float16), np.zeros((frames, KEYS), np.float16)
    weight, velocity = np.ones((frames, KEYS), np.float16), np.zeros((frames, KEYS), np.float16)
    columns = (notes.onset * FRAME_RATE, notes.offset * FRAME_RATE, notes.pitch - LOWEST, notes.velocity)
    for start, end, key, force in zip(*(column.tolist() for column in columns), strict=True):
        if not 0 <= key < KEYS:
            continue
        first, last = max(int(start - REACH) + 1, 0), min(int(start + REACH) + 1, frames)
        near = np.arange(first, last)
        onset[first:last, key] = np.maximum(onset[first:last, key], 1 - np.abs(near - start) / REACH)
        first, last = max(round(start), 0), min(round(end) + 1, frames)
        near = np.arange(first, last)
        share = np.minimum(near + 0.5, end) - np.maximum(near - 0.5, start)
        frame[first:last, key] = np.clip(frame[first:last, key] + np.maximum(share, 0.0), 0.0, 1.0)
        weight[first:last, key] = np.clip(ATTACK_WEIGHT / np.maximum(near - start, 1.0), 1.0, ATTACK_WEIGHT)
        near_end = slice(max(round(end) - AROUND, 0), max(round(end) + AROUND + 1, 0))
        weight[near_end, key] = np.maximum(weight[near_end, key], RELEASE_WEIGHT)
        velocity[max(first - 1, 0) : last, key] = force / 127
    return {"onset": onset, "frame": frame, "weight": weight, "velocity": velocity}


def recorded_otherwise(frames: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Log-mel frames (n, bands) as another microphone would have them: level, tone colour, compression and noise."""
    bands = frames.shape[1]
    magnitude = np.expm1(frames)  # times GAIN
    corners = np.linspace(0, bands - 1, int(rng.integers(2, 7)))
    tone_db = np.interp(np.arange(bands), corners, rng.normal(0.0, rng.uniform(0.0, 6.0), len(corners)))
    level_db = rng.uniform(-24.0, 3.0)
    magnitude *= 10 ** ((tone_db + level_db) / 20)
    if rng.random() < 0.5:
        hiss_db = rng.uniform(-90.0, -55.0) + np.interp(np.arange(bands), corners, rng.normal(0, 6.0, len(corners)))
        hiss = GAIN * 10 ** (hiss_db / 20) * rng.rayleigh(1.0, frames.shape)
        magnitude = np.hypot(magnitude, hiss)
    return np.log1p(magnitude).astype(np.float32)
