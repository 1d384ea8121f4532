"""Études: every key, every speed, and hands that can play them."""

import numpy as np

from descant.datasets.etudes import HIGHEST, LOWEST, etude


def test_every_key_comes_and_none_beyond():
    pieces = [etude(np.random.default_rng(seed)) for seed in range(60)]
    keys = np.concatenate([piece.pitch for piece in pieces])
    assert np.array_equal(np.unique(keys), np.arange(LOWEST, HIGHEST + 1))
    assert set(np.concatenate([piece.part for piece in pieces]).tolist()) == {0, 1}


def test_slow_and_fast_thin_and_thick():
    pieces = [etude(np.random.default_rng(seed)) for seed in range(60)]
    for piece in pieces:
        strokes = np.unique(piece.onset)
        assert np.diff(strokes).min() * 60 / piece.bpm > 0.02
        assert 15 < piece.end * 60 / piece.bpm < 90
    gaps = [np.median(np.diff(np.unique(piece.onset))) * 60 / piece.bpm for piece in pieces]
    assert min(gaps) < 0.12
    assert max(gaps) > 0.3
    chords = [np.bincount(np.unique(piece.onset, return_inverse=True)[1]).max() for piece in pieces]
    assert max(chords) >= 7


def test_the_same_seed_writes_the_same():
    one, two = etude(np.random.default_rng(5)), etude(np.random.default_rng(5))
    assert np.array_equal(one.pitch, two.pitch)
    assert np.array_equal(one.onset, two.onset)
    assert one.positions[:2].tolist() == [1, 2]
