"""The baseline on chords that are plain."""

import numpy as np
import pytest

from descant.harmony.note_features import WrittenNotes
from descant.harmony.roman import DEGREES, HEADS, KEYS, MAJOR, QUALITY_NAMES, semitones
from descant.harmony.templates import heard_between, template_numerals


def chorale(up):
    """I, IV, V7 with the third in the bass, I, twice, a bar each, in the major key of so many sharps."""
    rows = []
    for bar, chord in enumerate(((0, 4, 1), (-1, 3, 0), (5, 1, -1), (0, 4, 1)) * 2):
        for octave, fifths in zip((36, 60, 60), chord, strict=True):
            rows.append((4.0 * bar, octave + semitones(fifths + up), fifths + up))
    onset, pitch, fifths = np.array(rows).T
    bars = np.arange(8) * 4.0
    whole = (np.full(8, 4.0), np.ones(8), np.full(8, up))
    return WrittenNotes(onset, np.full(len(onset), 4.0), pitch.astype(int), fifths.astype(int), bars, *whole)


@pytest.mark.parametrize("up", [-3, 0, 4])
def test_plain_chords_in_their_key(up):
    start, classes = template_numerals(chorale(up))
    assert start.tolist() == list(range(32))
    told = dict(zip(HEADS, classes.T, strict=True))
    assert {KEYS[one] for one in told["key"]} == {(up, MAJOR)}
    bars = classes[1:16:4]
    assert [DEGREES[one][0] for one in bars[:, HEADS.index("degree")]] == [1, 4, 5, 1]
    assert [QUALITY_NAMES[one] for one in bars[[0, 1, 3], HEADS.index("quality")]] == ["maj"] * 3
    assert bars[2, HEADS.index("inversion")] == 1


def test_how_long_each_pitch_class_is_heard():
    notes = chorale(0)
    heard = heard_between(notes, np.array([0.0, 2.0, 5.0]))
    assert heard[0, [0, 4, 7]].tolist() == [2, 2, 2]
    assert heard[1, [0, 4, 7, 5, 9]].tolist() == [3, 2, 2, 1, 1]
    assert heard.sum() == 15
