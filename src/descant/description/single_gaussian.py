"""Timbre as a vector: the Gaussian that describes a recording's cepstra, whatever their order.

Mel-frequency cepstral coefficients of short spans are taken as a bag. Their mean says what sounds on average, their
covariance what changes and what changes together. Coefficients that do not depend on the level are used alone, and
spans much softer than the loudest are left out, so that neither loudness nor silence at the ends counts as timbre.

Mandel and Ellis: Song-level Features and Support Vector Machines for Music Classification, ISMIR 2005. Simplified:
covariances are told by their signed roots, in dB like the means, and the cosine of two such vectors, once a library's
mean is taken from them, stands for the divergence of two Gaussians.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import Sound, get
from descant.features.timbre import COEFFICIENTS, Timbre
from descant.registry import needs
from descant.types import Embedding

SPACE = "timbre"
MODEL = "single-gaussian 1"
DIMENSIONS = COEFFICIENTS + COEFFICIENTS * (COEFFICIENTS + 1) // 2
RANGE = 40.0  # dB: what lies further below the loudest span is left out
SILENT = -79.0  # dB re full scale, the mean of the bands: nothing sounds


@needs(Timbre())
def single_gaussian(sound: Sound) -> Embedding:
    """Where the sound of a recording lies among sounds, whatever is played."""
    return Embedding(SPACE, timbre_vector(get(sound, Timbre())))


def timbre_vector(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The vector, (DIMENSIONS,), of level and coefficients, (rows, 1 + COEFFICIENTS); zeros for silence."""
    level = rows[:, 0]
    rows = rows[(level > SILENT) & (level > level.max(initial=SILENT) - RANGE), 1:].astype(np.float64)
    if not len(rows):
        return np.zeros(DIMENSIONS, dtype=np.float32)
    mean = rows.mean(axis=0)
    together = (rows - mean).T @ (rows - mean) / len(rows)
    covariance = together[np.triu_indices(COEFFICIENTS)]
    found = np.concatenate([mean, np.sign(covariance) * np.sqrt(np.abs(covariance))])
    return (found / max(float(np.linalg.norm(found)), 1e-12)).astype(np.float32)
