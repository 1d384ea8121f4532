"""How well notes or chroma go with each of the 24 keys: likeness to the profile of each key.

A profile is the share of each scale degree in much music of a mode (Albrecht and Shanahan: The Use of Large Corpora to
Train a New Type of Key-Finding Algorithm, Music Perception 2013; the method: Krumhansl: Cognitive Foundations of
Musical Pitch, 1990).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])
NAMES = tuple(f"{tonic} major" for tonic in ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")) + tuple(
    f"{tonic} minor" for tonic in ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
)


def likeness(chroma: FloatArray) -> FloatArray:
    """How each row of chroma goes with the 24 keys' profiles, (rows, 24): major from C up, then minor from C up."""
    return np.asarray((chroma - chroma.mean(axis=1, keepdims=True)) @ PROFILES.T)


def _profiles() -> FloatArray:
    """Profiles of the 24 keys, (24, 12), each of mean 0 and norm 1, so that none is favoured."""
    rows = np.stack([np.roll(mode, tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


PROFILES = _profiles()
