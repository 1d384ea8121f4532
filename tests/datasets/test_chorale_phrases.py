"""Ends of phrases in RomanText."""

from descant.datasets.chorale_phrases import phrase_marks

TEXT = """\
Composer: J. S. Bach
m0 b3 G: I
m1 vi b2 V7 b3 I || b4 V
m2 I b2.5 IV
m2var1 I ||
m3 || V b3 D: I ||
"""


def test_marks_belong_to_the_chord_before_them():
    assert phrase_marks(TEXT) == ((1, 3.0), (2, 2.5), (3, 3.0))


def test_no_marks():
    assert phrase_marks("m1 I b3 V") == ()
