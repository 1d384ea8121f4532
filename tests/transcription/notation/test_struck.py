"""Clusters: what is struck at one moment, and which of them may be grace notes."""

import pytest

from descant.features.struck_together import struck_together
from descant.transcription.notation.struck import struck
from descant.transcription.notation.timeline import timeline
from descant.types import Notes
from tests.transcription.notation.played import ticks


def test_a_cluster_stands_at_its_mean_and_a_short_note_may_ornament_the_next():
    notes = Notes([0.5, 0.52, 0.93, 1.0], [1.0, 1.0, 0.99, 1.4], [60, 64, 74, 76], [80] * 4)
    line = timeline(ticks(4), 0.5, 1.0, compound=False)
    found = struck(notes, struck_together(notes.onset), line)
    assert [one.time for one in found] == pytest.approx([0.51, 0.93, 1.0])
    assert found[2].beat == pytest.approx(1.0)
    assert [one.short for one in found] == [False, True, False]
    assert found[1].steps == 2
    assert not any(one.short for one in struck(notes, struck_together(notes.onset), line, simple=True))
