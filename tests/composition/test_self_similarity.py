"""What comes back after some bars, by hand."""

import numpy as np
import pytest

from descant.composition.jsb_raster import REST
from descant.composition.self_similarity import BAR, same_as_before


def bars(*pitches):
    """A bar of each, all voices on one pitch."""
    return np.repeat(np.array(pitches, dtype=np.int64), BAR * 4).reshape(-1, 4)


def test_what_comes_back_agrees_at_its_distance():
    piece = bars(60, 62, 60, 62, 64)
    found = {n: same_as_before(piece, n).found.reshape(-1, BAR * 4).mean(axis=1).tolist() for n in (1, 2, 3, 4)}
    assert found == {1: [0, 0, 0, 0], 2: [1, 1, 0], 3: [0, 0], 4: [0]}


def test_another_key_does_not_agree_and_silence_is_not_asked():
    piece = bars(60, 62)
    assert not same_as_before(piece, 1).found.any()
    piece[:, 0] = REST
    found, asked = same_as_before(piece, 1)
    assert not found.any()
    assert asked.sum() == 3 * BAR


@pytest.mark.parametrize("bars_ago", [2, 3, 16])
def test_nothing_is_asked_of_a_piece_that_is_too_short(bars_ago):
    assert not same_as_before(bars(60, 62), bars_ago).asked.any()
