"""Where the player is: on, back and forth."""

import numpy as np
import pytest

from descant.alignment.outer_product_hmm import most_likely_path
from tests.alignment.test_note_matching import BARS, score

SECOND = 0.5  # seconds a quarter


def onset_of(written):
    """Which of the score's onsets each note is at."""
    return np.unique(written.onset, return_inverse=True)[1]


def stretch(written, start, stop, now):
    """(seconds, pitch, onset) of the notes between two places, the first place coming `now`."""
    inside = (written.onset >= start) & (written.onset < stop)
    return now + SECOND * (written.onset[inside] - start), written.pitch[inside], onset_of(written)[inside]


def test_who_plays_on_never_jumps():
    written = score()
    path = most_likely_path(written, SECOND * written.onset, written.pitch, BARS)
    assert path.state.tolist() == onset_of(written).tolist()
    assert np.flatnonzero(path.jumped).tolist() == [0]


@pytest.mark.parametrize("there", [4.0, 8.0, 20.0])
def test_who_goes_back_or_skips_jumps_once_and_there(there):
    written = score()
    first, then = stretch(written, 0.0, 16.0, 0.0), stretch(written, there, 32.0, 16.0 * SECOND)
    onset, pitch, true = (np.append(one, other) for one, other in zip(first, then, strict=True))
    path = most_likely_path(written, onset, pitch, BARS)
    assert path.state.tolist() == true.tolist()
    assert np.flatnonzero(path.jumped).tolist() == [0, len(first[0])]


def test_a_note_that_is_not_written_moves_nobody():
    written = score()
    onset = np.insert(SECOND * written.onset, 40, SECOND * written.onset[40])
    path = most_likely_path(written, onset, np.insert(written.pitch, 40, 20), BARS)
    assert np.delete(path.state, 40).tolist() == onset_of(written).tolist()
    assert path.jumped.sum() == 1
