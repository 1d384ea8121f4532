"""Followers keep up with what is played."""

import numpy as np
import pytest

from descant.evaluation.benchmark_follow import benchmark, repeated
from descant.pipelines.listeners import SYSTEMS
from tests.pieces import short_piece


def test_every_system_keeps_up():
    found = {one.name: one.value for one in benchmark()}
    for name in SYSTEMS:
        assert 0.0 < found[f"{name}: CPU, share of real time"] < 40.0
        assert 0.0 < found[f"{name}: latency at most, sound in blocks of 10 ms"] < 250.0


def test_a_tune_is_repeated_note_by_note():
    piece = short_piece()
    found = repeated(piece, 3.5 * piece.duration)
    assert len(found) == 3 * len(piece)
    assert found.onset[len(piece) :][: len(piece)] == pytest.approx(piece.onset + piece.duration)
    assert np.array_equal(found.pitch[-len(piece) :], piece.pitch)
    assert len(repeated(piece, 0.0)) == len(piece)
