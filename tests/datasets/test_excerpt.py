"""Cutting and combining performances."""

import numpy as np

from descant.datasets.excerpt import beats_between, excerpt, only_parts, together, with_programs
from descant.types import Beats, ControlChange, Notes, Part


def piece():
    return Notes(
        [0.0, 1.0, 2.0, 3.5],
        [0.5, 4.0, 2.5, 4.5],
        [60, 62, 64, 65],
        [80] * 4,
        [0, 1, 0, 1],
        (Part("MELODY"), Part("PIANO")),
        controls=(ControlChange(1, 0.5, 64, 127), ControlChange(1, 2.5, 64, 0), ControlChange(1, 3.0, 64, 127)),
    )


def test_an_excerpt_starts_at_0_and_ends_at_its_end():
    cut = excerpt(piece(), 1.0, 3.0)
    assert cut.onset.tolist() == [0.0, 1.0]
    assert cut.offset.tolist() == [2.0, 1.5]
    # The pedal that was down before is down at once, and up at the end.
    assert [(one.time, one.value) for one in cut.controls] == [(0.0, 127), (1.5, 0), (2.0, 0)]


def test_beats_between_two_moments():
    cut = beats_between(Beats([0.0, 1.0, 2.0, 3.0], [1, 2, 3, 4]), 1.0, 3.0)
    assert cut.time.tolist() == [0.0, 1.0]
    assert cut.position.tolist() == [2, 3]


def test_one_part_keeps_its_pedal():
    piano = only_parts(piece(), ("PIANO",))
    assert piano.pitch.tolist() == [62, 65]
    assert [one.part for one in piano.controls] == [0, 0, 0]
    assert not only_parts(piece(), ("MELODY",)).controls


def test_two_performances_keep_their_own_parts():
    drums = Notes([0.5], [0.6], [36], [100], parts=(Part("drums", 0, drum=True),))
    both = together(with_programs(piece(), {0: 73}), drums)
    assert [part.program for part in both.parts] == [73, 0, 0]
    assert np.flatnonzero(both.drum).tolist() == [1]
    assert len(both.controls) == 3
