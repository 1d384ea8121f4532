"""Waltzes and marches, told by which of their beats are alike."""

import numpy as np
import pytest

from descant.analysis.beat_likeness import FEWEST, likeness, threefold
from descant.types import Beats, Notes
from tests.pipelines.test_transcribe import march


@pytest.mark.parametrize(("bar", "three"), [(2, False), (3, True), (4, False)])
def test_bars_of_three_are_told_from_others(bar, three):
    played = march(0, 0.5, beats=bar, bpm=100.0)
    assert (threefold(played.notes, played.beats) > 0.2) == three


def test_beats_that_repeat_are_alike():
    rows = np.tile([[1.0, 0.0], [-0.5, 0.5], [-0.5, -0.5]], (8, 1))
    assert likeness(rows, 3) == pytest.approx(24 / 24 * (21 * 2.0 / 3) / (24 * 2.0 / 3) * 24 / 21)
    assert likeness(rows, 1) < 0


def test_too_few_beats_tell_nothing():
    time = 0.5 * np.arange(FEWEST - 1)
    notes = Notes(time, time + 0.4, np.full(len(time), 60), np.full(len(time), 80))
    assert threefold(notes, Beats(time, np.arange(len(time)) % 3 + 1)) == 0.0


def test_even_notes_are_neither():
    time = 1.0 + 0.5 * np.arange(60)
    notes = Notes(time, time + 0.4, np.full(60, 60), np.full(60, 80))
    assert abs(threefold(notes, Beats(time, np.arange(60) % 4 + 1))) < 0.2
