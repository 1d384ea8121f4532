"""What follows what."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.transcribe import voice
from tests.evaluation.transcribe.pages import desk, true_page


def test_every_note_is_followed_by_all_of_the_next_chord():
    page = true_page()
    pairs = voice.successions(page.voice, page.onset, page.known)
    assert pairs == {(0, 2), (0, 3), (2, 4), (3, 4), (4, 5)}  # the bass is alone


def test_a_page_that_lets_the_upbeat_go_on_in_the_bass():
    page = replace(true_page(), voice=np.array([5, 5, 1, 1, 1, 1]))
    found = voice.measure(desk(page), "system")  # (0, 1) for (0, 2) and (0, 3)
    assert found["voice precision"] == pytest.approx(3 / 4)
    assert found["voice recall"] == pytest.approx(3 / 5)
    assert found["voice F-measure"] == pytest.approx(6 / 9)


def test_notes_that_the_truth_does_not_know_are_passed_over():
    truth = replace(true_page(), known=np.array([True, True, False, True, True, True]))
    assert voice.measure(desk(truth=truth), "system")["voice F-measure"] == 1.0
    assert voice.measure(desk(truth=replace(truth, voice=None)), "system") == {}
