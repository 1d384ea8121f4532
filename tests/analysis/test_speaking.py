"""Who speaks and who sings, by pitches that are made here."""

import numpy as np
import pytest

from descant.analysis.speaking import speaking
from descant.types import PitchContour

STEP = 0.016
TIME = np.arange(0.0, 8.0, STEP)


def contour(semitones, voiced=None):
    voiced = np.ones(len(TIME), dtype=bool) if voiced is None else voiced
    return PitchContour(TIME, 220.0 * 2 ** (semitones / 12), voiced)


NOTES = np.repeat([0, 2, 4, 5, 7, 5, 4, 2], len(TIME) // 8 + 1)[: len(TIME)].astype(float)


@pytest.mark.parametrize("vibrato", [0.0, 0.3, 0.6, 1.0])
def test_notes_are_no_speech_with_vibrato_or_without(vibrato):
    assert not speaking(contour(NOTES + vibrato * np.sin(2 * np.pi * 5.5 * TIME)))


@pytest.mark.parametrize("rate", [1.3, 2.0, 3.0])
def test_a_pitch_that_glides_up_and_down_speaks(rate):
    words = (TIME % 0.5) < 0.4
    assert speaking(contour(4.0 * np.sin(2 * np.pi * rate * TIME) - TIME, words))


def test_without_much_pitch_nothing_is_said():
    assert not speaking(contour(4.0 * np.sin(2 * np.pi * 2 * TIME), TIME < 1.0))
    assert not speaking(contour(NOTES, np.zeros(len(TIME), dtype=bool)))
    assert not speaking(PitchContour(np.zeros(1), np.full(1, 220.0), np.ones(1, dtype=bool)))
