"""The follower knows the place of every note of what is played as written, and finds it again after what is not."""

import time

import numpy as np
import pytest

from descant.alignment.symbolic_follower import SymbolicFollower
from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types.alignment import ENDED, FOLLOWING, LOST, WAITING

SECOND = 0.5  # that a quarter takes as written


def piece(quarters: int, seed: int = 0) -> Written:
    """Eighths under chords of two or three notes, one a quarter; no two bars alike."""
    rng = np.random.default_rng(seed)
    onset, pitch = [], []
    for beat in range(quarters):
        bass = int(rng.integers(40, 56))
        chord = [bass, bass + int(rng.integers(3, 8)), *([bass + 12] if rng.random() < 0.5 else [])]
        for at, notes in ((beat, [*chord, int(rng.integers(64, 84))]), (beat + 0.5, [int(rng.integers(64, 84))])):
            onset += [float(at)] * len(notes)
            pitch += notes
    count = len(onset)
    return Written(np.array(onset), np.full(count, 0.5), np.array(pitch), np.zeros(count, dtype=np.int64))


def taken(
    score: Written, begin: float = 0.0, end: float = np.inf, speed: float = 1.0, start: float = 1.0, seed: int = 1
):
    """(time, pitch, quarter) of notes played from one place to another, chords not quite together."""
    rng = np.random.default_rng(seed)
    inside = (score.onset >= begin) & (score.onset < end)
    quarter = score.onset[inside]
    seconds = start + (quarter - begin) * SECOND / speed + rng.uniform(0.0, 0.01, len(quarter))
    order = np.argsort(seconds)
    return list(zip(seconds[order].tolist(), score.pitch[inside][order].tolist(), quarter[order].tolist(), strict=True))


def played(follower: SymbolicFollower, notes) -> list:
    return [follower.push(second, pitch) for second, pitch, _ in notes]


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.0, 1.4, 2.0])
def test_what_is_played_as_written_is_followed_note_by_note(speed):
    score = piece(60)
    follower = SymbolicFollower(score)
    assert follower.at(0.0).state == WAITING
    notes = taken(score, speed=speed)
    said = played(follower, notes)
    assert all(abs(one.quarter - quarter) < 0.1 for one, (_, _, quarter) in zip(said, notes, strict=True))
    assert {one.state for one in said[:-1]} == {FOLLOWING}
    assert said[-1].state == ENDED
    assert follower.tempo == pytest.approx(speed / SECOND, rel=0.05)


def test_a_chord_is_reached_with_its_first_note_and_not_before():
    score = piece(8)
    follower = SymbolicFollower(score)
    notes = [one for one in taken(score) if one[2] < 4.0]
    played(follower, notes)
    last = notes[-1]
    assert last[2] == 3.5
    assert follower.at(last[0] + 0.1).quarter == pytest.approx(3.7, abs=0.05)
    assert 3.9 < follower.at(last[0] + 0.5).quarter < 4.0
    assert follower.push(last[0] + 0.3, int(score.pitch[score.onset == 4.0][0])).quarter == 4.0


def test_told_of_late_it_foretells_what_is_due_soon_and_no_more():
    score = piece(8)
    notes = [one for one in taken(score) if one[2] < 4.0]
    for latency, soon in ((0.0, False), (0.02, False), (0.1, True)):  # a chord is due in 0.25 s
        follower = SymbolicFollower(score, latency)
        played(follower, notes)
        assert (follower.at(notes[-1][0] + 0.28).quarter > 4.0) == soon
        assert follower.at(notes[-1][0] + 9.0).quarter < 4.25


def test_a_pause_waits_and_is_not_lost():
    score = piece(40)
    follower = SymbolicFollower(score)
    first = taken(score, 0.0, 20.0)
    played(follower, first)
    for second in (1.0, 10.0, 100.0):
        waits = follower.at(first[-1][0] + second)
        assert waits.state == FOLLOWING
        assert 19.9 < waits.quarter < 20.0
    tempo = follower.tempo
    again = played(follower, taken(score, 20.0, 24.0, start=first[-1][0] + 30.0))
    assert again[0].quarter == 20.0
    assert follower.tempo == pytest.approx(tempo, rel=0.1)


