"""The hand-written grammar on progressions whose reading is not in doubt."""

import numpy as np
import pytest

from descant.harmony.degree_chords import NAMES, SYMBOLS, parse
from descant.harmony.tonal_grammar import tonal_grammar
from descant.harmony.tree import as_text


def chords(text):
    return np.array([parse(one) for one in text.split()])


def drawn(text):
    return as_text(tonal_grammar().parse(chords(text), NAMES))


def test_a_full_cadence():
    expected = """\
piece
├─ T - [I] - I
└─ T
   ├─ D
   │  ├─ S - [II] - ii7
   │  └─ D - [V] - V7
   └─ T - [I] - I
"""
    assert drawn("I ii7 V7 I") == expected


def test_applied_dominants_lean_on_their_degree():
    assert "├─ D/II - VI7\n" in drawn("I VI7 ii V7 I")
    assert "├─ D/V - #ivo7\n" in drawn("I #ivo7 V I")


def test_minor_is_told_from_major():
    assert "t - [I] - i" in drawn("i iv V7 i")
    assert "t -" not in drawn("I IV V7 I")


def test_a_half_close_ends_on_the_dominant():
    assert drawn("I IV V").startswith("piece - half\n")


def test_every_chord_has_a_tree():
    order = np.random.default_rng(0).permutation(SYMBOLS)
    [bits] = tonal_grammar().bits([order])
    assert np.isfinite(bits)
    assert len(list(tonal_grammar().parse(order, NAMES).leaves())) == SYMBOLS


def test_tonal_progressions_are_likelier_than_shuffled_ones():
    tonal = chords("I vi ii V7 I IV I V I vi ii7 V7 I")
    shuffled = np.random.default_rng(1).permutation(tonal)
    good, bad = tonal_grammar().bits([tonal, shuffled])
    assert good < bad


def test_phrases_may_be_longer_or_shorter():
    one = chords("I IV V I")
    assert all(child.end - child.start <= 2 for child in tonal_grammar(2).parse(one, NAMES).children)
    assert tonal_grammar(2).bits([one])[0] == pytest.approx(tonal_grammar(4).bits([one])[0], rel=0.5)
