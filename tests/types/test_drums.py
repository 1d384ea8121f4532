"""Drum keys: each in the class that a drummer would name."""

import numpy as np
import pytest

from descant.errors import InvalidValueError
from descant.types.drums import DRUM_CLASSES, DRUM_KEYS, drum_class


def test_keys_fall_into_their_classes():
    named = {
        "kick": [35, 36],
        "snare": [37, 38, 40],
        "hihat": [22, 26, 42, 44, 46],
        "toms": [41, 43, 45, 47, 48, 50, 58],
    }
    named["cymbals"] = [49, 51, 52, 53, 55, 57, 59]
    for number, name in enumerate(DRUM_CLASSES):
        assert drum_class(named[name]).tolist() == [number] * len(named[name])
    others = np.setdiff1d(np.arange(128), np.concatenate(list(named.values())))
    assert np.all(drum_class(others) == -1)


def test_a_class_written_as_midi_reads_back():
    assert drum_class(DRUM_KEYS).tolist() == list(range(len(DRUM_CLASSES)))
    assert drum_class([]).tolist() == []


def test_refuses_what_is_no_key():
    with pytest.raises(InvalidValueError, match="0 to 127"):
        drum_class([128])
