"""The hidden Markov model against every path, written out."""

from itertools import product

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.sequences.hmm import Hmm

STATES, SYMBOLS = 3, 4
SEQUENCE = np.array([0, 3, 1, 1, 2])


def rows(rng, *shape):
    chance = rng.uniform(0.1, 1.0, shape)
    return np.log(chance / chance.sum(axis=-1, keepdims=True))


@pytest.fixture
def model():
    rng = np.random.default_rng(1)
    return Hmm(rows(rng, STATES), rows(rng, STATES, STATES), rows(rng, STATES, SYMBOLS))


def joint(model, path, sequence):
    score = model.start[path[0]] + model.emission[path[0], sequence[0]]
    for at in range(1, len(sequence)):
        score += model.transition[path[at - 1], path[at]] + model.emission[path[at], sequence[at]]
    return np.exp(score)


def paths(model, sequence):
    return {path: joint(model, path, sequence) for path in product(range(STATES), repeat=len(sequence))}


def test_bits_are_those_of_all_paths_together(model):
    bits = model.bits(SEQUENCE)
    for upto in range(1, len(SEQUENCE) + 1):
        total = sum(paths(model, SEQUENCE[:upto]).values())
        assert bits[:upto].sum() == pytest.approx(-np.log2(total))


def test_symbol_by_symbol_it_foresees_the_same(model):
    belief, found = model.start, []
    for symbol in SEQUENCE:
        chance = model.probabilities(belief)
        assert chance.sum() == pytest.approx(1)
        found.append(-np.log2(chance[symbol]))
        belief = model.after(belief, symbol)
    assert found == pytest.approx(model.bits(SEQUENCE))


def test_all_sequences_of_a_length_sum_to_one(model):
    total = sum(2 ** -model.bits(np.array(one)).sum() for one in product(range(SYMBOLS), repeat=4))
    assert total == pytest.approx(1)


def test_posteriors_are_those_of_all_paths_together(model):
    found = paths(model, SEQUENCE)
    expected = np.zeros((len(SEQUENCE), STATES))
    for path, chance in found.items():
        expected[np.arange(len(SEQUENCE)), path] += chance
    assert model.posteriors(SEQUENCE) == pytest.approx(expected / sum(found.values()))


def test_viterbi_finds_the_best_of_all_paths(model):
    found = paths(model, SEQUENCE)
    assert tuple(model.viterbi(SEQUENCE)) == max(found, key=found.get)


def test_one_round_counts_what_is_expected(model):
    """Sequences of two lengths, against counts over all their paths."""
    sequences = [SEQUENCE, np.array([2, 0, 0])]
    start, transition, emission = (np.full(shape, 0.02) for shape in (3, (3, 3), (3, 4)))
    for sequence in sequences:
        found = paths(model, sequence)
        for path, chance in found.items():
            share = chance / sum(found.values())
            start[path[0]] += share
            for at, state in enumerate(path):
                emission[state, sequence[at]] += share
                if at:
                    transition[path[at - 1], state] += share
    better = model._better(sequences)
    for log, count in ((better.start, start), (better.transition, transition), (better.emission, emission)):
        assert np.exp(log) == pytest.approx(count / count.sum(axis=-1, keepdims=True))


def test_learning_finds_two_functions():
    """Symbols 0 and 1 take turns with 2 and 3; which of each pair comes is chance."""
    rng = np.random.default_rng(0)
    sequences = [np.arange(40) % 2 * 2 + rng.integers(0, 2, 40) for _ in range(20)]
    model = Hmm.fit(sequences, 5, 2, np.random.default_rng(2))
    assert np.concatenate([model.bits(one) for one in sequences]).mean() == pytest.approx(1.0, abs=0.05)
    path = model.viterbi(sequences[0])
    assert (path == path[0]).tolist() == [True, False] * 20
    assert np.isfinite(model.bits(np.array([4, 4]))).all()  # never seen


def test_long_sequences_do_not_underflow(model):
    sequence = np.random.default_rng(0).integers(0, SYMBOLS, 5000)
    assert np.isfinite(model.bits(sequence)).all()
    assert model.posteriors(sequence).sum(axis=1) == pytest.approx(1)


def test_nothing_is_nothing(model):
    nothing = np.zeros(0, dtype=np.int64)
    assert model.bits(nothing).shape == model.viterbi(nothing).shape == (0,)
    assert model.posteriors(nothing).shape == (0, STATES)


def test_what_makes_no_sense_is_refused(model):
    with pytest.raises(InvalidValueError, match="from 0 to 3"):
        model.bits(np.array([4]))
    with pytest.raises(InvalidValueError, match="needs states"):
        Hmm.fit([], 4, 0, np.random.default_rng(0))
