"""What is known around a cell, on a piece short enough to be read by eye, and for every mask by looking for it."""

import numpy as np
import pytest

from descant.composition.absorbing_state import COVERED
from descant.composition.frames_around import BAR, GAPS, UNKNOWN, rows
from descant.composition.frames_before import LOWEST, NO_KEY

C = 60 - LOWEST + 1  # the token of middle C
NO = COVERED


def test_by_eye():
    frames = np.array([[NO, C, 0, NO], [C + 4, NO, NO, NO], [NO, NO, C, NO], [C + 5, NO, NO, NO]])
    found = rows(frames)
    assert found["token"].tolist() == np.where(frames == NO, UNKNOWN, frames).tolist()
    assert found["before"].T.tolist() == [
        [UNKNOWN, UNKNOWN, C + 4, C + 4],
        [UNKNOWN, C, C, C],
        [UNKNOWN, 0, 0, C],
        [UNKNOWN] * 4,
    ]
    assert found["since"].T.tolist() == [[0, 0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 1], [0] * 4]
    assert found["after"].T.tolist() == [
        [C + 4, C + 5, C + 5, UNKNOWN],
        [UNKNOWN] * 4,
        [C, C, UNKNOWN, UNKNOWN],
        [UNKNOWN] * 4,
    ]
    assert found["until"].T.tolist() == [[1, 2, 1, 0], [0] * 4, [2, 1, 0, 0], [0] * 4]
    assert found["step"].tolist() == [0, 1, 2, 3]
    assert found["left"].tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("seed", range(8))
def test_the_nearest_by_looking(seed):
    rng = np.random.default_rng(seed)
    frames = np.where(rng.random((60, 4)) < rng.random(), NO, rng.integers(0, 47, (60, 4)))
    found = rows(frames)
    for (t, voice), _ in np.ndenumerate(frames):
        for token, gap, places in (("before", "since", range(t - 1, -1, -1)), ("after", "until", range(t + 1, 60))):
            there = next((at for at in places if frames[at, voice] != NO), None)
            assert found[token][t, voice] == (UNKNOWN if there is None else frames[there, voice])
            away = 0 if there is None else abs(there - t)
            if away <= BAR:
                assert found[gap][t, voice] == away
            else:
                assert BAR <= found[gap][t, voice] < GAPS


def test_keys_are_of_what_is_known():
    scale = np.tile(C + np.array([0, 2, 4, 5, 7, 9, 11, 12]), 4)
    frames = np.concatenate([np.tile(scale[:, None], 4), np.tile(scale[:, None] + 2, 4)])  # C major, then D major
    key = rows(frames)["key"]
    assert set(key[:16, 1].tolist()) == {0}
    assert set(key[-16:, 1].tolist()) == {2}
    assert len(set(key[:, 0].tolist())) == 1
    assert (rows(np.full((5, 4), NO))["key"] == NO_KEY).all()
    hidden = frames.copy()
    hidden[:32] = NO
    assert (rows(hidden)["key"][:, 0] == 2).all()


def test_a_part_knows_where_it_stands():
    found = rows(np.full((6, 4), NO), start=10, whole=40)
    assert found["step"].tolist() == [10, 11, 12, 13, 14, 15]
    assert found["left"].tolist() == [BAR] * 6
    assert rows(np.full((6, 4), NO), start=10, whole=18)["left"].tolist() == [7, 6, 5, 4, 3, 2]
