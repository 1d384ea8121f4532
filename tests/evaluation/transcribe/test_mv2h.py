"""The page as MV2H sees it."""

import numpy as np
import pytest

from descant.evaluation.transcribe import mv2h
from descant.evaluation.transcribe.page import Bar, Page
from descant.types.score import TimeSignature
from tests.evaluation.transcribe.pages import desk, played, true_page
from tests.scores import THREE


def test_the_true_page_has_all_and_an_empty_one_nothing():
    assert set(mv2h.measure(desk(), "system").values()) == {1.0}
    assert set(mv2h.measure(desk(Page.empty(6)), "system").values()) == {0.0}


def test_values_and_groups_are_in_seconds_of_the_performance():
    music = mv2h.music(true_page(), played())
    assert music.start.tolist() == [0, 1, 1, 1, 3, 4]
    assert music.end.tolist() == [1, 7, 3, 3, 4, 7]
    assert (1.0, 4.0) in map(tuple, music.groups.tolist())  # the first bar; the second ends after the performance
    assert music.key_start.tolist() == [0, 1, 4]


def test_groups_of_a_bar():
    whole = mv2h.groups_of(Bar(1.0, 1.0, 4.0, THREE, 0))
    assert len(whole) == 1 + 3 + 6
    assert whole[0].tolist() == [1.0, 4.0]
    upbeat = mv2h.groups_of(Bar(-2.0, 0.0, 1.0, THREE, 0))
    assert upbeat.tolist() == [[0.0, 1.0], [0.0, 0.5], [0.5, 1.0]]
    compound = mv2h.groups_of(Bar(0.0, 0.0, 3.0, TimeSignature((6,), 8), 0))
    assert np.diff(compound)[:, 0] == pytest.approx([3.0, 1.5, 1.5, *[0.5] * 6])
