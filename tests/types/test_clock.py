"""Seconds and quarters, with tempi that change."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.types import Notes, TempoChange
from descant.types.clock import Clock
from descant.types.score import KeySignature, Measure, Score, TempoMark, TimeSignature


def test_120_until_a_tempo_is_named():
    clock = Clock.of(Notes([0], [1], [60], [80]))
    assert clock.quarters([0, 1, 2.5]).tolist() == [0, 2, 5]
    assert clock.tempos == (TempoChange(0.0, 120.0),)
    later = Clock.of(Notes([0], [1], [60], [80], tempos=(TempoChange(1.0, 60.0),)))
    assert later.quarters([0.5, 1, 3]).tolist() == [1, 2, 4]


def test_a_score_and_its_notes_have_one_clock():
    measure = Measure(F(0), F(8), TimeSignature((4,), 2), KeySignature(0))
    score = Clock.of(Score((measure,), (), tempos=(TempoMark(F(0), 90.0), TempoMark(F(3), 45.0))))
    assert score.seconds([0, 3, 4.5]).tolist() == pytest.approx([0, 2, 4])
    notes = Clock.of(Notes([0], [1], [60], [80], tempos=score.tempos))
    places = np.linspace(0, 8, 50)
    assert notes.quarters(score.seconds(places)) == pytest.approx(places)


def test_of_two_tempi_at_one_time_the_later_holds():
    clock = Clock.of_seconds([(0.0, 60.0), (2.0, 30.0), (2.0, 240.0)])
    assert clock.quarters([2, 3]).tolist() == [2, 6]
    assert len(clock.tempos) == 2
