"""Parallel fifths and octaves made rarer while a chorale is drawn: the odds of a token that would make one are divided.

A model of the next token hears only seldom that a parallel is wrong, and writes more of them than Bach. What is counted
as one (`voice_leading.py`) is known as soon as the lower of two voices is to sing, so that its odds can be divided
there and then: a product of the model and of a rule (Hinton: Training Products of Experts by Minimizing Contrastive
Divergence, Neural Computation 2002), scaled to sum to 1 like any other. Bach's own parallels cost more nats by it, all
else fewer. Where a piece is filled in out of order the same is asked of what stands before and after.

Tokens are those of `jsb_raster.py`: semitones, 0 a rest, COVERED where one is not known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.frames_around import nearest
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.voice_leading import FIFTH, OCTAVE
from descant.types.arrays import BoolArray, FloatArray, IntArray

SIZE = JsbRaster().size
DIVISOR = 100.0  # chosen on the validation chorales: parallels as rare as Bach's


def makes_parallel(last: IntArray, above: IntArray) -> BoolArray:
    """Which tokens of the next voice would make one, (..., 47).

    `last` (..., 4) is the frame before, `above` (..., voice) what the voices above it sing in this one.
    """
    voice = above.shape[-1]
    return _parallel(last[..., voice], last[..., :voice], above, [FIFTH] * voice)


def makes_parallel_around(frames: IntArray, voice: int) -> BoolArray:
    """Which tokens of a voice would make one where it comes from what it sang last, or goes on, (steps, 47).

    Frames (steps, 4) may be covered in part: what is known is taken to be held on until the voice's next known token,
    and other voices count where they are known at the moment of the move.
    """
    others = [one for one in range(len(VOICES)) if one != voice]
    fifths = [FIFTH if one < voice else OCTAVE - FIFTH for one in others]  # from the voice up to the other
    before = nearest(frames)[0]
    coming = _parallel(before[:, voice], before[:, others], frames[:, others], fifths)
    next_known = _next(frames[:, voice] != COVERED)
    goes_on = next_known < len(frames)
    then = np.where(goes_on, next_known, 0)
    going = _parallel(frames[then, voice], frames[then][:, others], before[then][:, others], fifths)
    return np.asarray(coming | (going & goes_on[:, None]))


def avoided(logits: FloatArray, last: IntArray, above: IntArray) -> FloatArray:
    """The logits (..., 47) of the next voice with the odds of parallels divided."""
    found: FloatArray = logits - np.log(DIVISOR) * makes_parallel(last, above)
    return found


def _parallel(own: IntArray, others: IntArray, now: IntArray, fifths: Sequence[int]) -> BoolArray:
    """Which tokens, (..., 47), move as others do and keep a fifth or an octave to one of them.

    `own` (...) and `others` (..., n) are on one side of the move, `now` (..., n) the others on the token's own side.
    """
    token = np.arange(SIZE)
    there = own[..., None]
    moves = (token - there) * (_pitch(there) & (token > 0))
    found = np.zeros((*own.shape, SIZE), dtype=bool)
    for at, fifth in enumerate(fifths):
        far, near = others[..., at, None], now[..., at, None]
        together = moves * (near - far) * (_pitch(far) & _pitch(near)) > 0
        interval = (near - token) % OCTAVE
        found |= together & (interval == (far - there) % OCTAVE) & ((interval == 0) | (interval == fifth))
    return found


def _next(known: BoolArray) -> IntArray:
    """The first step after each that is known, (steps,); their number where there is none."""
    steps = len(known)
    place = np.where(known, np.arange(steps), steps)
    return np.append(np.minimum.accumulate(place[::-1])[::-1][1:], steps)


def _pitch(token: IntArray) -> BoolArray:
    """Neither a rest nor unknown."""
    return np.asarray((token > 0) & (token < SIZE))
