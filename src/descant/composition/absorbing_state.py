"""Diffusion whose noise is a mask: tokens of a grid are covered one by one, and a denoiser learns to uncover them.

A track's noise level is the share of its tokens that are covered: 0 where it is given, 1 where it is wanted whole. As
each track has its own, one denoiser writes all of a piece, some tracks to the others, or any cells of any track.
Uncovering in as many steps as cells, in an order drawn at random, is exact; with fewer steps cells that are uncovered
together do not hear each other.

Austin, Johnson, Ho, Tarlow and van den Berg: Structured Denoising Diffusion Models in Discrete State-Spaces, NeurIPS
2021, of which this is the absorbing state with the levels t/T; on notes: Plasser, Peter and Widmer: Discrete Diffusion
Probabilistic Models for Symbolic Music Generation, IJCAI 2023; a level a track: Yao et al.: JEN-1 Composer, 2023.
Simplified: how many cells a step uncovers is not drawn but the mean of what would be.

Grids are (tracks, time) of tokens, COVERED where one is not known. Tracks may have vocabularies of their own: what each
may say is `allowed`, which broadcasts to (tracks, time, size).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, FloatArray, IntArray

COVERED = -1


class Denoise(Protocol):
    """What a denoiser must tell."""

    def __call__(self, tokens: IntArray, levels: FloatArray, /) -> npt.NDArray[np.floating]:
        """Logits of every cell, (tracks, time, size), from a grid and its noise levels, (tracks,)."""
        ...


def masks(levels: npt.ArrayLike, time: int, rng: np.random.Generator) -> BoolArray:
    """Cells to be covered, (tracks, time): each with the chance that is its track's level, from 0 to 1."""
    chance = np.asarray(levels, dtype=np.float64)[:, None]
    return rng.random((len(chance), time)) < chance


def covered(tokens: IntArray, mask: BoolArray) -> IntArray:
    """The grid with these cells covered."""
    return np.where(mask, COVERED, tokens)


def levels_of(mask: BoolArray) -> FloatArray:
    """The share of each track that is covered, (tracks,)."""
    shares: FloatArray = mask.mean(axis=1)
    return shares


def uncovering(mask: BoolArray, steps: int, rng: np.random.Generator) -> Iterator[BoolArray]:
    """The cells that each of `steps` steps uncovers, as masks of the grid: all in random order, evenly many a step.

    Raises InvalidValueError where there are fewer covered cells than steps, or no step.
    """
    cells = np.flatnonzero(mask)
    if not 1 <= steps <= len(cells):
        raise InvalidValueError(f"{len(cells)} covered tokens are uncovered in 1 to {len(cells)} steps, not in {steps}")
    cells = rng.permutation(cells)
    for some in np.array_split(cells, steps):
        now = np.zeros(mask.size, dtype=bool)
        now[some] = True
        yield now.reshape(mask.shape)


def sample(
    denoise: Denoise,
    tokens: IntArray,
    wanted: BoolArray,
    rng: np.random.Generator,
    *,
    steps: int,
    temperature: float = 1.0,
    allowed: BoolArray | None = None,
) -> IntArray:
    """The grid with the wanted cells drawn anew; all others stay as they are, whatever the wanted ones held.

    steps: from 1 to the number of wanted cells. temperature: below 1 what is probable is drawn more often, at 0 the
    most probable token is taken. Nothing wanted is a grid that stays as it is.
    Raises InvalidValueError where shapes differ, an argument is out of range, or nothing may be said in a wanted cell.
    """
    _check(tokens, wanted)
    if not 0 <= temperature < np.inf:
        raise InvalidValueError(f"a temperature is 0 or more, got {temperature}")
    grid = covered(tokens, wanted)
    if not wanted.any():
        return grid
    for now in uncovering(wanted, steps, rng):
        grid[now] = drawn(_permitted(denoise(grid, levels_of(grid == COVERED)), now, allowed), temperature, rng)
    return grid


def drawn(logits: FloatArray, temperature: float, rng: np.random.Generator) -> IntArray:
    """Tokens by their logits (..., size), each for itself; at temperature 0 the most probable ones."""
    if temperature > 0:  # the greatest after such noise is drawn with the softmax's probabilities
        logits = logits / temperature + rng.gumbel(size=logits.shape)
    return np.asarray(np.argmax(logits, axis=-1))


def nats(
    denoise: Denoise,
    tokens: IntArray,
    wanted: BoolArray,
    rng: np.random.Generator,
    *,
    steps: int,
    allowed: BoolArray | None = None,
) -> FloatArray:
    """-ln of the probability of each wanted cell when it is uncovered, 0 for the others, (tracks, time).

    The sum over a grid is, in the mean over orders, at least the nats that the grid costs (the variational bound); with
    a denoiser that knows the truth and as many steps as cells it is just that in any order.
    Raises InvalidValueError as `sample` does, and where a wanted token is not allowed.
    """
    _check(tokens, wanted)
    found = np.zeros(tokens.shape)
    grid = covered(tokens, wanted)
    if not wanted.any():
        return found
    for now in uncovering(wanted, steps, rng):
        logits = _permitted(denoise(grid, levels_of(grid == COVERED)), now, allowed)
        chance = np.take_along_axis(logits, tokens[now][:, None], axis=-1)[:, 0]
        if np.isneginf(chance).any():
            raise InvalidValueError(
                f"a wanted token is not allowed where it stands: {tokens[now][np.isneginf(chance)][0]}"
            )
        highest = logits.max(axis=-1)
        found[now] = np.log(np.exp(logits - highest[:, None]).sum(axis=-1)) + highest - chance
        grid[now] = tokens[now]
    return found


def _permitted(logits: npt.NDArray[np.floating], now: BoolArray, allowed: BoolArray | None) -> FloatArray:
    """The logits of some cells, (cells, size), -inf where a token is not allowed."""
    found = logits[now].astype(np.float64)
    if allowed is not None:
        found[~np.broadcast_to(allowed, logits.shape)[now]] = -np.inf
    if np.isneginf(found).all(axis=-1).any():
        raise InvalidValueError("in a wanted cell no token is allowed")
    return found


def _check(tokens: IntArray, wanted: BoolArray) -> None:
    if tokens.ndim != 2 or tokens.shape != wanted.shape:
        raise InvalidValueError(f"tokens {tokens.shape} and wanted {wanted.shape} must both be (tracks, time)")
