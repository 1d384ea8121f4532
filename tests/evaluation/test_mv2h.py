"""MV2H, against figures reckoned by hand."""

from dataclasses import replace

import numpy as np
import pytest

from descant.evaluation.mv2h import Music, key_score, mv2h

# Two voices of two notes: C5 D5 over C3 G3, a second each; two bars of a second.
TRUTH = Music(
    pitch=np.array([72, 48, 74, 55]),
    onset=np.array([0.0, 0.0, 1.0, 1.0]),
    start=np.array([0.0, 0.0, 1.0, 1.0]),
    end=np.array([1.0, 1.0, 2.0, 2.0]),
    voice=np.array([1, 2, 1, 2]),
    groups=np.array([[0.0, 1.0], [1.0, 2.0], [0.0, 0.5], [0.5, 1.0]]),
    key_start=np.array([0.0]),
    sharps=np.array([0]),
    duration=2.0,
)


def test_the_truth_itself():
    found = mv2h(TRUTH, TRUTH)
    assert list(found) == ["Multi-pitch", "Voice", "Metre", "Note value", "Harmony", "MV2H"]
    assert set(found.values()) == {1.0}


def test_a_missed_and_a_wrong_note():
    other = replace(TRUTH, pitch=np.array([72, 48, 74, 56]))
    found = mv2h(TRUTH, other)
    assert found["Multi-pitch"] == 0.75  # three of four, both ways
    assert found["Voice"] == 1.0  # C5 to D5, the one link among matched notes
    assert found["Note value"] == 1.0  # C3's, whose true successor is missing, is not compared


def test_onsets_may_be_off_by_50_ms():
    for late, share in ((0.05, 1.0), (0.06, 0.75)):
        other = replace(TRUTH, onset=TRUTH.onset + np.array([late, 0, 0, 0]))
        assert mv2h(TRUTH, other)["Multi-pitch"] == share


def test_crossed_voices():
    found = mv2h(TRUTH, replace(TRUTH, voice=np.array([1, 2, 2, 1])))
    assert found["Voice"] == 0.0
    assert found["Note value"] == 1.0  # of the last notes, which end both pages' voices
    assert found["MV2H"] == pytest.approx(4 / 5)


def test_all_in_one_voice_weighs_a_chord_s_links_once():
    found = mv2h(TRUTH, replace(TRUTH, voice=np.ones(4, dtype=int)))
    # Both notes of the first chord lead to two notes, one of them rightly: links weigh (2 + 1) / 2 x 2 = 3.
    right, wrong = 2 * 1 / 3, 2 * 1 / 3
    assert found["Voice"] == pytest.approx(2 * right / (2 * right + wrong))


def test_note_values_lose_by_the_share_that_is_off():
    def value(ends):
        return mv2h(TRUTH, replace(TRUTH, end=np.array(ends)))["Note value"]

    assert value([1.1, 1.0, 2.0, 2.0]) == 1.0  # within 100 ms
    assert value([1.4, 1.0, 2.0, 2.0]) == pytest.approx((0.6 + 3) / 4)
    assert value([3.5, 1.0, 2.0, 2.0]) == pytest.approx(3 / 4)
    grace = replace(TRUTH, end=np.array([0.0, 1.0, 2.0, 2.0]))
    assert mv2h(grace, TRUTH)["Note value"] == pytest.approx(3 / 4)


def test_groups_need_both_ends_but_no_level():
    other = replace(TRUTH, groups=np.array([[0.04, 1.04], [1.0, 2.1], [0.0, 0.5]]))
    assert mv2h(TRUTH, other)["Metre"] == pytest.approx(2 * 2 / 7)
    twice = replace(TRUTH, groups=np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert mv2h(TRUTH, twice)["Metre"] == pytest.approx(2 * 1 / 6)  # a group answers once


@pytest.mark.parametrize(("sharps", "score"), [(0, 1.0), (12, 1.0), (1, 0.5), (-11, 0.5), (-1, 0.0), (3, 0.0)])
def test_keys(sharps, score):
    assert key_score(TRUTH, replace(TRUTH, sharps=np.array([sharps]))) == score


def test_keys_are_weighed_by_time():
    other = replace(TRUTH, key_start=np.array([0.0, 0.5]), sharps=np.array([4, 0]))
    assert key_score(TRUTH, other) == pytest.approx(0.75)


def test_nothing_found():
    none = np.zeros(0)
    empty = Music(none.astype(int), none, none, none, none.astype(int), np.zeros((0, 2)), none, none.astype(int), 0.0)
    assert set(mv2h(TRUTH, empty).values()) == {0.0}
