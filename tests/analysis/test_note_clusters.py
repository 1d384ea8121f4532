"""Rows of clusters: what is struck together, and what is told of it."""

import numpy as np
import pytest

from descant.analysis.note_clusters import FEATURES, REACH, clusters
from descant.types import Notes


def of(*rows):
    """Clusters of notes from rows of (onset, seconds, pitch, velocity)."""
    onset, length, pitch, velocity = np.array(rows, dtype=float).reshape(-1, 4).T
    return clusters(Notes(onset, onset + length, pitch.astype(int), velocity.astype(int)))


def test_a_rolled_chord_is_one_cluster():
    found = of((1.0, 1.0, 48, 80), (1.03, 1.0, 55, 80), (1.06, 1.0, 64, 80), (1.5, 0.5, 72, 80))
    assert found.of.tolist() == [0, 0, 0, 1]
    assert found.time[0] == pytest.approx((3 * 1.0 + 1.03 + 1.06) / 5), "the lowest counts three times"
    assert found.time[1] == pytest.approx(1.5)


def test_what_is_told_of_a_cluster():
    rows = of((1.0, 1.0, 48, 80), (1.0, 0.25, 64, 96), (2.5, 0.5, 67, 64)).features
    first, second = rows
    assert np.flatnonzero(first[:12]).tolist() == [0, 4], "pitch classes that are struck"
    assert np.flatnonzero(first[24:36]).tolist() == [0], "the lowest one"
    assert first[38] == 1.0, "two notes"
    assert first[41:44].tolist() == [0.0, 0.0, -2.0], "octaves of seconds: the longest, the lowest, the highest"
    assert (first[46], second[46]) == (0.0, 1.0), "one note is its own lowest and highest"
    assert second[47] == pytest.approx(np.log2(1.5)), "seconds since the cluster before"
    assert rows.shape == (2, FEATURES)


def test_what_still_sounds_is_told():
    rows = of((0.0, 1.0, 60, 80), (0.5, 0.2, 64, 80), (0.9, 0.2, 65, 80), (1.5, 0.2, 67, 80)).features
    assert [row[12:24].nonzero()[0].tolist() for row in rows] == [[], [0], [0], []]


def test_no_notes_and_all_at_once():
    assert (len(of()), of().features.shape) == (0, (0, FEATURES))
    every = of(*[(0.0, 1.0, pitch, 80) for pitch in range(128)])
    assert len(every) == 1
    assert np.isfinite(every.features).all()
    assert every.features[0, -2 * len(REACH) :].tolist() == [3.0] * (2 * len(REACH)), "nothing within eight seconds"
