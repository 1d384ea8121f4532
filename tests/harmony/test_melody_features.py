"""What is told of a note: by hand."""

import numpy as np

from descant.harmony.melody_features import FEATURES, PLAIN, REACH, ROUND, clusters, melody_features, usual_step

ONSET = np.array([0.0, 0.01, 1.0, 2.0, 4.0])
DURATION = np.array([4.0, 1.0, 0.5, 1.0, 1.0])
PITCH = np.array([48, 72, 74, 72, 60])


def test_what_begins_together_is_one_cluster():
    assert clusters(ONSET).tolist() == [0, 2, 3, 4, 5]
    assert clusters(np.zeros(0)).tolist() == [0]
    assert usual_step(ONSET) == 1.0
    assert usual_step(np.zeros(1)) == 1.0


def test_register_and_what_sounds():
    rows = melody_features(ONSET, DURATION, PITCH, 1.0)
    assert rows.shape == (5, FEATURES)
    assert rows[:, 7].tolist() == [0, 1, 1, 1, 1]  # nothing sounds above
    assert rows[:, 8].tolist() == [1, 0, 0, 0, 1]  # nothing sounds below: the bass note lasts four
    assert rows[0, 11] == 24 / 12  # to the note above
    assert np.isclose(rows[2, 12], 24 / 12)  # to the bass, 26 semitones down, as far as is told
    assert rows[:, 4].tolist() == [0.5, 0.5, 0.25, 0.25, 0.25]


def test_how_near_the_pitches_around_are_struck():
    rows = melody_features(ONSET, DURATION, PITCH, 1.0)
    ago, soon = rows[:, PLAIN + ROUND : PLAIN + 2 * ROUND], rows[:, PLAIN + 2 * ROUND :]
    one, two = (1 - (np.log2(step) + 2) / 7 for step in (1, 2))
    assert np.isclose(ago[2, REACH - 2], one)  # 72 before 74
    assert np.isclose(ago[3, REACH], two)  # 72 before 72
    assert np.isclose(soon[1, REACH], two)
    assert np.isclose(soon[2, REACH - 2], one)
    assert ago[1].max() == 0
    assert np.isclose(ago[4, REACH + 12], two)
    assert rows[3, PLAIN : PLAIN + ROUND].sum() == 0  # the bass is too far below


def test_tempo_is_not_told():
    slow = melody_features(3 * ONSET, 3 * DURATION, PITCH, usual_step(3 * ONSET))
    assert np.allclose(slow, melody_features(ONSET, DURATION, PITCH, usual_step(ONSET)), atol=1e-6)
