"""Staves."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.transcribe import hand
from tests.evaluation.transcribe.pages import desk, true_page


def test_one_note_in_the_wrong_hand():
    page = replace(true_page(), staff=np.array([2, 2, 1, 1, 1, 1]))
    assert hand.measure(desk(page), "system") == {"hand": pytest.approx(5 / 6)}


def test_swapped_hands_are_wrong_and_other_parts_are_not_asked():
    page = replace(true_page(), staff=3 - true_page().staff)
    assert hand.measure(desk(page), "system") == {"hand": 0.0}
    sung = replace(true_page(), staff=np.array([0, 2, 1, 1, 0, 0]))
    assert hand.measure(desk(truth=sung), "system") == {"hand": 1.0}
    assert hand.measure(desk(truth=replace(sung, staff=np.zeros(6, dtype=int))), "system") == {}
