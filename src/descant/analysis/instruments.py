"""Instruments and genres with the times they are heard, from a network that was taught by clips alone.

A CNN over the log-mel spectrum says for every frame how likely each tag is, and how much the frame should count; the
mean so weighted is the clip's answer, and only that was compared with the labels "this instrument sounds somewhere in
these seconds" (attention pooling: Kong, Xu, Wang and Plumbley: Audio Set Classification with Attention Model, ICASSP
2018; localisation from clip labels: Schlüter: Learning to Pinpoint Singing Voice from Weakly Labeled Examples, ISMIR
2016). Here a recording is asked in windows of the length that the network was taught with. What a window has is placed
where the frames say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.log_mel import LogMel
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.registry import needs
from descant.types import Tags
from descant.types.annotations import GENRE, INSTRUMENT
from descant.types.arrays import FloatArray
from descant.types.instruments import INSTRUMENTS

MODEL = "instruments"
HEARD = Posteriors(MODEL, LogMel())
GENRES = ("pop", "rock", "funk and soul", "hip hop", "jazz", "latin", "classical")
LABELS = (*INSTRUMENTS, *GENRES)

STEP = 0.1  # seconds between answers
WINDOW = 8.0  # seconds pooled to one answer, as in training
SURE = 0.4  # of a window's answer, from which an instrument sounds
SURE_FRAME = 0.3  # of a frame's
SURE_GENRE = 0.5  # mean of all windows
SHORTEST = 0.4  # seconds of a span
GAP = 4.0  # seconds between sure frames, below which a span goes on: often only strokes and attacks are sure


@dataclass(frozen=True, eq=False)
class Scores:
    """How likely each of LABELS is, 0 to 1, in tenths of a second."""

    window: FloatArray  # (tenths, labels): in the seconds around
    frame: FloatArray  # (tenths, labels): right here


@needs(HEARD, Extent())
def instruments(sound: Sound) -> Tags:
    """The instruments with the spans in which they sound, and the genre, which holds for the whole recording.

    A span's confidence is that of the surest window in it.
    """
    duration: float = get(sound, Extent())
    return tags(scores(sound), duration)


def scores(sound: Sound) -> Scores:
    """The network's answers."""
    found: PosteriorFrames = get(sound, HEARD)
    activity, attention = (found.outputs[name].astype(np.float32) for name in ("activity", "attention"))
    return pooled_scores(activity, attention)


def pooled_scores(activity: npt.NDArray[np.float32], attention: npt.NDArray[np.float32]) -> Scores:
    """The answers of frames (frames, labels), pooled by attention over WINDOW around each tenth of a second."""
    if not len(activity):
        return Scores(np.zeros((0, len(LABELS))), np.zeros((0, len(LABELS))))
    each = round(STEP * FRAME_RATE)
    starts = np.arange(0, len(activity), each)
    weight = np.add.reduceat(attention.astype(np.float64), starts, axis=0)
    heard = np.add.reduceat((attention * activity).astype(np.float64), starts, axis=0)
    counts = np.diff(np.append(starts, len(activity)))[:, None]
    half = round(WINDOW / STEP / 2)
    return Scores(
        _around(heard, half) / np.maximum(_around(weight, half), 1e-9),
        np.add.reduceat(activity.astype(np.float64), starts, axis=0) / counts,
    )


def tags(scores: Scores, duration: float) -> Tags:
    """The spans in which both the window and the frames are sure, and the genre that is likeliest, if it is likely."""
    spans: list[tuple[float, float, str, str, float]] = []
    for at, label in enumerate(INSTRUMENTS):
        window = scores.window[:, at]
        for first, last in _runs((window >= SURE) & (scores.frame[:, at] >= SURE_FRAME)):
            start, end = first * STEP, min(last * STEP, duration)
            if end > start:
                spans.append((start, end, label, INSTRUMENT, float(window[first:last].max())))
    if spans and duration > 0:
        genre = scores.window[:, len(INSTRUMENTS) :].mean(axis=0)
        best = int(genre.argmax())
        if genre[best] >= SURE_GENRE:
            spans.append((0.0, duration, GENRES[best], GENRE, float(genre[best])))
    return Tags(
        np.array([start for start, *_ in spans], dtype=np.float64),
        np.array([end for _, end, *_ in spans], dtype=np.float64),
        tuple(label for _, _, label, _, _ in spans),
        tuple(kind for *_, kind, _ in spans),
        np.array([min(sure, 1.0) for *_, sure in spans], dtype=np.float64),
    )


def _around(values: FloatArray, half: int) -> FloatArray:
    """Sums over `half` rows before and after each row, and itself, as far as there are any."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    row = np.arange(len(values))
    return np.asarray(total[np.minimum(row + half + 1, len(values))] - total[np.maximum(row - half, 0)])


def _runs(active: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[first, last) of the stretches that are active: gaps shorter than GAP closed, then too short runs left out."""
    least, gap = round(SHORTEST / STEP), round(GAP / STEP)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    merged: list[list[int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if merged and first - merged[-1][1] < gap:
            merged[-1][1] = last
        else:
            merged.append([first, last])
    return [(first, last) for first, last in merged if last - first >= least]
