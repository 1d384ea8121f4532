"""The chords and keys of the modular analysis, by hand."""

import numpy as np
import pytest

from descant.harmony.chord_vocabulary import (
    ALL_KEYS,
    CHORDS,
    KINDS,
    MOVED,
    REACH,
    STEP,
    change_of,
    degree_of,
    home_of,
    keyed_chord,
    numeral_in,
)
from descant.harmony.numerals import numerals
from descant.harmony.roman import MAJOR, MINOR, NONE, ROOTS, Roman, secondary_mode, tonic_of

C, G, A = (ROOTS.index(fifths) for fifths in (0, 1, 3))


def test_as_many_as_in_the_paper():
    assert CHORDS == 1540
    assert ALL_KEYS == 70
    assert len(set(KINDS)) == 44


def test_steps_lead_back_to_the_same_pitch_or_its_enharmonic_equal():
    frm, to = np.indices(STEP.shape)
    found = MOVED[frm, STEP]
    assert np.all((found - to) % 12 == 0)
    near = np.abs(to - frm) <= REACH
    assert np.all(found[near] == to[near])
    assert STEP[C, G] - REACH == 1


def test_an_applied_chord_is_a_chord_in_another_key():
    assert keyed_chord(Roman((0, MAJOR), (5, 0), "7", 1, 2, (5, 0))) == (ROOTS.index(2), KINDS.index(("7", 1)), G, 0)
    assert keyed_chord(Roman((0, MAJOR), (5, 0), "7", 0, 4, (6, 0)))[2:] == (A, 1)
    # a diminished seventh on the raised seventh degree stands in minor, whatever the degree's own triad is
    assert keyed_chord(Roman((0, MAJOR), (7, 1), "dim7", 0, 6, (5, 0)))[2:] == (G, 1)


def test_there_and_back():
    for one in numerals():
        key = (tonic_of(one.key, one.secondary), secondary_mode(one.key, one.secondary))
        chord = keyed_chord(one)
        if one.secondary != NONE and tonic_of(key, one.degree) != one.root:
            continue  # written in the degree's other mode
        if chord is None:
            assert key[0] not in ROOTS
            continue
        found = numeral_in(one.root, chord.kind, one.key, one.secondary)
        if one.quality == "aug6":  # French and Italian ones are not told from German ones
            assert (found.quality, found.root, found.key) == ("aug6", one.root, one.key)
        elif found.quality == "aug6":  # a dominant seventh chord on the flat sixth degree
            assert (one.quality, one.root) == ("7", found.root)
        else:
            assert found == one


def test_every_root_has_a_degree():
    for root in ROOTS:
        for key in ((-9, MAJOR), (9, MAJOR), (-6, MINOR), (12, MINOR)):
            found = numeral_in(root, 0, key)
            assert (found.root - root) % 12 == 0
    assert degree_of(6, (0, MAJOR)) == (4, 1)
    assert degree_of(13, (0, MAJOR)) is None


@pytest.mark.parametrize(
    ("tonic", "mode", "sharps", "home"), [(C, 0, 0, 7), (A, 1, 0, 7), (A, 0, 3, 7), (G, 0, 0, 8), (C, 1, 0, 4)]
)
def test_how_far_a_key_is_from_the_signature(tonic, mode, sharps, home):
    assert home_of(np.array([tonic]), np.array([mode]), np.array([sharps])).tolist() == [home]


def test_changes_of_key():
    c, g, zero, one = np.array([C]), np.array([G]), np.array([0]), np.array([1])
    assert change_of(c, zero, c, zero).tolist() == [0]
    assert change_of(c, zero, g, zero).tolist() == [1 + REACH + 1]
    assert change_of(c, zero, c, one).tolist() == [1 + 25 + REACH]
