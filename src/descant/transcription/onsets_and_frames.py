"""Piano notes from a network that hears onsets and sounding keys apart (Hawthorne et al., ISMIR 2018).

One head says where keys are struck, another, which has seen the first one's answer, which keys sound. A note starts
only where the onset head says so, and lasts as long as the frame head holds it. Simplified: fewer channels, 50 frames
a second of 93 ms each. Added: onsets are read between frames, from how the posterior falls off on either side of its
peak (as in Kong et al., High-resolution Piano Transcription with Pedals, 2021), and ends from where it crosses.

Hawthorne, Elsen, Song, Roberts, Simon, Raffel, Engel, Oore and Eck: Onsets and Frames: Dual-Objective Piano
Transcription, ISMIR 2018. The network is in `onsets_and_frames_model.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.log_mel import LogMel
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.registry import needs
from descant.types import Notes
from descant.types.arrays import FloatArray, IntArray

LOWEST_PITCH = 21  # MIDI: A0
SHORTEST = 0.03  # seconds
_POSTERIORS = Posteriors("onsets_and_frames", LogMel())

Roll = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Decoding:
    """How posteriors become notes. Set on validation music; the recipe names it."""

    onset: float = 0.68  # a note starts only where the onset posterior exceeds this
    frame: float = 0.6  # and lasts until the frame posterior stays below this
    patience: int = 2  # frames that it must stay below
    gate: bool = True  # without it, a note starts wherever the frame posterior rises: the ablation


@needs(_POSTERIORS, Extent())
def onsets_and_frames(
    sound: Sound, *, onset_threshold: float = 0.68, frame_threshold: float = 0.6, gate: bool = True
) -> Notes:
    """The notes of a piano recording, as one part; a note's confidence is its onset's posterior.

    gate: a note starts only at an onset; without, wherever a key begins to sound. None in less than half a second.
    """
    duration: float = get(sound, Extent())
    if duration < SCRAP_SECONDS:
        return nothing()
    heard: PosteriorFrames = get(sound, _POSTERIORS)
    decoding = Decoding(onset=onset_threshold, frame=frame_threshold, gate=gate)
    outputs = heard.outputs
    return notes_of(outputs["onset"], outputs["frame"], outputs["velocity"], decoding, duration)


def notes_of(onset: Roll, frame: Roll, velocity: Roll, decoding: Decoding, duration: float = np.inf) -> Notes:
    """Notes from posteriors of shape (frames, 88); none reaches beyond `duration`, seconds."""
    found = [
        _key_notes(onset[:, key].astype(np.float64), frame[:, key].astype(np.float64), decoding)
        for key in range(onset.shape[1])
    ]
    at = np.concatenate([peak for peak, _, _ in found])
    start = np.concatenate([start for _, start, _ in found])
    end = np.concatenate([end for _, _, end in found])
    key = np.repeat(np.arange(len(found)), [len(peak) for peak, _, _ in found])
    force = np.clip(np.round(velocity[at, key].astype(np.float64) * 127), 1, 127).astype(np.int64)
    confidence = np.clip(onset[at, key].astype(np.float64), 0.0, 1.0)
    start, end = start / FRAME_RATE, end / FRAME_RATE
    inside = start < duration - 1e-3
    start, end = start[inside], np.minimum(np.maximum(end, start + SHORTEST)[inside], duration)
    return Notes(start, end, key[inside] + LOWEST_PITCH, force[inside], confidence=confidence[inside])


def nothing() -> Notes:
    """No notes."""
    return Notes(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _key_notes(onset: FloatArray, frame: FloatArray, decoding: Decoding) -> tuple[IntArray, FloatArray, FloatArray]:
    """Of one key: the frames that its notes' onsets peak in, their starts and their ends, in frames."""
    peak = peaks(onset, decoding.onset) if decoding.gate else _rises(frame, decoding.frame)
    start = np.maximum(between(onset, peak), 0.0) if decoding.gate else peak.astype(np.float64)
    silent = _silent(frame, decoding.frame, decoding.patience)
    following = np.append(start[1:], len(frame))[: len(start)]
    return peak, start, np.minimum(_ends(frame, peak, silent, decoding.frame), following)


def peaks(values: FloatArray, threshold: float) -> IntArray:
    """Where values exceed the threshold and no neighbour is greater; of equal neighbours the first, (count,)."""
    before = np.concatenate([[-np.inf], values[:-1]])
    after = np.concatenate([values[1:], [-np.inf]])
    return np.flatnonzero((values > threshold) & (values > before) & (values >= after))


def between(values: FloatArray, peak: IntArray) -> FloatArray:
    """Places of peaks between frames: where the tip stands of a triangle through three values."""
    before = values[np.maximum(peak - 1, 0)]
    after = values[np.minimum(peak + 1, len(values) - 1)]
    height = values[peak] - np.minimum(before, after)
    return np.asarray(peak + np.clip((after - before) / (2 * np.maximum(height, 1e-6)), -0.5, 0.5))


def _rises(frame: FloatArray, threshold: float) -> IntArray:
    """Where the frame posterior begins to reach the threshold."""
    above = frame >= threshold
    return np.flatnonzero(above & ~np.concatenate([[False], above[:-1]]))


def _silent(frame: FloatArray, threshold: float, patience: int) -> IntArray:
    """The frames from which on, for `patience` frames, the posterior is below the threshold."""
    below = np.concatenate([frame < threshold, np.ones(patience, dtype=bool)])
    return np.flatnonzero(np.lib.stride_tricks.sliding_window_view(below, patience).all(axis=1))


def _ends(frame: FloatArray, peak: IntArray, silent: IntArray, threshold: float) -> FloatArray:
    """Where the frame posterior falls below the threshold after each onset, between frames by interpolation."""
    first = silent[np.minimum(np.searchsorted(silent, peak + 1), len(silent) - 1)]
    at = np.minimum(first, len(frame) - 1)
    above, below = frame[np.maximum(at - 1, 0)], frame[at]
    part = np.where(above > below, (above - threshold) / np.maximum(above - below, 1e-6), 1.0)
    return np.asarray(first - 1 + np.clip(part, 0.0, 1.0))
