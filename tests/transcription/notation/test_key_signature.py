"""Key signatures of measures whose keys are known."""

import numpy as np
import pytest

from descant.transcription.notation.key_signature import signatures

# Scale degrees of chords, in semitones from the tonic, with a bar of quarters each.
MAJOR = [(0, 4, 7), (5, 9, 0), (7, 11, 2), (0, 4, 7)]
MINOR = [(0, 3, 7), (5, 8, 0), (7, 11, 2), (0, 3, 7)]


def bars(chords, tonic, times=2):
    """(measures, 12): a bar holds its chord for four quarters and the scale's neighbours for a while."""
    found = np.zeros((len(chords) * times, 12))
    for at, chord in enumerate(chords * times):
        for degree in chord:
            found[at, (tonic + degree) % 12] += 2.0
    return found


def sharps(sounding):
    return [one.sharps for one in signatures(sounding)]


@pytest.mark.parametrize(
    ("tonic", "want"),
    [(0, 0), (7, 1), (2, 2), (9, 3), (4, 4), (11, 5), (5, -1), (10, -2), (3, -3), (8, -4), (1, -5)],
)
def test_a_cadence_tells_its_key(tonic, want):
    major = signatures(bars(MAJOR, tonic))
    assert {(one.sharps, one.mode) for one in major} == {(want, "major")}
    minor = signatures(bars(MINOR, (tonic + 9) % 12))
    assert {(one.sharps, one.mode) for one in minor} == {(want, "minor")}


def test_a_modulation_changes_the_signature_where_it_comes():
    found = sharps(np.concatenate([bars(MAJOR, 0, 4), bars(MAJOR, 4, 4)]))  # C major, E major
    assert found[:15] == [0] * 15
    assert found[-15:] == [4] * 15


def test_a_bar_of_chromaticism_changes_nothing():
    odd = np.full((1, 12), 0.5)
    foreign = bars([(1, 5, 8)], 0, 1)  # a Neapolitan chord
    found = sharps(np.concatenate([bars(MAJOR, 0), odd, foreign, bars(MAJOR, 0)]))
    assert set(found) == {0}


def test_silence_and_a_single_note_have_few_signs():
    assert sharps(np.zeros((3, 12))) == [0, 0, 0]
    assert sharps(np.eye(12)[:1]) == [0]
    assert signatures(np.zeros((0, 12))) == []
