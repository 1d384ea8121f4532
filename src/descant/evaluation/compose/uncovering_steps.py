"""What is lost where a chorale is uncovered in fewer steps: nats a token, and what is drawn beside what Bach wrote.

Uncovered at once, tokens do not hear each other, and in no number of steps is one taken back that was drawn badly;
annealed Gibbs takes back. The nats are the bound that so many steps have, of all that is uncovered from nothing, and of
the three lower voices under Bach's soprano; what takes back has no such bound. As many chorales are drawn, as long as
those of the split, and measured as Bach's own are: by the nats that an n-gram needs, and by voice leading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from descant import weights
from descant.composition import discrete_diffusion
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.next_token import nats
from descant.composition.sonorities import chords, non_chord_tones
from descant.composition.voice_leading import Places, crossing, parallel_fifths, parallel_octaves
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.compose.masked_floors import ORDER
from descant.evaluation.compose.masked_tokens import pooled
from descant.evaluation.compose.next_token import rasters, transposed
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request, Task
from descant.sequences.markov import Markov
from descant.types.arrays import IntArray

STEPS = (1, 10, 20, 50, 100)
PIECES = 10  # of the split, from the first
BACH = "Bach"
ANNEALED = f"{discrete_diffusion.WEIGHTS}, annealed Gibbs"  # how it writes unless it is asked for steps
RASTER = JsbRaster()
SEED = 0
RATES: Mapping[str, Callable[[IntArray], Places]] = {
    "parallel fifths": parallel_fifths,
    "parallel octaves": parallel_octaves,
    "crossing": crossing,
    "chords": chords,
    "non-chord tones": non_chord_tones,
}

Sums = dict[str, tuple[float, int]]  # by metric a sum, and of how many


def named(steps: int) -> str:
    """A system by its steps."""
    return f"{discrete_diffusion.WEIGHTS}, {steps} step{'s' * (steps > 1)}"


def measure(request: Request) -> Iterator[Measured]:
    """Bach, the model with each number of steps, and the model that takes back, on the first chorales of the split."""
    try:
        train = [tokens for _, tokens in rasters("train")]
        held_out = rasters(request.split)[: min(request.count or PIECES, PIECES)]
        weights.find(discrete_diffusion.WEIGHTS)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: left out: {error}")
        return
    judge = Markov.fit([copy for one in train for copy in transposed(one)], RASTER.size, ORDER)
    for number, (piece, tokens) in enumerate(held_out):
        frames = tokens.reshape(-1, len(VOICES))
        everything = np.ones(frames.shape, dtype=bool)
        found = {BACH: judged(judge, frames)}
        for steps in STEPS:
            rng = np.random.default_rng([SEED, number, steps])
            drawn = discrete_diffusion.uncovered(frames, everything, rng, steps=steps)
            found[named(steps)] = {**bounds(frames, steps, rng), **judged(judge, drawn)}
        rng = np.random.default_rng([SEED, number])
        found[ANNEALED] = judged(judge, discrete_diffusion.inpaint(frames, everything, rng))
        for name, sums in found.items():
            figures = {metric: total / count for metric, (total, count) in sums.items() if count}
            yield Measured(TASK.name, f"{jsb.NAME}/{request.split}", piece, None, name, figures, sums)
        request.progress((number + 1) / len(held_out))


def bounds(frames: IntArray, steps: int, rng: np.random.Generator) -> Sums:
    """The nats of a piece, and of its lower voices, at most."""
    everything = np.ones(frames.shape, dtype=bool)
    lower = everything.copy()
    lower[:, 0] = False
    asked = {"nll at most": everything, "nll at most, alto, tenor and bass": lower}
    return {
        metric: (float(discrete_diffusion.nats(frames, wanted, rng, steps=steps).sum()), int(wanted.sum()))
        for metric, wanted in asked.items()
    }


def judged(judge: Markov, frames: IntArray) -> Sums:
    """Measures of a piece for itself."""
    cost = nats(judge, RASTER, frames.ravel().tolist())
    pitches = RASTER.frames(frames.ravel())
    rates = {name: rate(pitches) for name, rate in RATES.items()}
    return {
        "n-gram nll": (float(cost.sum()), len(cost)),
        **{name: (float(one.found.sum()), int(one.asked.sum())) for name, one in rates.items()},
    }


TASK = Task(name="uncovering steps", baseline=BACH, measure=measure, pooled=pooled)
