"""How many nats a token each model needs for chorales that it has not seen; fewer is better.

The chorales are those of the usual split on their raster of sixteenths, each token counted, the first ones too. Every
model learns from the training chorales alone, and what has a size takes the one that is best on the validation
chorales. All are held to the raster's grammar, the even one too, and none learns from the piece that it reads. The
n-grams also learn from each training chorale moved by up to three semitones, as far as the voices' ranges let it.
`averaged` takes the mean of a token's probabilities in seven keys; who takes care divides the odds of parallels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from descant.composition import music_transformer
from descant.composition.frames_before import room_to_move
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.next_token import Memory, NextToken, nats
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.fitted import Costs, Fit, Fitted, Sequences, best, one_by_one, pooled
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request, Task
from descant.sequences.hmm import Hmm
from descant.sequences.markov import Markov
from descant.types.arrays import FloatArray, IntArray

NLL = "nll"  # nats a token
UNIGRAM = "unigram"
RASTER = JsbRaster()
MOVED = (-3, -2, -1, 1, 2, 3)  # semitones
ORDERS = (4, 6)
STATES = (32, 64)
HMM_ROUNDS = 10
SEED = 0


class Even:
    """Whatever is allowed is as likely as another."""

    start = None

    def probabilities(self, memory: None) -> FloatArray:  # noqa: ARG002 - it remembers nothing
        """The same for all."""
        return np.full(RASTER.size, 1.0 / RASTER.size)

    def after(self, memory: None, token: int) -> None:  # noqa: ARG002
        """Nothing."""
        return memory


def _costs(model: NextToken[Memory]) -> Costs:
    return one_by_one(lambda tokens: nats(model, RASTER, tokens.tolist()))


def _ngram(smoothing: str) -> Fit:
    def fitted(train: Sequences, valid: Sequences) -> Fitted:
        pieces = [copy for piece in train for copy in transposed(piece)]
        models = {order: _costs(Markov.fit(pieces, RASTER.size, order, smoothing)) for order in ORDERS}
        return best("order", models, valid)

    return fitted


def _hmm(train: Sequences, valid: Sequences) -> Fitted:
    models = {
        states: _costs(Hmm.fit(train, RASTER.size, states, np.random.default_rng(SEED), HMM_ROUNDS))
        for states in STATES
    }
    return best("states", models, valid)


def _transformer(costs: Callable[[IntArray], FloatArray]) -> Fit:
    """Shipped, so that nothing is left to learn; it takes frames."""
    return lambda _train, _valid: Fitted(one_by_one(lambda tokens: costs(tokens.reshape(-1, len(VOICES)))), {})


SYSTEMS: Mapping[str, Fit] = {
    "even": lambda _train, _valid: Fitted(_costs(Even()), {}),
    UNIGRAM: lambda train, _valid: Fitted(_costs(Markov.fit(train, RASTER.size, 0)), {}),
    "hmm": _hmm,
    "n-gram, ppm": _ngram("ppm"),
    "n-gram, kneser-ney": _ngram("kneser-ney"),
    "music_transformer": _transformer(music_transformer.nll),
    "music_transformer, averaged": _transformer(music_transformer.averaged_nll),
    "music_transformer, without care": _transformer(partial(music_transformer.nll, careful=False)),
}


def transposed(tokens: IntArray) -> Iterator[IntArray]:
    """A chorale, and its copies that stay within the voices' ranges."""
    yield tokens
    down, up = room_to_move(tokens.reshape(-1, len(VOICES)), RASTER)
    for semitones in MOVED:
        if down <= semitones <= up:
            yield np.where(tokens > 0, tokens + semitones, 0)


def rasters(split: str) -> list[tuple[str, IntArray]]:
    """The chorales of a split by their names, as tokens. Raises MissingDataError."""
    return [(one.id, RASTER.flatten(one.grid)) for one in jsb.chorales(split)]


def measure(request: Request) -> Iterator[Measured]:
    """Every model on every chorale of the split."""
    try:
        train, valid = ([tokens for _, tokens in rasters(split)] for split in ("train", "valid"))
        held_out = rasters(request.split)[: request.count]
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {jsb.NAME} is left out: {error}")
        return
    for at, (name, fit) in enumerate(SYSTEMS.items()):
        fitted = fit(train, valid)
        for (piece, tokens), total in zip(held_out, fitted.costs([one for _, one in held_out]).tolist(), strict=True):
            raw = (total, len(tokens), fitted.chosen)
            data = f"{jsb.NAME}/{request.split}"
            yield Measured(TASK.name, data, piece, None, name, {NLL: total / len(tokens)}, raw)
        request.progress((at + 1) / len(SYSTEMS))


TASK = Task(name="next token", baseline=UNIGRAM, measure=measure, pooled=pooled(NLL))
