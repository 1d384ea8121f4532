"""Other keys: notes and what is said of them go there and come back."""

from dataclasses import replace

import numpy as np
import pytest

from descant.harmony.in_other_keys import READ_IN, UNHEARD, brought_back, keys_for, transposed
from descant.harmony.note_features import written_notes
from descant.harmony.roman import KEYS, MAJOR, MINOR, ROOTS, semitones
from tests.scores import chorale

NOTES = written_notes(chorale())


@pytest.mark.parametrize("up", READ_IN)
def test_notes_keep_their_spelling_and_their_register(up):
    found = transposed(NOTES, up)
    assert np.all(found.pitch % 12 == [semitones(one) for one in found.fifths.tolist()])
    assert np.all(np.abs(found.pitch - NOTES.pitch) <= 6)
    assert np.all(np.diff(found.pitch) == np.diff(NOTES.pitch))
    assert np.all(found.sharps == up)


@pytest.mark.parametrize("up", READ_IN)
@pytest.mark.parametrize(("head", "classes", "moved"), [("key", KEYS, (1 + 0, MINOR)), ("root", ROOTS, 1)])
def test_what_is_said_of_a_key_or_a_root_comes_back(up, head, classes, moved):
    there = (moved[0] + up, moved[1]) if head == "key" else moved + up
    said = np.full((3, len(classes)), 0.01, dtype=np.float32)
    said[:, classes.index(there)] = 0.9
    found = brought_back(head, said, up)
    assert np.all(found[:, classes.index(moved)] == np.float32(0.9))
    assert found.shape == said.shape


def test_classes_beyond_the_last_are_unheard_and_other_heads_stay():
    said = np.full((2, len(KEYS)), 0.5, dtype=np.float32)
    found = brought_back("key", said, 2)
    assert np.all(found[:, KEYS.index((9, MAJOR))] == np.float32(UNHEARD))
    assert brought_back("quality", said, 2) is said


def test_signatures_keep_their_names():
    assert keys_for(NOTES) == [0, 2, -2]
    assert keys_for(replace(NOTES, sharps=NOTES.sharps + 7)) == [0, -2]
    assert keys_for(replace(NOTES, sharps=NOTES.sharps - 6)) == [0, 2]
