"""The measures of search by words, on rankings whose figures are counted by hand."""

import numpy as np

from descant.evaluation.find.bag_of_attributes import named
from descant.evaluation.find.words import area, orders, ranks, recalls


def test_ranks_and_recall():
    scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.2, 0.2]])
    assert ranks(scores, [1, 2]) == [(1, 0), (0, 2)]
    assert recalls((1, 0)) == {"R@1": 0.0, "R@5": 1.0, "R@10": 1.0, "median rank": 2.0}
    tied = recalls((0, 99))  # one of a hundred equals
    assert tied["R@1"] == 0.01
    assert tied["R@10"] == 0.1
    assert tied["median rank"] == 50.5


def test_area_under_the_curve():
    assert area(np.array([True, False, False]), np.array([0.9, 0.5, 0.1])) == 1.0
    assert area(np.array([True, False, True]), np.array([0.9, 0.5, 0.1])) == 0.5
    assert area(np.array([True, False]), np.array([0.3, 0.3])) == 0.5


def test_orders_of_equals_are_drawn():
    assert [one.tolist() for one in orders(np.array([0.1, 0.3, 0.2]))] == [[1, 2, 0]]
    firsts = {one[0] for one in orders(np.zeros(5))}
    assert len(firsts) > 1


def test_a_bag_of_attributes():
    assert named("slow piano in Bb minor, 120 bpm") >= {
        *("tempo=slow", "instrument=piano", "key=Bb minor", "mode=minor", "bpm=35")
    }
    assert "instrument=acoustic guitar" not in named("electric guitar")
    assert named("what I heard on Sunday") == frozenset()
