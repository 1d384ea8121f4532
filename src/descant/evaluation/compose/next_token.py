"""How many nats a token each model needs for chorales that it has not seen; fewer is better.

The chorales are those of the usual split on their raster of sixteenths, each token counted, the first ones too. Every
model learns from the training chorales alone, and what has a size takes the one that is best on the validation
chorales. All are held to the raster's grammar, the even one too, and none learns from the piece that it reads. The
n-grams also learn from each training chorale moved by up to three semitones, as far as the voices' ranges let it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from descant.composition.jsb_raster import REST, JsbRaster
from descant.composition.next_token import Memory, NextToken, nats
from descant.datasets import jsb
from descant.errors import InvalidValueError, MissingDataError
from descant.evaluation.measured import Measured, Pooled
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

Pieces = Sequence[IntArray]
Score = Callable[[IntArray], float]  # the nats of a whole piece


@dataclass(frozen=True)
class Fitted:
    """A model that has learned, and the size that was chosen for it."""

    score: Score
    chosen: Mapping[str, float]


class Even:
    """Whatever is allowed is as likely as another."""

    start = None

    def probabilities(self, memory: None) -> FloatArray:  # noqa: ARG002 - it remembers nothing
        """The same for all."""
        return np.full(RASTER.size, 1.0 / RASTER.size)

    def after(self, memory: None, token: int) -> None:  # noqa: ARG002
        """Nothing."""
        return memory


def _score(model: NextToken[Memory]) -> Score:
    return lambda tokens: float(nats(model, RASTER, tokens.tolist()).sum())


def _best(name: str, models: Mapping[int, Score], valid: Pieces) -> Fitted:
    """The model with the fewest nats on validation chorales; of equals the first."""
    size = min(models, key=lambda one: sum(map(models[one], valid)))
    return Fitted(models[size], {name: float(size)})


def _ngram(smoothing: str, orders: Sequence[int]) -> Callable[[Pieces, Pieces], Fitted]:
    def fitted(train: Pieces, valid: Pieces) -> Fitted:
        pieces = [copy for piece in train for copy in transposed(piece)]
        models = {order: _score(Markov.fit(pieces, RASTER.size, order, smoothing)) for order in orders}
        return _best("order", models, valid)

    return fitted


def _hmm(train: Pieces, valid: Pieces) -> Fitted:
    models = {
        states: _score(Hmm.fit(train, RASTER.size, states, np.random.default_rng(SEED), HMM_ROUNDS))
        for states in STATES
    }
    return _best("states", models, valid)


SYSTEMS: Mapping[str, Callable[[Pieces, Pieces], Fitted]] = {
    "even": lambda _train, _valid: Fitted(_score(Even()), {}),
    UNIGRAM: lambda train, _valid: Fitted(_score(Markov.fit(train, RASTER.size, 0)), {}),
    "hmm": _hmm,
    "n-gram, ppm": _ngram("ppm", ORDERS),
    "n-gram, kneser-ney": _ngram("kneser-ney", ORDERS),
}


def transposed(tokens: IntArray) -> Iterator[IntArray]:
    """A chorale, and its copies that stay within the voices' ranges."""
    yield tokens
    frames = RASTER.frames(tokens)
    for semitones in MOVED:
        try:
            yield RASTER.flatten(np.where(frames == REST, REST, frames + semitones))
        except InvalidValueError:
            continue


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
        for piece, tokens in held_out:
            total = fitted.score(tokens)
            raw = (total, len(tokens), fitted.chosen)
            data = f"{jsb.NAME}/{request.split}"
            yield Measured(TASK.name, data, piece, None, name, {NLL: total / len(tokens)}, raw)
        request.progress((at + 1) / len(SYSTEMS))


def pooled(group: Sequence[Measured]) -> Pooled:
    """All nats over all tokens, n the number of tokens; and what was chosen, n the number of chorales."""
    tokens = sum(one.raw[1] for one in group)
    chosen = {f"{name}, chosen": (value, len(group)) for name, value in group[0].raw[2].items()}
    return {NLL: (sum(one.raw[0] for one in group) / tokens, tokens), **chosen}


TASK = Task(name="next token", baseline=UNIGRAM, measure=measure, pooled=pooled)
