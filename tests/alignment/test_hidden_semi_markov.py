"""Frames made by formula followed from onset to onset: tempi, waits, notes left out, a place known roughly."""

import numpy as np
import pytest

from descant.alignment.hidden_semi_markov import BEHIND, NEAR, PATIENCE, HiddenSemiMarkov

COUNT, LENGTH = 40, 50  # onsets; frames each
BINS = 24  # of either half
DYING = np.array([150.0, 120.0, 80.0, 50.0, 30.0, 20.0])  # rises of an attack, frame by frame
STARTS = LENGTH * np.arange(COUNT)


def frames(keys, lengths, noise=0.0, seed=1):
    """An attack that dies away, then the tones alone, until the next."""
    rng, rows = np.random.default_rng(seed), []
    for key, length in zip(keys, lengths, strict=True):
        one = np.zeros((length, 2 * BINS))
        for tone, weight in ((0, 1.0), (7, 0.5), (12, 0.4)):
            one[: len(DYING), (key + tone) % BINS] += DYING[:length] * weight / 1.9
            one[:, BINS + (key + tone) % BINS] += 15.0 * weight / 1.9
        rows.append(one)
    made = np.concatenate(rows)
    return np.maximum(made + noise * rng.normal(size=made.shape), 0.0)


KEYS = np.random.default_rng(0).integers(0, BINS, COUNT)


def follower():
    return HiddenSemiMarkov(frames(KEYS, [LENGTH] * COUNT).astype(np.float16), BINS, STARTS)


def reached(follower, played):
    """The frame with which each onset is first said to be reached."""
    place = np.maximum.accumulate([follower.push(one) for one in played])
    return np.searchsorted(place, STARTS - 1e-6)


@pytest.mark.parametrize("pace", [0.45, 1.0, 2.2])
def test_a_tempo_far_from_the_pages_is_followed_from_the_first_onset(pace):
    lengths = np.full(COUNT, round(LENGTH / pace))
    found = follower()
    late = reached(found, frames(KEYS, lengths, noise=0.2)) - (np.cumsum(lengths) - lengths)
    assert np.max(np.abs(late)) <= 2
    assert found.pace == pytest.approx(pace, rel=0.1)
    assert found.finished


def test_a_ritardando_and_a_fermata_are_waited_for():
    lengths = np.full(COUNT, LENGTH)
    lengths[-8:] = LENGTH * np.array([1.2, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 10.0])
    lengths[15] = 9 * LENGTH
    late = reached(follower(), frames(KEYS, lengths, noise=0.2)) - (np.cumsum(lengths) - lengths)
    assert np.max(np.abs(late)) <= 2


def test_notes_left_out_do_not_hold_it_up():
    heard = np.arange(COUNT) % 9 != 5
    played = frames(KEYS[heard], LENGTH * (1 + np.roll(~heard, -1)[heard]), noise=0.2)
    late = reached(follower(), played) - STARTS
    assert np.max(np.abs(late[heard])) <= 3


def test_the_place_is_between_onsets_at_the_pace():
    found = follower()
    place = np.array([found.push(one) for one in frames(KEYS, [2 * LENGTH] * COUNT)])
    at = 2 * LENGTH * 20 + LENGTH  # in the middle of an onset
    assert place[at] == pytest.approx(20.5 * LENGTH, abs=3)


def test_a_place_known_roughly_is_made_exact():
    played = frames(KEYS, [LENGTH] * COUNT)[20 * LENGTH + 10 :]
    for wrong in (-0.6 * NEAR, 0.6 * NEAR):
        found = follower()
        found.begin_at(20 * LENGTH + 10 + wrong)
        place = [found.push(one) for one in played]
        assert place[3 * LENGTH] == pytest.approx(23 * LENGTH + 10, abs=3)


def test_it_goes_back_only_when_it_was_wrong_for_a_while():
    found = follower()
    for one in frames(KEYS[:10], [LENGTH] * 10):
        found.push(one)
    assert found.told == 9
    found.likeliest = 8
    ways = found.ways[:, max(0, 8 - BEHIND) :].copy()
    ways[0] = -100.0
    ways[0, 8, -1] = 0.0
    for _ in range(int(PATIENCE) - 1):
        found._tell(ways, 0)
        assert found.told == 9
    for _ in range(2):
        found._tell(ways, 0)
    assert found.told == 8
