"""Chroma: how strongly each of the twelve pitch classes sounds, folded from the activations of 88 pitches.

After Mauch and Dixon (ISMIR 2010): folding note activations rather than the spectrum leaves out most of the partials,
and a bass chroma beside the treble one tells inversions apart.
"""

from __future__ import annotations

import numpy as np

from descant.features.note_activation import PITCHES
from descant.features.vqt import LOWEST_PITCH, Array

COMPRESSION = 0.5  # the power activations are raised to, so that the loudest voice does not drown the others


def chroma(activations: Array) -> Array:
    """The chroma of all voices, the middle ones counting most, float32 (frames, 12), C first, of (frames, 88)."""
    return _fold(activations, _TREBLE)


def bass_chroma(activations: Array) -> Array:
    """The chroma of the low voices, float32 (frames, 12), C first, of (frames, 88)."""
    return _fold(activations, _BASS)


def _profile(points: list[tuple[float, float]]) -> Array:
    """A weight for each of 88 pitches, straight lines between (MIDI pitch, weight) points."""
    pitch, weight = zip(*points, strict=True)
    return np.asarray(np.interp(LOWEST_PITCH + np.arange(PITCHES), pitch, weight), dtype=np.float32)


_TREBLE = _profile([(30, 0.0), (48, 1.0), (84, 1.0), (100, 0.0)])
_BASS = _profile([(21, 0.5), (28, 1.0), (43, 1.0), (55, 0.0)])


def _fold(activations: Array, weight: Array) -> Array:
    weighted = activations**COMPRESSION * weight
    result = np.zeros((len(activations), 12), dtype=np.float32)
    for at in range(PITCHES):
        result[:, (LOWEST_PITCH + at) % 12] += weighted[:, at]
    return result