@pytest.mark.parametrize(("stop", "start"), [(30.0, 62.0), (40.0, 24.0), (60.0, 0.0)], ids=["skip", "repeat", "again"])
def test_a_jump_is_found_within_a_few_beats(stop, start):
    score = piece(100)
    follower = SymbolicFollower(score)
    first = taken(score, 0.0, stop)
    played(follower, first)
    notes = taken(score, start, start + 12.0, start=first[-1][0] + 0.5)
    said = played(follower, notes)
    late = [(one, note) for one, note in zip(said, notes, strict=True) if note[2] >= start + 4.0]
    assert all(abs(one.quarter - note[2]) < 0.1 and one.state == FOLLOWING for one, note in late)


def test_wrong_extra_and_missed_notes_do_not_lose_it():
    score = piece(100)
    rng = np.random.default_rng(5)
    notes = []
    for second, pitch, quarter in taken(score):
        fate = rng.random()
        if fate < 0.06:
            continue
        notes.append((second, pitch + int(rng.integers(-3, 4)) if fate < 0.12 else pitch, quarter))
        if fate > 0.94:
            notes.append((second + 0.1, int(rng.integers(40, 84)), quarter))
    notes.sort()
    said = played(SymbolicFollower(score), notes)
    assert all(one.state in (FOLLOWING, ENDED) for one in said)
    near = [abs(one.quarter - quarter) <= 0.5 for one, (_, _, quarter) in zip(said, notes, strict=True)]
    assert np.mean(near) > 0.99


def test_another_piece_is_lost_and_this_one_is_found_again():
    score, other = piece(100), piece(40, seed=9)
    follower = SymbolicFollower(score)
    first = taken(score, 0.0, 40.0)
    played(follower, first)
    strange = taken(other, 0.0, 30.0, start=first[-1][0] + 0.5)
    said = played(follower, strange)
    assert all(one.state == LOST for one in said[len(said) // 2 :])
    assert len({one.quarter for one in said[len(said) // 2 :]}) == 1  # the last place that was sure
    back = played(follower, taken(score, 40.0, 50.0, start=strange[-1][0] + 0.5))
    assert back[-1].state == FOLLOWING
    assert back[-1].quarter == pytest.approx(49.5, abs=0.1)


def test_the_same_notes_give_the_same_positions_after_a_restart():
    score = piece(30)
    follower = SymbolicFollower(score)
    notes = taken(score)
    first = played(follower, notes)
    follower.restart()
    assert played(follower, notes) == first


def test_one_note_is_a_score():
    follower = SymbolicFollower(Written(np.zeros(1), np.ones(1), np.array([60]), np.zeros(1, dtype=np.int64)))
    assert follower.push(3.0, 60).state == ENDED
    assert follower.push(4.0, 61).quarter <= 1.0


def test_bad_notes_are_refused():
    follower = SymbolicFollower(piece(4))
    follower.push(1.0, 60)
    with pytest.raises(InvalidValueError, match="order of time"):
        follower.push(0.5, 60)
    with pytest.raises(InvalidValueError, match="pitch 128"):
        follower.push(2.0, 128)
    with pytest.raises(InvalidValueError, match="nan"):
        follower.push(float("nan"), 60)


def test_a_note_of_a_long_score_takes_a_millisecond():
    score = piece(2000)
    follower = SymbolicFollower(score)
    assert len(follower.place) == 4000
    notes = taken(score, 0.0, 60.0)
    begun = time.process_time()
    played(follower, notes)
    assert (time.process_time() - begun) / len(notes) < 3e-3  # about 0.4 ms on one core, and room for a busy machine
