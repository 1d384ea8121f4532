"""Discrete diffusion: chorales in four voices, any cells of which are given; all others are drawn to them.

Notes are covered until nothing is left; a denoiser that sees what is not covered says what may be beneath, and a piece
is drawn by uncovering a few cells at a time (`absorbing_state.py`). Each voice has its own noise level, 0 where it is
given, so one model writes chorales from nothing, voices to voices, and bars into a piece; what is given stays as it is.

Plasser, Peter and Widmer: Discrete Diffusion Probabilistic Models for Symbolic Music Generation, IJCAI 2023; a level a
voice: Yao et al.: JEN-1 Composer, 2023. Differs: what was drawn is covered again and drawn anew (`annealed_gibbs.py`),
and voices that are drawn together hear each other (`voice_by_voice.py`). Simplified: frames of four voices on the JSB
raster, which knows no bars; the denoiser (`discrete_diffusion_model.py`) reads pitches as degrees of the key and as
intervals to what is known around them; no guidance by a classifier.

Frames are (steps, 4) of the raster's tokens (`jsb_raster.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.composition import absorbing_state, annealed_gibbs
from descant.composition.annealed_gibbs import Annealing
from descant.composition.frames_around import rows
from descant.composition.jsb_raster import VOICES
from descant.composition.pulse import Pulse
from descant.composition.voice_by_voice import Rule, voice_by_voice
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

WEIGHTS = "discrete_diffusion"
WINDOW, MARGIN = 1024, 128  # steps that the network hears at once, and of these on each side for hearing alone
STEPS = 50  # where nothing is taken back; more of them uncover fewer cells at a time
PLAN = (  # of beats, of what is half a beat away from them, and of the rest; chosen on the validation chorales
    Annealing(10, 60, (0.9, 0.05), (1.0, 0.7)),
    Annealing(3, 20, (0.6, 0.05)),
    Annealing(2, 5, (0.4, 0.05), (1.0, 0.8)),
)


def denoise(tokens: IntArray, levels: FloatArray, step: IntArray | None = None) -> Array:
    """Logits of every cell, (4, steps, 47), of a chorale (4, steps) that is partly covered, each voice by its level.

    step: (steps,), as the model counts them (`pulse.py`), else from 0.
    """
    found = rows(tokens.T)
    if step is not None:
        found["step"] = step
    found["level"] = np.broadcast_to(levels.astype(np.float32), (tokens.shape[1], len(VOICES)))
    told = {name: one[np.newaxis] for name, one in found.items()}
    return np.concatenate([_heard(told, seen, kept) for seen, kept in _windows(tokens.shape[1])], axis=1)


def _windows(steps: int) -> Iterator[tuple[slice, slice]]:
    """What the network hears at once, and what of it counts: memory would else grow with the square of the length."""
    if steps <= WINDOW:
        yield slice(0, steps), slice(0, steps)
        return
    inner = WINDOW - 2 * MARGIN
    for low in range(0, steps, inner):
        start = max(0, low - MARGIN)
        yield slice(start, min(steps, low + inner + MARGIN)), slice(low - start, min(steps, low + inner) - start)


def _heard(told: dict[str, npt.NDArray[Any]], seen: slice, kept: slice) -> Array:
    """Logits of some steps, (4, steps, 47)."""
    part = weights.load(WEIGHTS).run({name: one[:, seen] for name, one in told.items()})["logits"][0]
    found: Array = part[kept].transpose(1, 0, 2)
    return found


def inpaint(
    frames: IntArray,
    wanted: BoolArray,
    rng: np.random.Generator,
    *,
    pulse: Pulse | None = None,
    rule: Rule | None = None,
    leaning: FloatArray | None = None,
    plan: Sequence[Annealing] = PLAN,
    progress: Callable[[float], None] = lambda _: None,
) -> IntArray:
    """The piece with the wanted cells, (steps, 4), written anew; the others come back as they are.

    pulse: where its beats lie, else quarters from the first step on. rule: what may be sung.
    leaning: (steps, 47), added to the logits of every voice. plan: how beats, and what
    is between them, are drawn.
    Raises InvalidValueError where shapes differ.
    """
    where = Pulse.of_quarters(len(frames)) if pulse is None else pulse
    found = annealed_gibbs.sample(
        partial(denoise, step=where.step),
        frames.T,
        wanted.T,
        where.level,
        plan,
        partial(voice_by_voice, rng=rng, levels=where.level, rule=rule, leaning=leaning),
        rng,
        progress,
    )
    return found.T


def compose(length: int, rng: np.random.Generator) -> IntArray:
    """A chorale of `length` frames from nothing."""
    frames = np.zeros((length, len(VOICES)), dtype=np.int64)
    return inpaint(frames, np.ones(frames.shape, dtype=bool), rng)


def uncovered(frames: IntArray, wanted: BoolArray, rng: np.random.Generator, *, steps: int = STEPS) -> IntArray:
    """What `inpaint` gives where nothing is taken back, and cells that are drawn together do not hear each other.

    steps: how often the denoiser is asked, or as often as cells are wanted where these are fewer.
    Raises InvalidValueError where shapes differ or there is no step.
    """
    return absorbing_state.sample(denoise, frames.T, wanted.T, rng, steps=_at_most(steps, wanted)).T


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
