"""Numerals against a human's, counted by hand."""

import numpy as np

from descant.evaluation.roman_frames import MEASURES, RomanFrames, pooled, roman_frames
from descant.harmony.roman import HEADS, MAJOR, Roman

TONIC = Roman((0, MAJOR), (1, 0), "maj", 0, 0)
FIFTH = Roman((0, MAJOR), (5, 0), "maj", 0, 1)
IN_G = Roman((1, MAJOR), (1, 0), "maj", 0, 1)


def counted(true_start, true, start, found, end):
    return roman_frames(
        np.array(true_start, float),
        np.array([one.classes for one in true]),
        np.array(start, float),
        np.array([one.classes for one in found]),
        end,
    )


def test_counts():
    found = counted([0, 2], [TONIC, FIFTH], [0, 1, 2], [TONIC, FIFTH, IN_G], 4.0)
    assert found.frames == 32  # eight in a quarter
    right = dict(zip(MEASURES, found.right, strict=True))
    assert right["key"] == 16
    assert right["degree"] == 8
    assert right["root"] == 24
    assert right["quality"] == right["inversion"] == 32
    assert right["roman"] == 8
    assert found.rates["roman"] == 0.25


def test_the_same_is_right_and_what_has_no_class_is_never():
    assert counted([1], [TONIC], [0], [TONIC], 2.0).rates == dict.fromkeys(
        MEASURES, 1.0
    )  # the first from the beginning
    far = Roman((15, MAJOR), (1, 0), "maj", 0, 15)
    assert counted([0], [far], [0], [far], 1.0).rates["key"] == 0


def test_what_a_chord_leans_on_is_part_of_its_degree():
    leaning = Roman((0, MAJOR), (1, 0), "maj", 0, 0, (4, 0))
    assert counted([0], [TONIC], [0], [leaning], 1.0).rates["degree"] == 0
    assert HEADS[-1] == "tonicisation"


def test_long_pieces_count_for_more():
    found = pooled([RomanFrames(10, (10,) * 6), RomanFrames(30, (0,) * 6)])
    assert found.frames == 40
    assert found.rates["key"] == 0.25
    assert pooled([]).rates["roman"] == 0
