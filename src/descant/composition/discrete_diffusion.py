"""Discrete diffusion: chorales in four voices, any cells of which are given; all others are uncovered in a few steps.

Notes are covered until nothing is left; a denoiser that sees what is not covered says what may be beneath, and a piece
is drawn by uncovering a few cells at a time (`absorbing_state.py`). Each voice has its own noise level, 0 where it is
given, so one model writes chorales from nothing, voices to voices, and bars into a piece; what is given stays as it is.

Plasser, Peter and Widmer: Discrete Diffusion Probabilistic Models for Symbolic Music Generation, IJCAI 2023; a level a
voice: Yao et al.: JEN-1 Composer, 2023. Simplified: frames of four voices on the JSB raster, which knows no bars; the
denoiser (`discrete_diffusion_model.py`) reads pitches as degrees of the key and as intervals to what is known around
them; no guidance by a classifier.

Frames are (steps, 4) of the raster's tokens (`jsb_raster.py`).
"""

from __future__ import annotations

import numpy as np

from descant import weights
from descant.composition import absorbing_state
from descant.composition.frames_around import rows
from descant.composition.jsb_raster import VOICES
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

WEIGHTS = "discrete_diffusion"
STEPS = 50  # more of them uncover fewer cells at a time


def denoise(tokens: IntArray, levels: FloatArray) -> Array:
    """Logits of every cell, (4, steps, 47), of a chorale (4, steps) that is partly covered, each voice by its level."""
    told = {name: one[np.newaxis] for name, one in rows(tokens.T).items()}
    level = np.broadcast_to(levels.astype(np.float32), (1, tokens.shape[1], len(VOICES)))
    logits: Array = weights.load(WEIGHTS).run({**told, "level": level})["logits"][0].transpose(1, 0, 2)
    return logits


def inpaint(
    frames: IntArray,
    wanted: BoolArray,
    rng: np.random.Generator,
    *,
    steps: int = STEPS,
    temperature: float = 1.0,
    order: IntArray | None = None,
) -> IntArray:
    """The piece with the wanted cells, (steps, 4), written anew; the others come back as they are.

    steps: how often the denoiser is asked, or as often as cells are wanted where these are fewer. order: (steps, 4),
    which cells come first, such as `beats_first`; else all are drawn in random order.
    Raises InvalidValueError where shapes differ or an argument is out of range.
    """
    found = absorbing_state.sample(
        denoise,
        frames.T,
        wanted.T,
        rng,
        steps=_at_most(steps, wanted),
        temperature=temperature,
        order=None if order is None else order.T,
    )
    return found.T


def compose(
    length: int,
    rng: np.random.Generator,
    *,
    steps: int = STEPS,
    temperature: float = 1.0,
    order: IntArray | None = None,
) -> IntArray:
    """A chorale of `length` frames from nothing."""
    frames = np.zeros((length, len(VOICES)), dtype=np.int64)
    everything = np.ones(frames.shape, dtype=bool)
    return inpaint(frames, everything, rng, steps=steps, temperature=temperature, order=order)


def beats_first(length: int) -> IntArray:
    """An order, (length, 4): what begins quarters, then what begins the eighths between them, then the rest."""
    step = np.arange(length)[:, None]
    found = np.where(step % 4 == 0, 0, np.where(step % 2 == 0, 1, 2))
    return np.broadcast_to(found, (length, len(VOICES)))


def odds(frames: IntArray) -> FloatArray:
    """Of each cell the probability of every token, (steps, 4, 47), given what is not covered, in one pass."""
    logits = denoise(frames.T, absorbing_state.levels_of(frames.T == absorbing_state.COVERED)).astype(np.float64)
    found = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: FloatArray = (found / found.sum(axis=-1, keepdims=True)).transpose(1, 0, 2)
    return shares


def nats(frames: IntArray, wanted: BoolArray, rng: np.random.Generator, *, steps: int = STEPS) -> FloatArray:
    """What each wanted cell costs when they are uncovered in a random order, 0 for the others, (steps, 4).

    Their sum is in the mean over orders at least what the model's likelihood of the wanted cells costs.
    """
    return absorbing_state.nats(denoise, frames.T, wanted.T, rng, steps=_at_most(steps, wanted)).T


def _at_most(steps: int, wanted: BoolArray) -> int:
    """No more steps than cells."""
    return min(steps, max(1, int(wanted.sum())))
