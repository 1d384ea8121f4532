"""From quarters to seconds through what was played."""

import numpy as np
import pytest

from descant.evaluation.transcribe.clock import USUAL, Clock
from descant.evaluation.transcribe.page import Page
from tests.evaluation.transcribe.pages import true_page


def test_time_runs_evenly_between_notes_and_on_beyond_them():
    clock = Clock(true_page(), np.array([0.0, 0.9, 1.0, 1.1, 3.0, 5.0]))  # the second bar's start is late
    assert clock.seconds(np.array([0.0, 0.5, 1.0, 2.0, 3.5])) == pytest.approx([0.0, 0.5, 1.0, 2.0, 4.0])
    assert clock.seconds(np.array([-1.0, 5.0])) == pytest.approx([-1.25, 6.25])  # 5 s for 4 quarters


def test_time_does_not_run_back():
    clock = Clock(true_page(), np.array([0.0, 1.0, 1.0, 1.0, 3.0, 2.0]))
    assert clock.seconds(np.array([3.0, 4.0])).tolist() == [3.0, 3.0]


def test_a_page_without_notes_runs_at_a_usual_tempo():
    assert Clock(Page.empty(2), np.zeros(2)).seconds(np.array([2.0])).tolist() == [2 * USUAL]
