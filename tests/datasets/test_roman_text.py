"""RomanText: where keys start."""

import pytest

from descant.datasets.roman_text import key_changes, key_label, last_measure

TEXT = """Composer: B, a composer: of songs
Time Signature: 3/4
Note: m9 F: is not an analysis
m0 b3 g: V
m1 i b2 V b3.5 Bb: I
m1var1 C: I
m2 I ||
m3-4 = m1-2
m5 b2.67 bb: i
m6a bb: V
m6b C: I
m7 E##: I
"""


def test_keys_start_where_they_are_written():
    found = [(one.measure, one.beat, one.key) for one in key_changes(TEXT)]
    assert found == [
        (0, 3.0, "G minor"),
        (1, 3.5, "Bb major"),
        (3, 1.0, "G minor"),  # as in the measure that it repeats
        (3, 3.5, "Bb major"),
        (5, pytest.approx(8 / 3), "Bb minor"),
        (7, 1.0, "F# major"),
    ]
    assert last_measure(TEXT) == 7


def test_no_analysis_no_keys():
    assert key_changes("Title: nothing\n") == ()
    assert last_measure("") == 0


@pytest.mark.parametrize(
    ("tonic", "alteration", "label"),
    [
        ("C", "", "C major"),
        ("g", "#", "G# minor"),
        ("B", "bb", "A major"),
        ("f", "##", "G minor"),
        ("E", "b", "Eb major"),
    ],
)
def test_labels(tonic, alteration, label):
    assert key_label(tonic, alteration) == label
