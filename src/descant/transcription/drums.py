"""Drum strokes: kick, snare, hi-hat, toms and cymbals, from a small convolutional network.

A CNN over the log-mel spectrum and dilated convolutions in time say, for each class and frame, whether a drum is struck
(Vogl, Widmer and Knees: Towards Multi-Instrument Drum Transcription, DAFx 2018, whose recurrent layers are convolutions
here). The network is taught a triangle around each stroke, so that the peak's neighbours tell where between two frames
it lies. Trained on real drummers' performances struck on many kits, with strokes that others cover weighted down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import Extent
from descant.features.log_mel import LogMel
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.registry import needs
from descant.types import Notes, Part
from descant.types.arrays import FloatArray, IntArray
from descant.types.drums import DRUM_CLASSES, DRUM_KEYS

MODEL = "drums"
HEARD = Posteriors(MODEL, LogMel())
NEAREST = 0.04  # seconds between two strokes of a class
LASTS = 0.05  # seconds: a stroke has no end


@needs(HEARD, Extent())
def drums(sound: Sound) -> Notes:
    """The strokes as notes of one drum part: General MIDI keys 36, 38, 42, 47 and 49; each lasts 50 ms.

    A note's confidence is the height of its peak.
    """
    found: PosteriorFrames = get(sound, HEARD)
    duration: float = get(sound, Extent())
    return strokes(found.outputs["onset"], found.outputs["velocity"], thresholds(), duration)


def thresholds() -> tuple[float, ...]:
    """Of each of DRUM_CLASSES, the height of a peak from which F1 on validation data was best: the card says so."""
    card = weights.load(MODEL).card
    return tuple(card.validation[f"{name}_threshold"] for name in DRUM_CLASSES)


def strokes(
    onset: npt.NDArray[np.floating], velocity: npt.NDArray[np.floating], least: Sequence[float], duration: float
) -> Notes:
    """The notes in posteriors (frames, classes) of a recording of `duration` seconds; `least` are the thresholds."""
    times: list[FloatArray] = []
    heights: list[FloatArray] = []
    loud: list[IntArray] = []
    for kind, threshold in enumerate(least):
        time, frame = peaks(onset[:, kind].astype(np.float64), threshold)
        times.append(time)
        heights.append(onset[frame, kind].astype(np.float64))
        loud.append(np.clip(np.round(127 * velocity[frame, kind].astype(np.float64)), 1, 127).astype(np.int64))
    key = np.repeat(DRUM_KEYS, [len(one) for one in times])
    start = np.concatenate(times)
    inside = start < duration
    return Notes(
        start[inside],
        start[inside] + LASTS,
        key[inside],
        np.concatenate(loud)[inside],
        parts=(Part("drums", 0, drum=True),),
        confidence=np.clip(np.concatenate(heights)[inside], 0.0, 1.0),
    )


def peaks(values: FloatArray, threshold: float) -> tuple[FloatArray, IntArray]:
    """Seconds and frames of the peaks of at least `threshold`, no two nearer than NEAREST: of such the higher counts.

    Between frames, the peak lies where the centre of the three highest neighbours does.
    """
    padded = np.pad(values, 1)
    frame = np.flatnonzero((values >= threshold) & (values > padded[:-2]) & (values >= padded[2:]))
    kept: list[int] = []
    for at in frame.tolist():
        if kept and at - kept[-1] < NEAREST * FRAME_RATE:
            if values[at] > values[kept[-1]]:
                kept[-1] = at
        else:
            kept.append(at)
    chosen = np.array(kept, dtype=np.int64)
    before, peak, after = (padded[chosen + step] for step in range(3))
    lean = (after - before) / np.maximum(before + peak + after, 1e-9)
    return np.maximum((chosen + lean) / FRAME_RATE, 0.0), chosen
