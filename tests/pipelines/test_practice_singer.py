"""A voice that we synthesise, held against the tune it was given."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from descant.alignment.practice_page import score_page
from descant.pipelines.practice import _of_singer, practice
from descant.pipelines.practice_json import practice_json
from descant.synthesis.voice import lines, voice
from descant.types import Notes, PitchBend
from descant.types.score import Score, ScorePart, TempoMark
from tests.alignment.test_singing import TUNE, contour
from tests.scores import FOUR, frame, note


def tune():
    rows = tuple(tuple(note(at, 1, TUNE[4 * bar + at]) for at in range(4)) for bar in range(4))
    return Score(frame(*[(4, FOUR, {})] * 4), (ScorePart(rows, "Voice"),), tempos=(TempoMark(F(0), 90.0),))


def test_repeats_that_are_not_sung_are_forgiven():
    one = tune()
    repeated = replace(one, measures=frame(*[(4, FOUR, {"repeat_end": 2} if bar == 3 else {}) for bar in range(4)]))
    sound = contour(score_page(one).page)
    assert _of_singer(repeated, sound).played.page == (0, 1, 2, 3)
    assert _of_singer(repeated, sound).counts == {}


def test_cents_of_a_synthesised_voice():
    one = tune()
    pitch = np.array([n.pitch.midi for n in one.sounding()])
    onset = 0.5 + np.arange(16) * 60 / 90
    bends = (PitchBend(0, float(onset[6]) - 0.02, -0.6), PitchBend(0, float(onset[7]) - 0.02, 0.0))
    notes = Notes(onset, onset + 0.62, pitch - 12, np.full(16, 80), bends=bends)
    report = practice(one, voice(notes, seed=3), singer=True)
    found = report.judgement
    (line,) = lines(notes, seed=3)
    middle = onset + 0.35
    true = np.array([np.median(line.pitch_at(np.arange(at - 0.15, at + 0.15, 0.01))) for at in middle])
    off = 100 * (true - pitch + 12)
    assert found.transposed == -12
    assert np.nanmean(np.abs(found.cents + found.tuning - off)) < 12
    assert found.cents[6] == pytest.approx(-60, abs=25)
    document = practice_json(report, "tune", "take")
    assert document["sung"]
    assert [x["cents"] for x in document["notes"]] == pytest.approx(found.cents, abs=0.1)
    assert "flat" in report.counts
