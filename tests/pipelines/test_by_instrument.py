"""How strokes join the notes."""

import numpy as np

from descant.pipelines.by_instrument import joined, struck
from descant.types import Notes, Part, Tags

NOTES = Notes([0.0, 1.0, 2.0], [0.5, 1.5, 2.5], [60, 64, 67], [80, 80, 80])
STROKES = Notes([0.5, 1.0, 5.0], [0.55, 1.05, 5.05], [36, 38, 42], [99, 98, 97], parts=(Part("drums", drum=True),))


def tags(*spans):
    """(label, start, end)"""
    label, start, end = zip(*spans, strict=True) if spans else ((), (), ())
    return Tags(np.array(start, float), np.array(end, float), label, ("instrument",) * len(label))


def test_strokes_count_where_drums_are_heard():
    assert struck(STROKES, tags(("drums", 0.0, 2.0))).onset.tolist() == [0.5, 1.0]
    assert len(struck(STROKES, tags(("piano", 0.0, 9.0)))) == 0
    assert len(struck(STROKES, tags(("drums", 0.0, 0.5)))) == 0  # too short to be drums
    assert len(struck(STROKES, tags())) == 0


def test_strokes_join_as_a_part_of_their_own():
    both = joined(NOTES, STROKES)
    assert both.onset.tolist() == [0.0, 0.5, 1.0, 1.0, 2.0, 5.0]
    assert both.drum.tolist() == [False, True, False, True, False, True]
    assert both.pitch[both.drum].tolist() == [36, 38, 42]
    assert joined(NOTES, struck(STROKES, tags())) is NOTES
