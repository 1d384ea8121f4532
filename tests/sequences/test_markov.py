"""The n-gram model against counts done by hand."""

from itertools import product

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.sequences.markov import SMOOTHINGS, Markov

RANDOM = [np.random.default_rng(seed).integers(0, 4, 30) for seed in range(8)]


def model(order, smoothing, sequences=RANDOM, symbols=5):
    return Markov.fit(sequences, symbols, order, smoothing)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [0, 1, 2, 4])
def test_the_next_symbols_sum_to_one_and_none_is_impossible(order, smoothing):
    found = model(order, smoothing)
    for before in ([], [0], [1, 2], [4, 4, 4], [0, 1, 2, 3, 0, 1], RANDOM[0]):
        chance = found.probabilities(before)
        assert chance.shape == (5,)
        assert chance.sum() == pytest.approx(1)
        assert (chance > 0).all()  # the symbol 4 was never seen


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_all_sequences_of_a_length_sum_to_one(smoothing):
    found = model(2, smoothing)
    total = sum(2 ** -found.bits(sequence).sum() for sequence in product(range(5), repeat=4))
    assert total == pytest.approx(1)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_bits_are_those_of_the_probabilities(smoothing):
    found, sequence = model(3, smoothing), RANDOM[3]
    each = [-np.log2(found.probabilities(sequence[:at])[symbol]) for at, symbol in enumerate(sequence)]
    assert found.bits(sequence) == pytest.approx(each)
    assert found.bits([]).shape == (0,)


@pytest.mark.parametrize("order", [0, 2])
def test_what_it_remembers_is_enough(order):
    found, memory = model(order, "kneser-ney"), ()
    for at, symbol in enumerate(RANDOM[0]):
        assert found.probabilities(memory).tolist() == found.probabilities(RANDOM[0][:at]).tolist()
        memory = found.after(memory, symbol)
    assert len(memory) == order + 1


def test_ppm_as_counted_by_hand():
    found = model(1, "ppm", [[0, 1, 0, 2]], symbols=4)
    plain = (np.array([2, 1, 1, 0]) + 3 / 4) / 7  # three different symbols speak for the uniform distribution
    after_0 = (np.array([0, 1, 1, 0]) + 2 * plain) / 4
    assert found.probabilities([]) == pytest.approx((np.array([1, 0, 0, 0]) + plain) / 2)
    assert found.probabilities([0]) == pytest.approx(after_0)
    assert found.probabilities([3]) == pytest.approx(plain)  # an unseen context is no context


def test_kneser_ney_counts_contexts_not_occurrences():
    """Francisco is frequent, but only ever after San: elsewhere less is expected of it than of cup."""
    san, francisco, cup, a, b, c = range(6)
    text = [san, francisco] * 20 + [a, cup, b, cup, c, cup]
    found = model(1, "kneser-ney", [text], symbols=7)
    assert found.predict([san]) == francisco
    elsewhere = found.probabilities([6])
    assert elsewhere[cup] > elsewhere[francisco]
    ppm = model(1, "ppm", [text], symbols=7).probabilities([6])
    assert ppm[cup] < ppm[francisco]


def test_kneser_ney_as_counted_by_hand():
    found = model(1, "kneser-ney", [[0, 1, 0, 2]], symbols=4)
    contexts = np.array([2, 1, 1, 0])  # 0 after the start and 1; 1 and 2 after 0
    plain = (contexts - np.array([0.5, 0.5, 0.5, 0]) + 1.5 / 4) / 4  # two counts of 1 and one of 2: 2 / (2 + 2 * 1)
    after_0 = (np.array([0, 0.5, 0.5, 0]) + 2 * 0.5 * plain) / 2  # counts of 1 alone: a half
    assert found.probabilities([3]) == pytest.approx(plain)
    assert found.probabilities([0]) == pytest.approx(after_0)


def test_the_three_discounts():
    """Five symbols are seen once, three twice, two three times, one four times: chosen so that nothing is cut off."""
    text = [0, 1, 2, 3, 4, *[5, 6, 7] * 2, *[8, 9] * 3, *[10] * 4]
    found = model(0, "kneser-ney", [text], symbols=11)
    share = 5 / 11
    expected = [1 - 2 * share * 3 / 5, 2 - 3 * share * 2 / 3, 3 - 4 * share * 1 / 2]
    assert found.discounts[0] == pytest.approx(expected)
    assert found.probabilities([])[10] == pytest.approx((4 - expected[2] + _lower(expected) / 11) / len(text))


def _lower(off):
    return 5 * off[0] + 3 * off[1] + 3 * off[2]


def test_it_learns_a_pattern_and_goes_on_with_it():
    found = model(2, "kneser-ney", [np.tile([0, 1, 2, 1], 50)], symbols=4)
    assert [found.predict(before) for before in ([0, 1], [2, 1], [1, 2])] == [2, 0, 1]
    drawn = found.sample(40, np.random.default_rng(0), before=[0, 1])
    assert drawn.shape == (40,)
    assert np.mean(drawn == np.tile([2, 1, 0, 1], 10)) > 0.8
    assert drawn.tolist() == found.sample(40, np.random.default_rng(0), before=[0, 1]).tolist()


def test_an_untrained_model_is_uniform():
    assert model(3, "kneser-ney", [], symbols=8).bits([1, 2, 7]) == pytest.approx([3, 3, 3])


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InvalidValueError, match="from 0 to 4; got 9"):
        model(1, "ppm", [[9]])
    with pytest.raises(InvalidValueError, match="kneser-ney, ppm"):
        model(1, "laplace")
    with pytest.raises(InvalidValueError, match="order >= 0"):
        model(-1, "ppm")
