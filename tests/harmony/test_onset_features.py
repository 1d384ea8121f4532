"""What the modules are told of notes, by hand, and that it is the same in every key."""

import numpy as np

from descant.harmony.chord_vocabulary import REACH, STEPS
from descant.harmony.note_features import WrittenNotes, graph_inputs
from descant.harmony.onset_features import (
    BEFORE,
    CHANGE_FEATURES,
    INSIDE,
    SEGMENT_FEATURES,
    alike,
    change_features,
    onsets_of,
    segment_features,
)
from descant.harmony.roman import ROOTS, semitones


def onsets(up=0, count=20):
    """A bass note C held for a bar under a quarter G, E, G, E; then D and so on."""
    rows = []
    for bar in range(count // 4):
        low = (0, 2)[bar % 2] + up
        rows += [(4.0 * bar, 4.0, 36, low)]
        rows += [(4.0 * bar + beat, 1.0, 60, low + (1, 4)[beat % 2]) for beat in range(4)]
    onset, duration, octave, fifths = np.array(rows).T
    bars = np.arange(count // 4) * 4.0
    notes = WrittenNotes(
        onset=onset,
        duration=duration,
        pitch=(octave + np.array([semitones(int(one)) for one in fifths])).astype(np.int64),
        fifths=fifths.astype(np.int64),
        bar=bars,
        bar_length=np.full(len(bars), 4.0),
        beat=np.ones(len(bars)),
        sharps=np.full(len(bars), up),
    )
    return onsets_of(graph_inputs(notes), float(count))


def test_onsets():
    found = onsets()
    assert len(found) == 20
    assert [ROOTS[one] for one in np.flatnonzero(found.struck[0])] == [0, 1]
    assert [ROOTS[one] for one in np.flatnonzero(found.struck[1])] == [4]
    assert [ROOTS[one] for one in np.flatnonzero(found.heard[1])] == [0, 4]
    assert [ROOTS[one] for one in found.bass[3:5]] == [0, 2]
    assert found.gap.tolist() == [1.0] * 20
    assert set(onsets(up=3).sharps.tolist()) == {3}


def test_changes_are_asked_over_the_bass():
    rows = change_features(onsets())
    assert rows.shape == (20, CHANGE_FEATURES)
    assert np.flatnonzero(rows[0, :STEPS]).tolist() == [REACH, REACH + 1]
    assert np.flatnonzero(rows[4, 4 * STEPS : 5 * STEPS]).tolist() == [REACH - 2]  # the bass before was C, now it is D
    np.testing.assert_array_equal(rows, change_features(onsets(up=4)))


def test_segments_are_told_over_their_first_bass():
    begin, end = np.array([0, 4]), np.array([4, 8])
    rows, share = segment_features(onsets(), begin, end)
    assert rows.shape == (2, 4 + 2 * BEFORE, SEGMENT_FEATURES)
    assert share.sum(axis=1).tolist() == [1.0, 1.0]
    assert np.all(rows[0, :BEFORE] == 0)  # before the piece
    assert np.flatnonzero(rows[0, BEFORE, :STEPS]).tolist() == [REACH, REACH + 1]
    assert np.flatnonzero(rows[1, 0, 2 * STEPS : 3 * STEPS]).size == 0
    assert np.flatnonzero(rows[1, BEFORE - 1, 2 * STEPS : 3 * STEPS]).tolist() == [REACH - 2]
    other, _ = segment_features(onsets(up=4), begin, end)
    np.testing.assert_array_equal(rows, other)


def test_of_a_long_segment_some_onsets_are_told():
    rows, share = segment_features(onsets(), np.array([0]), np.array([20]))
    assert rows.shape[1] == INSIDE + 2 * BEFORE
    assert np.count_nonzero(share) == INSIDE


def test_groups_of_one_length():
    begin, end = np.array([0, 0, 1, 2, 0]), np.array([1, 2, 2, 3, 60])
    groups = [one.tolist() for one in alike(begin, end, 2)]
    assert groups == [[0, 2], [3], [1], [4]]
