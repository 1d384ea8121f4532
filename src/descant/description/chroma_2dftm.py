"""Harmony as a vector that the key does not move: magnitudes of the 2D Fourier transform of beat-synchronous chroma.

Chroma averaged over beats does not know the tempo; transposing a piece turns its pitch classes round the circle and
beginning later shifts its beats, and the magnitudes of a two-dimensional Fourier transform know neither. The vector is
the median over patches of so many beats.

Ellis and Bertin-Mahieux: Large-scale Cover Song Recognition Using the 2D Fourier Transform Magnitude, ISMIR 2012.
Simplified: patches are shorter than the paper's 75 beats, and no principal components are learnt.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.harmony import Harmony, HarmonyFrames
from descant.registry import needs
from descant.types import Beats, Embedding
from descant.types.arrays import FloatArray

SPACE = "harmony"
MODEL = "chroma-2dftm 1"
PATCH = 24  # beats
BASS = 0.7  # what the bass counts beside all voices
SILENT = 1e-4  # a beat's chroma below this is no harmony
FLAT = 0.48  # the strongest pitch class of a beat's chroma of length 1, on average, below which they are drums or noise
ROWS = 7  # of the twelve frequencies round the circle: the others mirror them
DIMENSIONS = 2 * ROWS * PATCH
USUAL = 0.5  # seconds a beat where none are known


@needs(Harmony())
def chroma_2dftm(sound: Sound, beats: Beats) -> Embedding:
    """Where the harmony of a recording lies among harmonies, in whatever key and tempo."""
    heard: HarmonyFrames = get(sound, Harmony())
    return Embedding(SPACE, harmony_vector(heard.chroma, heard.bass_chroma, beats.time))


def harmony_vector(
    chroma: npt.NDArray[np.float32], bass: npt.NDArray[np.float32], beats: FloatArray
) -> npt.NDArray[np.float32]:
    """The vector, (DIMENSIONS,), of the chroma of all voices and of the bass, (frames, 12), and of beats in seconds.

    All zeros where nothing sounds, or no pitch class stands out.
    """
    voices = beat_chroma(chroma, beats)
    strongest = voices.max(axis=1)[voices.any(axis=1)]
    if not len(strongest) or strongest.mean() < FLAT:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    found = np.concatenate([middle(voices), BASS * middle(beat_chroma(bass, beats))])
    return (found / max(float(np.linalg.norm(found)), 1e-12)).astype(np.float32)


def beat_chroma(chroma: npt.NDArray[np.float32], beats: FloatArray) -> FloatArray:
    """The mean chroma from beat to beat, each of length 1 or, where nothing sounds, 0: (beats - 1, 12)."""
    duration = len(chroma) / FRAME_RATE
    beats = beats[beats <= duration]
    if len(beats) < 3:
        beats = np.arange(0.0, duration + USUAL, USUAL)
    edges = np.minimum(np.round(beats * FRAME_RATE).astype(np.int64), len(chroma))
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)])
    found = np.diff(total[edges], axis=0) / np.maximum(np.diff(edges), 1)[:, None]
    size = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(np.where(size > SILENT, found / np.maximum(size, SILENT), 0.0))


def middle(found: FloatArray) -> FloatArray:
    """The median over patches of PATCH beats, each a beat later than the one before, of their spectra's magnitudes:
    of length 1, or all zeros; (ROWS * PATCH,). A shorter piece is repeated to fill one patch.
    """
    if not found.any():
        return np.zeros(ROWS * PATCH)
    if len(found) < PATCH:
        found = found[np.arange(PATCH) % len(found)]
    patches = np.lib.stride_tricks.sliding_window_view(found, PATCH, axis=0)  # (patches, 12, PATCH)
    magnitude = np.abs(np.fft.fft2(patches))[:, :ROWS]
    magnitude[:, 0, 0] = 0.0  # the mean says nothing
    usual = np.median(magnitude, axis=0).ravel()
    return np.asarray(usual / max(float(np.linalg.norm(usual)), 1e-12))
