"""The metre, counted: how many beats lie between one downbeat and the next.

The beats are taken for quarter notes, so bars of three read 3/4. Compound metres (6/8) cannot be told from their
beats alone: a beat tracker hears two beats, or three, or six.
"""

from __future__ import annotations

import numpy as np

from descant.types import Beats, Meter


def bar_count(beats: Beats) -> Meter:
    """The metre that most beats stand in; None without two downbeats.

    The confidence is the share of beats in bars of that length, times the mean confidence of the downbeats. So it is
    as good as those: bar-pointer-hmm doubts its downbeats where another length of bar would explain the accents as
    well. It follows bars of three and of four alone, and what it says of others is low, not right.
    """
    downbeats = np.flatnonzero(beats.position == 1)
    if len(downbeats) < 2:
        return Meter(None, 0.0)
    assert beats.confidence is not None  # filled in when beats are made
    lengths = np.diff(downbeats)
    weight = np.bincount(lengths, weights=lengths)  # beats in bars of each length
    best = int(weight.argmax())
    if best > 64:
        return Meter(None, 0.0)
    share = float(weight[best] / weight.sum())
    return Meter(f"{best}/4", share * float(beats.confidence[downbeats].mean()))
