"""The numerals that are looked for."""

import pytest

from descant.errors import InvalidValueError
from descant.harmony.chord_vocabulary import KINDS, numeral_in
from descant.harmony.numerals import named, numerals
from descant.harmony.roman import KEYS, MAJOR, MINOR, QUALITIES, Roman, semitones


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


@pytest.mark.parametrize(("tonic", "key"), [("C", (0, MAJOR)), ("a", (3, MINOR))])
def test_music21_reads_the_pitches_that_are_meant_from_every_figure(tonic, key):
    from music21.key import Key
    from music21.roman import Minor67Default, RomanNumeral

    scale, by_quality = Key(tonic), Minor67Default.QUALITY
    meant: dict[str, tuple[str, int]] = {}
    for one in numerals():
        if one.key != key or one.inversion:
            continue
        assert meant.setdefault(one.figure, (one.quality, one.root)) == (one.quality, one.root)
        read = RomanNumeral(one.figure, scale, sixthMinor=by_quality, seventhMinor=by_quality)
        pitches = {semitones(one.root + step) for step in QUALITIES[one.quality]}
        heard = {pitch.pitchClass for pitch in read.pitches}
        assert heard == pitches or (one.quality == "aug6" and heard > pitches), one.figure


@pytest.mark.parametrize("key", [(0, MAJOR), (3, MINOR)])
def test_every_chord_that_can_be_written_is_found_by_its_figure(key):
    name = "C major" if key[1] == MAJOR else "A minor"
    for root in range(key[0] - 5, key[0] + 7):
        for kind in range(0, len(KINDS), 3):
            meant = numeral_in(root, kind, key)
            found = named(name, meant.figure)
            assert found.figure == meant.figure
            assert semitones(found.root) == semitones(meant.root), meant


def test_applied_chords_outside_the_table_are_found_too():
    assert named("C major", "ii65/V").root == 3
    assert named("Eb major", "V65/ii").root == -3 + 3
    with pytest.raises(InvalidValueError, match="no chord of C major is written 'V13'"):
        named("C major", "V13")
