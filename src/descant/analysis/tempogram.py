"""The tempo of the whole piece: that of its beats, and the next likely reading.

The beats say the tempo; where they are even, a straight line through them says it far more closely than any interval.
Listeners may tap at half or twice that speed, or feel threes where others feel twos. Which of these comes next is read
from a tempogram: the autocorrelation of onset strength, summed over the piece (after Grosche, Müller and Kurth: Cyclic
Tempogram, ICASSP 2010; simplified to the lags of simple ratios).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.onset_strength import OnsetStrength
from descant.registry import needs
from descant.types import Beats, Tempo, TempoCandidate

Floats = npt.NDArray[np.float64]

RATIOS = (0.5, 2.0, 2.0 / 3.0, 1.5, 1.0 / 3.0, 3.0)  # other readings, times the tempo of the beats
SLOWEST, FASTEST = 30.0, 300.0  # bpm
TYPICAL_BPM, OCTAVES = 110.0, 0.9  # the log-normal prior of tempo
EVEN = 0.1  # an interval this near to the median one, relatively, is of the same tempo
LINE_BEATS = 8  # a straight line through fewer beats says no more than the median


@needs(OnsetStrength())
def tempogram(sound: Sound, beats: Beats) -> Tempo:
    """The tempo of the beats and a second candidate at a simple ratio to it; none where there are no two beats.

    The confidences add up to the mean of the beats', without the downbeats': those tell of the bars as well.
    """
    if len(beats) < 2:
        return Tempo(())
    sure = _certainty(beats)
    bpm = 60.0 / beat_period(beats.time)
    others = [bpm * ratio for ratio in RATIOS if SLOWEST <= bpm * ratio <= FASTEST]
    if not (SLOWEST <= bpm <= FASTEST and others):
        return Tempo((TempoCandidate(float(np.clip(bpm, 1.0, 999.0)), sure),))
    salience = _salience(get(sound, OnsetStrength()).sum(axis=1), np.array([bpm, *others]))
    second = int(salience[1:].argmax()) + 1
    # The beats have chosen already: the other reading never gets the larger share.
    share = float(np.clip(salience[0] / max(salience[0] + salience[second], 1e-12), 0.5, 1.0))
    return Tempo((TempoCandidate(bpm, sure * share), TempoCandidate(others[second - 1], sure * (1.0 - share))))


def _certainty(beats: Beats) -> float:
    """The mean confidence of the beats that are no downbeats, or of all where there are no others."""
    assert beats.confidence is not None  # filled in when beats are made
    plain = beats.position != 1
    return float(beats.confidence[plain if plain.any() else ...].mean())


def beat_period(time: Floats) -> float:
    """Seconds a beat: the slope of a line through the longest even stretch of beats, or else the median interval."""
    intervals = np.diff(time)
    median = float(np.median(intervals))
    even = np.abs(intervals / median - 1.0) <= EVEN
    edges = np.flatnonzero(np.diff(np.concatenate([[False], even, [False]]).astype(int)))  # starts and ends by turns
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return median
    longest = int((ends - starts).argmax())
    stretch = time[starts[longest] : ends[longest] + 1]
    if len(stretch) < LINE_BEATS or len(stretch) < len(time) / 2:
        return median
    return float(np.polyfit(np.arange(len(stretch)), stretch - stretch[0], 1)[0])


def _salience(strength: npt.NDArray[np.float32], bpm: Floats) -> Floats:
    """How strongly onsets repeat at each tempo, weighted by how usual it is; from 0."""
    from scipy import fft

    varying = strength - strength.mean()
    size = fft.next_fast_len(2 * len(varying))
    power = np.square(np.abs(fft.rfft(varying, size)))
    agreement = fft.irfft(power, size)[: len(varying)]
    lags = 60.0 * FRAME_RATE / bpm
    # Also at two and three times the lag: what repeats at a beat repeats at its multiples.
    found = np.mean(
        [np.interp(lags * times, np.arange(len(agreement)), agreement, right=0.0) for times in (1, 2, 3)], 0
    )
    prior = np.exp(-0.5 * (np.log2(bpm / TYPICAL_BPM) / OCTAVES) ** 2)
    return np.asarray(np.maximum(found / max(float(agreement[0]), 1e-12), 0.0) * prior)
