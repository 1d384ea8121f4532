"""How many bits a chord each model needs for the chords of pieces that it has not seen; fewer is better.

Every model learns from a set's training pieces alone, and what has a size takes the one that is best on its validation
pieces. All say how probable the chords of a whole piece are given how many there are, none how a piece ends, over the
same 144 chords (`degree_chords`), each given its key: so their bits may be compared. The grammar forgets what came
before a phrase but for its kind; the n-grams remember a few chords, the hidden Markov model a state. None learns from
the piece that it reads, so that a refrain costs the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from descant.errors import MissingDataError
from descant.evaluation.fitted import Fit, Fitted, Sequences, best, one_by_one, pooled
from descant.evaluation.harmony.sequences import SEQUENCES
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request, Task
from descant.harmony.degree_chords import SYMBOLS
from descant.harmony.tonal_grammar import tonal_grammar
from descant.sequences.hmm import Hmm
from descant.sequences.markov import Markov

BITS = "bits a chord"
UNIGRAM = "unigram"
ORDERS = tuple(range(1, 7))
STATES = (8, 16, 32)
HMM_ROUNDS, GRAMMAR_ROUNDS = 20, 4
GRAMMAR_CHORDS = 8000  # of training pieces drawn by chance: charts are slow to fill
SEED = 0


def _uniform(_train: Sequences, _valid: Sequences) -> Fitted:
    return Fitted(lambda sequences: np.array([len(one) * np.log2(SYMBOLS) for one in sequences]), {})


def _unigram(train: Sequences, _valid: Sequences) -> Fitted:
    return Fitted(one_by_one(Markov.fit(train, SYMBOLS, 0).bits), {})


def _markov(smoothing: str) -> Fit:
    def fitted(train: Sequences, valid: Sequences) -> Fitted:
        models = {order: one_by_one(Markov.fit(train, SYMBOLS, order, smoothing).bits) for order in ORDERS}
        return best("order", models, valid)

    return fitted


def _hmm(train: Sequences, valid: Sequences) -> Fitted:
    models = {
        states: one_by_one(Hmm.fit(train, SYMBOLS, states, np.random.default_rng(SEED), HMM_ROUNDS).bits)
        for states in STATES
    }
    return best("states", models, valid)


def _by_hand(_train: Sequences, _valid: Sequences) -> Fitted:
    return Fitted(tonal_grammar().bits, {})


def _grammar(train: Sequences, _valid: Sequences) -> Fitted:
    order = np.random.default_rng(SEED).permutation(len(train))
    before = np.cumsum([0, *(len(train[at]) for at in order)])[:-1]
    drawn = [train[at] for at in order[before < GRAMMAR_CHORDS]]
    return Fitted(tonal_grammar().fit(drawn, GRAMMAR_ROUNDS).bits, {})


SYSTEMS: Mapping[str, Fit] = {
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
            for piece, bits in zip(held_out, fitted.costs(chords).tolist(), strict=True):
                raw = (bits, len(piece.chords), fitted.chosen)
                measures = {BITS: bits / len(piece.chords)}
                yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, measures, raw)
            request.progress((number + (at + 1) / len(SYSTEMS)) / len(SEQUENCES))


TASK = Task(name="chord sequence", baseline=UNIGRAM, measure=measure, pooled=pooled(BITS))
