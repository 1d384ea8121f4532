"""Parallel fifths and octaves made rarer while a chorale is drawn: the odds of a token that would make one are divided.

A model of the next token hears only seldom that a parallel is wrong, and writes more of them than Bach. What is counted
as one (`voice_leading.py`) is known as soon as the lower of two voices is to sing, so that its odds can be divided
there and then: a product of the model and of a rule (Hinton: Training Products of Experts by Minimizing Contrastive
Divergence, Neural Computation 2002), scaled to sum to 1 like any other. Bach's own parallels cost more nats by it, all
else fewer.

Tokens are those of `jsb_raster.py`: semitones, 0 a rest.
"""

from __future__ import annotations

import numpy as np

from descant.composition.jsb_raster import JsbRaster
from descant.composition.voice_leading import FIFTH, OCTAVE
from descant.types.arrays import BoolArray, FloatArray, IntArray

DIVISOR = 100.0  # chosen on the validation chorales: parallels as rare as Bach's


def makes_parallel(last: IntArray, above: IntArray) -> BoolArray:
    """Which tokens of the next voice would make one, (..., 47).

    `last` (..., 4) is the frame before, `above` (..., voice) what the voices above it sing in this one.
    """
    voice = above.shape[-1]
    token = np.arange(JsbRaster().size)
    own = last[..., voice, None]
    moves = (token - own) * ((own > 0) & (token > 0))
    found = np.zeros((*last.shape[:-1], len(token)), dtype=bool)
    for upper in range(voice):
        before, now = last[..., upper, None], above[..., upper, None]
        together = moves * (now - before) * ((before > 0) & (now > 0)) > 0
        interval = (now - token) % OCTAVE
        found |= together & (interval == (before - own) % OCTAVE) & ((interval == 0) | (interval == FIFTH))
    return found


def avoided(logits: FloatArray, last: IntArray, above: IntArray) -> FloatArray:
    """The logits (..., 47) of the next voice with the odds of parallels divided."""
    found: FloatArray = logits - np.log(DIVISOR) * makes_parallel(last, above)
    return found
