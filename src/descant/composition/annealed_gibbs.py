"""Annealed Gibbs sampling in blocks: what was drawn is covered again and drawn anew, ever less of it.

Uncovering alone (`absorbing_state.py`) takes nothing back, so that a token which was drawn early and badly stays. Here
pass after pass covers a share of the wanted cells and draws them anew, given all the others; as the share falls, a
piece is first found and then settled. What is given is never covered.

Huang, Cooijmans, Roberts, Courville and Eck: Counterpoint by Convolution, ISMIR 2017; the falling share: Yao, Ozair,
Cho and Bengio: On the Equivalence between Deep NADE and Generative Stochastic Networks, ECML 2014. Differs: cells have
levels, such as beats and what lies between them, and each level is settled before the next one is begun, for a cell
between two that say the same could hardly become another; draws grow colder; and cells of one block may hear each
other, as the caller draws them.

Grids are (tracks, time) of tokens, as in `absorbing_state.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.composition.absorbing_state import COVERED, Denoise, covered, levels_of, uncovering
from descant.errors import InvalidValueError
from descant.types.arrays import BoolArray, IntArray


@dataclass(frozen=True)
class Annealing:
    """How the cells of one level are drawn."""

    steps: int  # in which they are uncovered at first, fewer where there are fewer cells
    passes: int  # that cover some of them again
    shares: tuple[float, float]  # that the first pass covers, and the last
    temperatures: tuple[float, float] = (1.0, 1.0)  # of the first uncovering and pass, and of the last pass


class Uncover(Protocol):
    """How cells are drawn that are uncovered together."""

    def __call__(
        self, logits: npt.NDArray[np.floating], now: BoolArray, grid: IntArray, temperature: float, /
    ) -> IntArray:
        """The grid, in which they are covered, with them drawn by logits (tracks, time, size)."""
        ...


def sample(
    denoise: Denoise,
    tokens: IntArray,
    wanted: BoolArray,
    levels: IntArray,
    plan: Sequence[Annealing],
    uncover: Uncover,
    rng: np.random.Generator,
    progress: Callable[[float], None] = lambda _: None,
) -> IntArray:
    """The grid with the wanted cells drawn anew; all others stay as they are, COVERED ones too.

    levels: of each cell, (tracks, time) or (time,); plan: how those of level 0, 1 and so on are drawn.
    Raises InvalidValueError where shapes differ, or a wanted cell is of a level that the plan does not have.
    """
    if tokens.ndim != 2 or tokens.shape != wanted.shape:
        raise InvalidValueError(f"tokens {tokens.shape} and wanted {wanted.shape} must both be (tracks, time)")
    level = np.broadcast_to(levels, tokens.shape)
    if not np.isin(level[wanted], range(len(plan))).all():
        raise InvalidValueError(f"wanted cells are of levels 0 to {len(plan) - 1}, not {level[wanted].max()}")
    grid = covered(tokens, wanted)
    todo = sum(one.steps + one.passes for one in plan)
    done = 0

    def draw(now: BoolArray, temperature: float) -> None:
        nonlocal grid
        grid = uncover(denoise(grid, levels_of(grid == COVERED)), now, grid, temperature)

    for at, how in enumerate(plan):
        cells = wanted & (level == at)
        if cells.any():
            for now in uncovering(cells, min(how.steps, int(cells.sum())), rng):
                draw(now, how.temperatures[0])
        done += how.steps
        for share, temperature in zip(
            *(np.linspace(*one, how.passes) for one in (how.shares, how.temperatures)), strict=True
        ):
            again = cells & (rng.random(grid.shape) < share)
            if again.any():
                grid = covered(grid, again)
                draw(again, float(temperature))
            done += 1
            progress(done / todo)
    return grid
