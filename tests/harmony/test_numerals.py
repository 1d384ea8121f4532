"""The numerals that are looked for."""

from descant.harmony.numerals import numerals
from descant.harmony.roman import KEYS, MAJOR, MINOR, Roman


def test_every_numeral_is_one_of_the_classes():
    found = numerals()
    assert len(set(found)) == len(found)
    assert [key for key in KEYS if any(one.key == key for one in found)] == list(KEYS)
    order = [KEYS.index(one.key) for one in found]
    assert order == sorted(order)
    assert all(min(one.classes) >= 0 for one in found)


def test_common_chords_are_among_them():
    for one in (
        Roman((0, MAJOR), (5, 0), "7", 3, 1),
        Roman((0, MAJOR), (5, 0), "7", 1, 3, (2, 0)),  # V65/ii: A
        Roman((0, MAJOR), (7, 0), "dim7", 0, 6, (5, 0)),  # viio7/V: F sharp
        Roman((0, MAJOR), (6, -1), "maj", 0, -4),  # bVI
        Roman((0, MINOR), (7, 1), "dim7", 2, 5),  # viio43: B
        Roman((0, MINOR), (2, -1), "maj", 1, -5),  # N6
        Roman((0, MINOR), (4, 1), "aug6", 0, -4),  # Ger65: A flat
        Roman((0, MINOR), (5, 0), "7", 0, -2, (3, 0)),  # V7/III: B flat
    ):
        assert one in numerals()
