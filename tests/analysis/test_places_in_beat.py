"""What clusters say of beats that may hold them."""

import numpy as np

from descant.analysis.places_in_beat import within_beats

PLACES = np.array([0.0, 0.5])
INTERVALS = np.arange(10, 41)


def told(*places):
    """A network that is sure of each cluster's place; 2 is none of them."""
    logits = np.full((len(places), 3), -6.0, np.float32)
    logits[np.arange(len(places)), places] = 6.0
    return logits


def test_a_beat_fits_best_where_its_notes_stand_as_they_are_told_to():
    """On the beat at frame 20, in its middle at 30, on the next at 40: one beat of 20 frames that begins at 20."""
    found = within_beats(np.array([20, 30]), told(0, 1), PLACES, 60, INTERVALS)
    whole, tens, forty = found[20, 10], found[20, 0] + found[30, 0], found[20, 30]
    assert whole > -0.1
    assert tens < whole - 2  # two beats of ten frames: the middle would be a beat of its own
    assert forty < whole - 2  # it would stand at a quarter


def test_every_cluster_is_in_one_beat_of_a_path():
    """Beats of ten frames one after another hold four clusters once each: none is counted twice."""
    frame = np.array([3, 12, 27, 31])
    nothing = np.zeros((4, 3), np.float32)
    found = within_beats(frame, nothing, PLACES, 60, INTERVALS)
    alone = [within_beats(frame[at : at + 1], nothing[:1], PLACES, 60, INTERVALS) for at in range(4)]
    assert np.allclose(found, np.sum(alone, axis=0), atol=1e-4)
    assert np.count_nonzero(alone[1][::10, 0]) == 1
    assert np.count_nonzero(alone[1][:, 0]) == 10


def test_just_before_the_next_beat_is_near_it():
    found = within_beats(np.array([29]), told(0), PLACES, 40, INTERVALS)
    assert found[10, 10] > -1.0  # 19 frames into a beat of 20
    assert found[10, 20] < -2.0  # 19 into one of 30


def test_a_note_on_no_place_stands_anywhere_alike():
    found = within_beats(np.array([25]), told(2), PLACES, 40, INTERVALS)
    rows = [found[start, 20] for start in (20, 15, 12, 8)]
    assert np.ptp(rows) < 0.05
