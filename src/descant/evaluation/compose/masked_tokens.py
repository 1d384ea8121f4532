"""How well covered tokens of a chorale are told by what is left: nats a token, and how often the likeliest is the one.

Covered are cells at random, a voice, all voices but the soprano, or two bars of all voices; each cell is asked for
alone, given what is not covered. The chorales are those of the usual split, each under the same masks for all. Floors
(`masked_floors.py`) and models learn from the training chorales.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from descant import weights
from descant.composition import discrete_diffusion
from descant.composition.absorbing_state import covered, masks
from descant.composition.jsb_raster import VOICES
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.compose.masked_floors import CopyNeighbour, Guess, Ngram
from descant.evaluation.compose.next_token import rasters
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.types.arrays import BoolArray, IntArray

COPY = "copy-neighbour"
SHARES = (0.15, 0.3, 0.5, 0.7, 0.9)
BARS = 32  # frames
SEED = 0


def covering(steps: int, rng: np.random.Generator) -> Iterator[tuple[str, BoolArray]]:
    """The masks that a piece is asked under, (steps, 4), by name."""
    for share in SHARES:
        yield f"{100 * share:.0f} %", masks([share] * len(VOICES), steps, rng).T
    voice = np.broadcast_to(np.arange(len(VOICES)), (steps, len(VOICES)))
    for number, name in enumerate(VOICES):
        yield name, voice == number
    yield "alto, tenor and bass", voice > 0
    first = rng.integers(0, max(1, steps - BARS + 1))
    place = np.arange(steps)[:, None]
    yield "two bars", np.broadcast_to((first <= place) & (place < first + BARS), (steps, len(VOICES)))


def systems(train: Sequence[IntArray], request: Request) -> Iterator[tuple[str, Guess]]:
    """What is measured, by name; learned from training frames."""
    yield COPY, CopyNeighbour.fit(train).odds
    ngram = Ngram.fit(train)
    yield "n-gram, left to right", ngram.left_to_right
    yield "n-gram, both ways", ngram.both_ways
    try:
        weights.find(discrete_diffusion.WEIGHTS)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {discrete_diffusion.WEIGHTS} is left out: {error}")
        return
    yield discrete_diffusion.WEIGHTS, discrete_diffusion.odds


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every chorale of the split."""
    try:
        train = [tokens.reshape(-1, len(VOICES)) for _, tokens in rasters("train")]
        held_out = rasters(request.split)[: request.count]
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {jsb.NAME} is left out: {error}")
        return
    for at, (name, guess) in enumerate(systems(train, request)):
        for number, (piece, tokens) in enumerate(held_out):
            told = asked(guess, tokens.reshape(-1, len(VOICES)), np.random.default_rng([SEED, number]))
            figures = {metric: total / count for metric, (total, count) in told.items()}
            yield Measured(TASK.name, f"{jsb.NAME}/{request.split}", piece, None, name, figures, told)
        request.progress((at + 1) / 4)


def asked(guess: Guess, frames: IntArray, rng: np.random.Generator) -> Mapping[str, tuple[float, int]]:
    """By metric the sum over the covered tokens of a piece, and how many they are."""
    found: dict[str, tuple[float, int]] = {}
    for name, mask in covering(len(frames), rng):
        odds = guess(covered(frames, mask))[mask]
        chance = np.take_along_axis(odds, frames[mask][:, None], axis=-1)
        found[f"nll, {name}"] = (float(-np.log(chance).sum()), len(odds))
        found[f"accuracy, {name}"] = (float((odds.argmax(axis=-1) == frames[mask]).sum()), len(odds))
    return found


def pooled(group: Sequence[Measured]) -> Pooled:
    """Means over all covered tokens."""
    sums = {metric: np.sum([one.raw[metric] for one in group if metric in one.raw], axis=0) for metric in group[0].raw}
    return {metric: (float(total / count), int(count)) for metric, (total, count) in sums.items() if count}


TASK = Task(name="masked tokens", baseline=COPY, measure=measure, pooled=pooled)
