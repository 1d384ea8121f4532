"""The tempo that onsets repeat at."""

import numpy as np
import pytest

from descant.evaluation.transcribe.baselines.steady_tempo import UNKNOWN, steady_tempo
from descant.types import Notes


@pytest.mark.parametrize("bpm", [80.0, 101.3, 130.0])
def test_even_quarters_with_some_eighths(bpm):
    place = np.sort(np.concatenate([np.arange(32.0), np.arange(0, 32, 4) + 0.5])) * 60 / bpm
    notes = Notes(place, place + 0.1, np.full(len(place), 60), np.full(len(place), 80))
    assert steady_tempo(notes) == pytest.approx(bpm, abs=0.05)


def test_too_little_to_tell():
    assert steady_tempo(Notes([], [], [], [])) == UNKNOWN
    assert steady_tempo(Notes([1.0], [2.0], [60], [80])) == UNKNOWN
