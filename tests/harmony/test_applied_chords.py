"""Brief changes of key written as applied chords."""

from descant.harmony.applied_chords import Costs, written
from descant.harmony.chord_vocabulary import KINDS, MODES, KeyedChord
from descant.harmony.roman import MAJOR, MINOR, ROOTS

C, G, D_MINOR = (0, MAJOR), (1, MAJOR), (2, MINOR)
COSTS = Costs(new_key=1.5, borrowed=1.0)


def chord(root, name, key, inversion=0):
    return KeyedChord(ROOTS.index(root), KINDS.index((name, inversion)), ROOTS.index(key[0]), MODES.index(key[1]))


def told(*chords, costs=COSTS):
    return [(one.key, one.figure) for one in written(chords, costs)]


def test_a_dominant_of_a_moment_is_applied():
    tonic = chord(0, "maj", C)
    assert told(tonic, chord(2, "7", G, 1), chord(1, "maj", C), tonic) == [(C, "I"), (C, "V65/V"), (C, "V"), (C, "I")]
    leading = told(tonic, chord(7, "dim7", D_MINOR), chord(2, "min", C), tonic)
    assert leading[1] == (C, "viio7/ii")


def test_a_longer_stay_is_a_change_of_key():
    stay = [chord(2, "7", G), chord(1, "maj", G), chord(2, "7", G), chord(1, "maj", G)]
    found = told(chord(0, "maj", C), chord(-1, "maj", C), *stay)
    assert found == [(C, "I"), (C, "IV"), (G, "V7"), (G, "I"), (G, "V7"), (G, "I")]


def test_what_is_no_dominant_is_written_by_its_own_root():
    found = told(chord(0, "maj", C), chord(2, "7", G), chord(1, "maj", G), chord(0, "maj", C))
    assert found == [(C, "I"), (C, "V7/V"), (C, "V"), (C, "I")]


def test_keys_without_a_name_are_written_as_their_enharmonic_equals():
    far = (12, MAJOR)  # B sharp major
    assert told(chord(12, "maj", far), chord(13, "7", far)) == [(C, "I"), (C, "V7")]


def test_augmented_sixths():
    c_minor = (0, MINOR)
    found = told(chord(0, "min", c_minor), chord(-4, "7", c_minor), chord(1, "maj", c_minor))
    assert [figure for _, figure in found] == ["i", "Ger65", "V"]
