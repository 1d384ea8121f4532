"""Hashed words: what they share, and what they leave out."""

import numpy as np

from descant.description.hashed_words import BUCKETS, GRAMS, WORDS, grams, words


def test_words_numbers_keys_and_metres():
    assert words("Calm PIANO in C# minor, 3/4 at 120bpm: Für Élise") == [
        *("calm", "piano", "in", "c#", "minor", "3/4", "at", "120", "bpm", "fur", "elise")
    ]


def test_a_misspelt_word_shares_most_of_its_grams():
    right, wrong, other = (set(grams(one)[0]) - {0} for one in ("saxophone", "saxaphone", "drums"))
    assert len(right & wrong) > len(right) / 3
    assert len(right & other) <= 1


def test_shapes_and_range():
    rows = grams("word " * 100)
    assert rows.shape == (WORDS, GRAMS)
    assert rows.min() >= 0
    assert rows.max() < BUCKETS
    assert np.array_equal(grams("?!"), np.zeros((1, GRAMS)))
