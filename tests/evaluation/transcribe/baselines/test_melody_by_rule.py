"""The melody: the tune, and not what accompanies it while it rests."""

import numpy as np
import pytest

from descant.evaluation.transcribe.baselines.melody_by_rule import melody_by_rule as melody
from descant.types import Notes, Part

TUNE = [(0, 1, 76), (1, 1, 77), (2, 1, 79), (3, 3, 76), (8, 1, 77), (9, 1, 79), (10, 1, 81), (11, 3, 77), (16, 4, 76)]


def song(chords=(48, 55, 60, 64), loud=95):
    """A tune that rests in every second bar, over broken chords that go on."""
    rows = [(start, length * 0.95, pitch, loud) for start, length, pitch in TUNE]
    rows += [(at / 2, 0.45, chords[at % len(chords)], 62) for at in range(40)]
    onset, length, pitch, velocity = np.array(rows).T
    return Notes(onset / 2, (onset + length) / 2, pitch.astype(int), velocity.astype(int))


@pytest.mark.parametrize("loud", [95, 70])
def test_the_accompaniment_is_not_taken_where_the_tune_rests(loud):
    notes = song(loud=loud)
    found = melody(notes)
    assert notes.pitch[found].tolist() == [pitch for _, _, pitch in TUNE]


def test_a_tune_alone_is_all_melody():
    onset = np.arange(12) * 0.4
    notes = Notes(onset, onset + 0.35, 60 + np.arange(12) % 5, np.full(12, 80))
    assert melody(notes).all()


def test_of_a_chord_one_note_is_sung():
    onset = np.repeat(np.arange(8) * 0.5, 3)
    notes = Notes(onset, onset + 0.45, np.tile([60, 64, 67], 8), np.full(24, 80))
    found = melody(notes)
    assert notes.pitch[found].tolist() == [67] * 8


def test_drums_and_silence_have_none():
    drums = Notes([0.0, 0.5], [0.1, 0.6], [36, 38], [90, 90], parts=(Part(drum=True),))
    assert not melody(drums).any()
    assert melody(Notes([], [], [], [])).shape == (0,)
