"""A melody of synthesised tones followed through its score: at other tempi, through pauses and jumps, in noise."""

from functools import cache

import numpy as np
import pytest

from descant.alignment.audio_follower import HIDDEN_SEMI_MARKOV, ONLINE_DTW, AudioFollower
from descant.alignment.written import Written
from descant.features import RATE
from descant.types import Audio
from descant.types.alignment import ENDED, FOLLOWING, LOST, WAITING

LENGTH = 0.5  # seconds a note as written: quarters at 120 bpm
NOTES = 56


def pitches(seed):
    return np.random.default_rng(seed).integers(48, 84, NOTES)


def played(keys, seconds, brightness=0.5):
    """Decaying tones with some partials, one after the other; `seconds` one each."""
    parts = []
    for key, length in zip(keys, np.broadcast_to(seconds, len(keys)), strict=True):
        time = np.arange(round(length * RATE)) / RATE
        hz = 440.0 * 2 ** ((key - 69) / 12)
        tone = sum(brightness**k * np.sin(2 * np.pi * hz * (k + 1) * time) for k in range(5))
        parts.append(0.2 * tone * np.exp(-3 * time) * np.minimum(1, time / 0.005))
    return np.concatenate(parts).astype(np.float32)


@cache
def score():
    keys = pitches(0)
    onset = np.arange(NOTES, dtype=np.float64)
    notes = Written(onset, np.ones(NOTES), keys, np.zeros(NOTES, dtype=np.int64))
    return notes, Audio(played(keys, LENGTH)[np.newaxis], RATE)


def noise(seconds, level=1e-3, seed=0):
    return level * np.random.default_rng(seed).normal(size=round(seconds * RATE)).astype(np.float32)


def followed(samples, block=2205, system=HIDDEN_SEMI_MARKOV):
    follower = AudioFollower(*score(), system)
    said = [one for at in range(0, len(samples), block) for one in follower.push(samples[at : at + block])]
    return said + follower.finish()


def at(said, seconds):
    return min(said, key=lambda one: abs(one.time - seconds))


def reached(said, quarter):
    return next(one.time for one in said if one.quarter >= quarter - 1e-6 and one.state != WAITING)


@pytest.mark.parametrize(
    ("system", "tempo"), [(HIDDEN_SEMI_MARKOV, 0.6), (HIDDEN_SEMI_MARKOV, 1.6), (ONLINE_DTW, 1.0), (ONLINE_DTW, 1.6)]
)
def test_onsets_are_reached_when_they_sound(system, tempo):
    take = np.concatenate([noise(1.0), played(pitches(0), LENGTH / tempo, brightness=0.35), noise(2.0, seed=2)])
    said = followed(take + noise(len(take) / RATE, seed=1)[: len(take)], system=system)
    late = np.array([reached(said, one) - (1.0 + one * LENGTH / tempo) for one in range(4, NOTES)])
    assert np.median(np.abs(late)) < 0.03
    assert np.mean(np.abs(late) < 0.15) > 0.8
    assert said[-1].state == ENDED
    assert said[-1].quarter == pytest.approx(NOTES, abs=1)


def test_a_player_who_waits_is_waited_for():
    lengths = np.full(NOTES, LENGTH)
    lengths[28] = 1.2  # a fermata
    said = followed(np.concatenate([noise(0.5), played(pitches(0), lengths, brightness=0.35)]))
    begins = 0.5 + np.cumsum(lengths) - lengths
    assert reached(said, 29) == pytest.approx(begins[29], abs=0.1)
    assert reached(said, 38) == pytest.approx(begins[38], abs=0.1)


def test_nothing_is_followed_before_something_is_heard_nor_through_a_pause():
    first, then = played(pitches(0)[:28], LENGTH), played(pitches(0)[28:], LENGTH)
    take = np.concatenate([noise(2.0), first, noise(6.0, seed=1), then])
    said = followed(take)
    assert at(said, 1.5).state == WAITING
    assert at(said, 1.5).quarter == 0.0
    pause = 2.0 + 28 * LENGTH
    assert at(said, pause + 5.0).quarter < 29.0  # noise may be taken for the next onset, but not for more
    assert reached(said, 33) == pytest.approx(pause + 6.0 + 5 * LENGTH, abs=0.2)


@pytest.mark.parametrize(("stop", "start"), [(20, 38), (40, 14)], ids=["forward", "back"])
def test_a_jump_is_found_within_seconds(stop, start):
    keys = np.concatenate([pitches(0)[:stop], pitches(0)[start:]])
    said = followed(np.concatenate([noise(0.5), played(keys, LENGTH, brightness=0.35)]))
    jump = 0.5 + stop * LENGTH
    for after in (7.0, 8.0):
        one = at(said, jump + after)
        assert one.quarter == pytest.approx(start + after / LENGTH, abs=1.0)
        assert one.state == FOLLOWING


def test_another_piece_is_less_believed_and_said_to_be_nowhere():
    take = np.concatenate([noise(0.5), played(pitches(0)[:30], LENGTH), played(pitches(7), LENGTH)])
    said = followed(take)
    right = [one for one in said if 5.0 < one.time < 15.0]
    foreign = [one for one in said if 25.0 < one.time < 42.0]
    assert all(one.state == FOLLOWING and one.confidence > 0.9 for one in right)
    assert np.mean([one.confidence for one in foreign]) < 0.75
    assert any(one.state == LOST for one in foreign)


def test_silence_is_waited_through():
    said = followed(np.zeros(5 * RATE, dtype=np.float32))
    assert {one.state for one in said} == {WAITING}
    assert {one.quarter for one in said} == {0.0}


def test_blocks_of_any_length_say_the_same():
    take = np.concatenate([noise(0.5), played(pitches(0)[:20], LENGTH)])
    assert followed(take, 331) == followed(take, 22_050)
