"""Numerals explained by trees: one a key, with the numerals as they are written at the bottom."""

import numpy as np

from descant.harmony.explained import explained
from descant.harmony.numerals import numerals
from descant.harmony.roman import key_name
from descant.types import RomanNumerals


def found(*chords: tuple[str, str]) -> RomanNumerals:
    start = np.arange(len(chords), dtype=float)
    return RomanNumerals(start, start + 1, tuple(key for key, _ in chords), tuple(figure for _, figure in chords))


def test_a_tree_for_each_key():
    in_c = [("C major", one) for one in ("I", "IV", "V65/V", "V7", "I")]
    in_d = [("D minor", one) for one in ("iiø65", "Ger65", "V", "i")]
    one, two = explained(found(*in_c, *in_d))
    assert (one.key, one.start) == ("C major", 0)
    assert (two.key, two.start) == ("D minor", 5)
    assert [leaf.name for leaf in one.tree.leaves()] == [figure for _, figure in in_c]
    assert [leaf.name for leaf in two.tree.leaves()] == [figure for _, figure in in_d]
    assert [phrase.name for phrase in two.tree.children] == ["t"]


def test_every_numeral_can_be_explained():
    of_c = [one for one in numerals() if key_name(one.key) in ("C major", "A minor")]
    for one in of_c:
        (only,) = explained(found((key_name(one.key), one.figure)))
        assert [leaf.name for leaf in only.tree.leaves()] == [one.figure]


def test_numerals_that_the_graph_network_never_tells_are_explained_too():
    (only,) = explained(found(("D minor", "II43"), ("D minor", "#io7"), ("D minor", "V7"), ("D minor", "i")))
    assert [leaf.name for leaf in only.tree.leaves()] == ["II43", "#io7", "V7", "i"]
