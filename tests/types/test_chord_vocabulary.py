"""Labels to numbers and back."""

import mir_eval
import numpy as np
import pytest

from descant.types.annotations import HARTE
from descant.types.chord_vocabulary import NAMES, NONE, QUALITIES, TAGS, Chord, name, parse, tones
from descant.types.names import FLAT_NAMES

ALL = [
    Chord(root, quality, (root + step) % 12)
    for quality, intervals in enumerate(QUALITIES.values())
    for root in (0, 6, 11)
    for step in intervals
]


def test_every_chord_comes_back_and_says_its_notes_as_mir_eval_does() -> None:
    for chord in [*ALL, Chord(NONE, 0, NONE)]:
        label = name(chord, FLAT_NAMES)
        assert HARTE.fullmatch(label), label
        assert parse(label) == chord
        root, notes, bass = mir_eval.chord.encode(label)
        assert (root % 12 if root >= 0 else NONE) == chord.root
        np.testing.assert_array_equal(np.roll(notes, max(root, 0)), tones(chord))
        if chord.root != NONE:
            assert (root + bass) % 12 == chord.bass


def test_tags_are_distinct() -> None:
    found = {Chord(root, quality, root).tag for quality in range(len(QUALITIES)) for root in range(12)}
    assert found == set(range(TAGS - 2))
    assert Chord(NONE, 0, NONE).tag == TAGS - 2
    assert [Chord.of_tag(tag).tag for tag in range(TAGS - 1)] == list(range(TAGS - 1))
    assert Chord.of_tag(Chord(2, 6, 5).tag) == Chord(2, 6, 2)
    assert len(NAMES) == 15  # McFee and Bello's fourteen, and sus4(b7)


@pytest.mark.parametrize(
    ("label", "same"),
    [("D", "D:maj"), ("G:9", "G:7"), ("C:min11/b3", "C:min7/b3"), ("A:7(#9)", "A:7"), ("F:maj(9)", "F:maj")],
)
def test_richer_chords_count_as_what_they_contain(label: str, same: str) -> None:
    assert parse(label) == parse(same)


@pytest.mark.parametrize("label", ["X", "C:5", "C:(1,3,5)"])
def test_what_is_not_in_the_vocabulary_is_unknown(label: str) -> None:
    assert parse(label) is None
