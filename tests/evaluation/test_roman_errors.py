"""Errors of numerals by kind, by hand."""

import numpy as np

from descant.evaluation.roman_errors import INVERSION, KEY, KINDS, LEANING, OTHER, QUALITY, SEGMENTATION, roman_errors
from descant.harmony.roman import MAJOR, Roman

C, G = (0, MAJOR), (1, MAJOR)
TONIC, FIFTH = Roman(C, (1, 0), "maj", 0, 0), Roman(C, (5, 0), "maj", 0, 1)
TOLD = {
    SEGMENTATION: FIFTH,
    KEY: Roman(G, (4, 0), "maj", 0, 0),
    INVERSION: Roman(C, (1, 0), "maj", 1, 0),
    QUALITY: Roman(C, (1, 0), "maj7", 3, 0),
    LEANING: Roman(C, (5, 0), "maj", 0, 0, (4, 0)),
    OTHER: Roman(C, (6, 0), "min", 0, 3),
}


def test_each_kind_is_counted_once():
    true = np.array([one.classes for one in (TONIC, FIFTH)])
    for kind, told in TOLD.items():
        found = roman_errors(true, np.zeros(3, dtype=np.int64), np.array([told.classes] * 2 + [TONIC.classes]))
        assert dict(zip(KINDS, found, strict=True)) == {one: 2 * (one == kind) for one in KINDS}


def test_what_is_right_is_no_error_even_beside_its_like():
    true = np.array([one.classes for one in (TONIC, FIFTH)])
    assert roman_errors(true, np.array([0, 1]), true) == (0,) * len(KINDS)
