"""The baseline for instruments: mean and spread of each mel band over a second, and logistic regression.

Fitted on bands made from POP909's training songs, with the SoundFont that models are trained on; kept in the cache.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.datasets import pop909
from descant.evaluation.ears.collections import orchestras
from descant.evaluation.ears.families import FAMILIES, FRAMES_A_SECOND, Scores, sounding
from descant.evaluation.mono import mono
from descant.features import RATE, Sound
from descant.io.cache import cache_folder
from descant.io.files import write_beside

SONGS = 60  # clips to fit on
HOP = RATE // FRAMES_A_SECOND  # samples
AROUND = 5  # tenths of a second to either side
BANDS = 40
VERSION = 1  # of what is kept


def scores(sound: Sound) -> Scores:
    """The log-odds of each family in each tenth of a second; of the clip, the mean of the highest tenth of them."""
    weights, centre, spread = _model()
    rows = (features(sound) - centre) / spread
    frames = rows @ weights[:-1] + weights[-1]
    highest = np.sort(frames, axis=0)[-max(len(frames) // 10, 1) :]
    return Scores(highest.mean(axis=0) if len(frames) else np.zeros(len(FAMILIES)), frames)


def features(sound: Sound) -> npt.NDArray[np.float64]:
    """Mean and standard deviation of each mel band's level (dB) over about a second, (tenths, 2 * BANDS)."""
    import librosa
    from scipy.ndimage import uniform_filter1d

    samples = mono(sound, RATE)
    if not len(samples):
        return np.zeros((0, 2 * BANDS))
    power = librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=2048, hop_length=HOP, n_mels=BANDS)
    level = librosa.power_to_db(power, ref=1.0, top_db=None).T.astype(np.float64)
    mean = uniform_filter1d(level, 2 * AROUND + 1, axis=0, mode="nearest")
    square = uniform_filter1d(np.square(level), 2 * AROUND + 1, axis=0, mode="nearest")
    return np.concatenate([mean, np.sqrt(np.maximum(square - np.square(mean), 0.0))], axis=1)


def fit() -> None:
    """Fit the regression where it is not kept already."""
    path = _path()
    if path.is_file():
        return
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    rows, truth = [], []
    for song in pop909.song_ids("train")[:: 727 // SONGS][:SONGS]:
        recording = orchestras.load("train", song)
        assert recording.notes is not None
        seen, true = features(recording.sound), sounding(recording.notes)
        count = min(len(seen), len(true))
        rows.append(seen[:count:5])
        truth.append(true[:count:5])
    x, y = np.concatenate(rows), np.concatenate(truth)
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    weights = np.zeros((x.shape[1] + 1, len(FAMILIES)))
    for family in range(len(FAMILIES)):
        model = LogisticRegression(C=0.1, max_iter=500).fit((x - centre) / spread, y[:, family])
        weights[:, family] = np.append(model.coef_[0], model.intercept_)
    with write_beside(path) as temporary, temporary.open("wb") as file:
        np.savez(file, weights=weights, centre=centre, spread=spread)


@cache
def _model() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights (2 * BANDS + 1, families), and what features are centred and scaled by."""
    fit()
    kept = np.load(_path())
    return kept["weights"], kept["centre"], kept["spread"]


def _path() -> Path:
    return cache_folder() / "ears" / f"mel-statistics-{VERSION}.npz"
