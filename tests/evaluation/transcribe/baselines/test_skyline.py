"""The highest notes."""

from descant.evaluation.transcribe.baselines.skyline import skyline
from descant.types import Notes


def test_the_highest_of_each_moment():
    notes = Notes([0.0, 0.01, 0.02, 0.5, 0.9], [1.0] * 5, [60, 67, 64, 48, 72], [80] * 5)
    assert skyline(notes).tolist() == [False, True, False, True, True]
    assert skyline(Notes([], [], [], [])).tolist() == []
