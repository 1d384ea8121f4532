"""What music21 writes of four bars in G."""

import numpy as np

from descant.evaluation.transcribe.baselines import music21_import as module
from descant.evaluation.transcribe.baselines.music21_import import in_fours, music21_import
from descant.types import Notes
from descant.types.score import KeySignature, Score, ScorePart
from tests.scores import FOUR, frame, note


def test_every_note_finds_its_written_one(monkeypatch):
    monkeypatch.setattr(module, "steady_tempo", lambda notes: 120.0)
    pitch = [67, 69, 71, 72, 74, 72, 71, 69, 67, 66, 67, 62, 67, 71, 74, 79]
    onset = 3.0 + np.arange(16) / 2 + np.tile([0.01, -0.01], 8)
    page = music21_import(Notes(onset, onset + 0.45, pitch, [80] * 16))
    sounding = tuple(page.score.sounding())
    found = [sounding[at] for at in page.written]
    assert [one.pitch.midi for one in found] == pitch
    assert [float(one.onset) for one in found] == list(range(16))
    assert {one.key.sharps for one in page.score.measures} == {1}
    assert {one.time for one in page.score.measures} == {FOUR}


def test_what_hangs_over_a_bar_line_is_cut():
    rows = ((note(0, 2, "C4"), note(2, 4, "D4")), (note(0, 4, "E4"),))
    hanging = Score(frame((6, FOUR, {}), (4, FOUR, {})), (ScorePart(rows),))
    score = in_fours(hanging, KeySignature(2))
    assert [(one.onset, one.duration) for one in score.sounding()] == [(0, 2), (2, 2), (4, 4)]
    assert [(one.start, one.key.sharps) for one in score.measures] == [(0, 2), (4, 2)]
