"""Clusters: what is struck at one moment, and which of them may be grace notes."""

import numpy as np
import pytest

from descant.transcription.notation.struck import grouped, struck
from descant.transcription.notation.timeline import timeline
from descant.types import Notes
from tests.transcription.notation.played import ticks


@pytest.mark.parametrize(
    ("onset", "of"),
    [
        ([0.0, 0.01, 0.5, 0.52], [0, 0, 1, 1]),
        ([0.0, 0.03, 0.06, 0.09], [0, 0, 0, 0]),  # a rolled chord
        ([0.0, 0.03, 0.06, 0.09, 0.12], [0, 0, 0, 0, 1]),  # and a run
        ([0.0, 0.05], [0, 1]),
        ([1.0], [0]),
    ],
)
def test_grouped(onset, of):
    assert grouped(np.array(onset)).tolist() == of


def test_a_cluster_stands_at_its_mean_and_a_short_note_may_ornament_the_next():
    notes = Notes([0.5, 0.52, 0.93, 1.0], [1.0, 1.0, 0.99, 1.4], [60, 64, 74, 76], [80] * 4)
    line = timeline(ticks(4), 0.5, 1.0, compound=False)
    found = struck(notes, grouped(notes.onset), line)
    assert [one.time for one in found] == pytest.approx([0.51, 0.93, 1.0])
    assert found[2].beat == pytest.approx(1.0)
    assert [one.short for one in found] == [False, True, False]
    assert found[1].steps == 2
    assert not any(one.short for one in struck(notes, grouped(notes.onset), line, simple=True))
