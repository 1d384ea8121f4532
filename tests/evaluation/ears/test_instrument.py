"""Classes of the network as families of General MIDI."""

import numpy as np

from descant.analysis import instruments
from descant.evaluation.ears.families import FAMILIES
from descant.evaluation.ears.instrument import families_of


def test_classes_join_the_families_that_their_programmes_belong_to():
    window = np.zeros((5, len(instruments.LABELS)))
    frame = np.zeros((5, len(instruments.LABELS)))
    for label, family in (("distorted guitar", "guitar"), ("plucked strings", "strings"), ("drums", "drums")):
        at = instruments.LABELS.index(label)
        window[2, at], frame[3, at] = 0.9, 0.8
        scores = families_of(instruments.Scores(window, frame))
        assert scores.clip[FAMILIES.index(family)] == 0.9
        assert scores.frames[3, FAMILIES.index(family)] == 0.8
    assert np.count_nonzero(scores.clip) == 3
