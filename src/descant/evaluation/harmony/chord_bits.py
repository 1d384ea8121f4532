"""How many bits a chord each model needs for the chords of pieces that it has not seen; fewer is better.

Every model learns from a set's training pieces alone, and what has a size takes the one that is best on its validation
pieces. All say how probable the chords of a whole piece are given how many there are, none how a piece ends, over the
same 144 chords (`degree_chords`), each given its key: so their bits may be compared. The grammar forgets what came
before a phrase but for its kind; the n-grams remember a few chords, the hidden Markov model a state. None learns from
the piece that it reads, so that a refrain costs the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from descant.errors import MissingDataError
from descant.evaluation.harmony.sequences import SEQUENCES
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.harmony.degree_chords import SYMBOLS
from descant.harmony.tonal_grammar import tonal_grammar
from descant.sequences.hmm import Hmm
from descant.sequences.markov import Markov
from descant.types.arrays import FloatArray, IntArray

BITS = "bits a chord"
UNIGRAM = "unigram"
ORDERS = tuple(range(1, 7))
STATES = (8, 16, 32)
HMM_ROUNDS, GRAMMAR_ROUNDS = 20, 4
GRAMMAR_CHORDS = 8000  # of training pieces drawn by chance: charts are slow to fill
SEED = 0

Chords = Sequence[IntArray]
Score = Callable[[Chords], FloatArray]  # the bits of each whole sequence


@dataclass(frozen=True)
class Fitted:
    """A model that has learned, and the size that was chosen for it."""

    score: Score
    chosen: Mapping[str, float]


def _one_by_one(bits: Callable[[IntArray], FloatArray]) -> Score:
    return lambda sequences: np.array([bits(one).sum() for one in sequences])


def _best(name: str, models: Mapping[int, Score], valid: Chords) -> Fitted:
    """The model with the fewest bits on validation pieces; of equals the first."""
    size = min(models, key=lambda one: float(models[one](valid).sum()))
    return Fitted(models[size], {name: float(size)})


def _uniform(_train: Chords, _valid: Chords) -> Fitted:
    return Fitted(lambda sequences: np.array([len(one) * np.log2(SYMBOLS) for one in sequences]), {})


def _unigram(train: Chords, _valid: Chords) -> Fitted:
    return Fitted(_one_by_one(Markov.fit(train, SYMBOLS, 0).bits), {})


def _markov(smoothing: str) -> Callable[[Chords, Chords], Fitted]:
    def fitted(train: Chords, valid: Chords) -> Fitted:
        models = {order: _one_by_one(Markov.fit(train, SYMBOLS, order, smoothing).bits) for order in ORDERS}
        return _best("order", models, valid)

    return fitted


def _hmm(train: Chords, valid: Chords) -> Fitted:
    models = {
        states: _one_by_one(Hmm.fit(train, SYMBOLS, states, np.random.default_rng(SEED), HMM_ROUNDS).bits)
        for states in STATES
    }
    return _best("states", models, valid)


def _by_hand(_train: Chords, _valid: Chords) -> Fitted:
    return Fitted(tonal_grammar().bits, {})


def _grammar(train: Chords, _valid: Chords) -> Fitted:
    order = np.random.default_rng(SEED).permutation(len(train))
    before = np.cumsum([0, *(len(train[at]) for at in order)])[:-1]
    drawn = [train[at] for at in order[before < GRAMMAR_CHORDS]]
    return Fitted(tonal_grammar().fit(drawn, GRAMMAR_ROUNDS).bits, {})


SYSTEMS: Mapping[str, Callable[[Chords, Chords], Fitted]] = {
    "uniform": _uniform,
    UNIGRAM: _unigram,
    "markov, kneser-ney": _markov("kneser-ney"),
    "markov, ppm": _markov("ppm"),
    "hmm": _hmm,
    "grammar, by hand": _by_hand,
    "grammar": _grammar,
}


def measure(request: Request) -> Iterator[Measured]:
    """Every model on every set; a set that is missing is left out and told of."""
    for number, one in enumerate(SEQUENCES):
        try:
            train, valid = ([piece.chords for piece in one.load(split)] for split in ("train", "valid"))
            held_out = list(one.load(request.split))[: request.count]
        except MissingDataError as error:
            request.left_out.append(f"chord sequence: {one.name} is left out: {error}")
            continue
        chords = [piece.chords for piece in held_out]
        for at, (name, fit) in enumerate(SYSTEMS.items()):
            fitted = fit(train, valid)
            for piece, bits in zip(held_out, fitted.score(chords).tolist(), strict=True):
                raw = (bits, len(piece.chords), fitted.chosen)
                measures = {BITS: bits / len(piece.chords)}
                yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, measures, raw)
            request.progress((number + (at + 1) / len(SYSTEMS)) / len(SEQUENCES))


def pooled(group: Sequence[Measured]) -> Pooled:
    """All bits over all chords, n the number of chords; and what was chosen, n the number of pieces."""
    chords = sum(one.raw[1] for one in group)
    chosen = {f"{name}, chosen": (value, len(group)) for name, value in group[0].raw[2].items()}
    return {BITS: (sum(one.raw[0] for one in group) / chords, chords), **chosen}


TASK = Task(name="chord sequence", baseline=UNIGRAM, measure=measure, pooled=pooled)
