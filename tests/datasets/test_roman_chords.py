"""RomanText: where chords start, and in which key."""

from descant.datasets.roman_chords import chord_changes
from descant.harmony.roman import MAJOR, MINOR

TEXT = """Composer: B, a composer: of songs
Note: m9 F: V is not an analysis
m0 b3 g: V
m1 i b2 viio7/V b3.5 Bb: I6 ||
m1var1 C: I
m2 ii65 b2.33 V7[no5]
m3-4 = m1-2
m5 b1 d:
m6 :|| iv b3 N6
m7 = m2
"""


def test_chords_start_where_they_are_written():
    found = [(one.measure, round(one.beat, 3), one.key, one.figure) for one in chord_changes(TEXT)]
    g, b_flat, d = (1, MINOR), (-2, MAJOR), (2, MINOR)
    assert found == [
        (0, 3.0, g, "V"),
        (1, 1.0, g, "i"),
        (1, 2.0, g, "viio7/V"),
        (1, 3.5, b_flat, "I6"),
        (2, 1.0, b_flat, "ii65"),
        (2, 2.333, b_flat, "V7[no5]"),
        (3, 1.0, b_flat, "i"),  # a repeated measure is in the key that holds, until it names its own
        (3, 2.0, b_flat, "viio7/V"),
        (3, 3.5, b_flat, "I6"),
        (4, 1.0, b_flat, "ii65"),
        (4, 2.333, b_flat, "V7[no5]"),
        (6, 1.0, d, "iv"),  # a key may stand alone
        (6, 3.0, d, "N6"),
        (7, 1.0, d, "ii65"),
        (7, 2.333, d, "V7[no5]"),
    ]


def test_no_analysis_no_chords():
    assert chord_changes("Title: nothing\n") == ()
