"""The accompaniment keeps to a player who is steady, slows down, stops, or is somewhere else."""

import numpy as np
import pytest

from descant.alignment.accompaniment import Accompanist, TempoModel
from descant.alignment.written import Written
from tests.alignment.test_symbolic_follower import SECOND, piece

BARS = 16


def halves(seed: int = 0) -> tuple[Written, Written]:
    """A solo of quarters, and an accompaniment of sixteenths, both for 16 bars of four."""
    rng = np.random.default_rng(seed)
    onset, pitch = np.arange(4.0 * BARS), rng.permutation(np.tile(np.arange(60, 76), BARS // 4))
    low = np.arange(0.0, 4.0 * BARS, 0.25)
    return part(onset, pitch, 1.0), part(low, rng.integers(36, 55, len(low)), 0.25)


def part(onset, pitch, length) -> Written:
    return Written(np.asarray(onset), np.full(len(onset), length), np.asarray(pitch), np.zeros(len(onset), np.int64))


def accompanied(solo, other, seconds, start=0.0, stop=np.inf, latency=0.0, player=None):
    """Cues when the solo's notes from one place to another are struck at `seconds(quarter)`."""
    player = player or Accompanist(solo, other, latency)
    cues = []
    for quarter, pitch in zip(solo.onset.tolist(), solo.pitch.tolist(), strict=True):
        if start <= quarter < stop:
            time = float(seconds(quarter))
            cues += player.due(time + latency)
            player.hear(time, pitch, 80)
    return cues, player


def misses(cues, other, seconds, after=4.0):
    """How far from their true moments the accompaniment's notes come, after the first bar."""
    return [one.time - seconds(other.onset[one.note]) for one in cues if other.onset[one.note] >= after]


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.6])
def test_a_steady_player_is_met_within_5_ms_after_the_first_bar(speed):
    solo, other = halves()
    cues, player = accompanied(solo, other, lambda quarter: 2.0 + quarter * SECOND / speed)
    cues += player.due(100.0)
    assert [one.note for one in cues] == list(range(len(other)))
    assert np.max(np.abs(misses(cues, other, lambda quarter: 2.0 + quarter * SECOND / speed))) < 0.005
    assert cues[-1].duration == pytest.approx(0.25 * SECOND / speed, rel=0.05)


def test_a_ritardando_is_met_within_30_ms():
    solo, other = halves()

    def slowing(quarter):  # from a quarter in 0.5 s to one in 1 s
        return 1.0 + 0.5 * quarter + 0.25 * quarter**2 / (4 * BARS)

    cues, _ = accompanied(solo, other, slowing)
    assert np.max(np.abs(misses(cues, other, slowing))) < 0.03


def test_it_waits_for_a_player_who_pauses_and_goes_on_with_him():
    solo, other = halves()

    def pausing(quarter):
        return 1.0 + quarter * SECOND + (7.0 if quarter >= 20 else 0.0)

    cues, _ = accompanied(solo, other, pausing)
    time = {one.note: one.time for one in cues}
    notes = {float(other.onset[note]): at for note, at in time.items()}
    assert notes[19.75] == pytest.approx(1.0 + 19.75 * SECOND, abs=0.01)  # what stands before the pause
    assert all(notes[20 + at] >= pausing(20 + at) - 0.005 for at in (0.0, 0.25, 0.5, 1.0, 2.0))
    assert notes[21.0] == pytest.approx(pausing(21.0), abs=0.03)
    assert len(time) == len(cues)


def test_told_of_late_it_starts_by_the_prediction_and_still_waits():
    solo, other = halves()

    def pausing(quarter):
        return 1.0 + quarter * SECOND + (7.0 if quarter >= 20 else 0.0)

    cues, _ = accompanied(solo, other, pausing, latency=0.1)
    before = [one for one in cues if other.onset[one.note] < 20]
    assert np.max(np.abs(misses(before, other, pausing))) < 0.005
    early = [one for one in cues if other.onset[one.note] >= 20 and one.time < pausing(20)]
    assert all(one.time <= 1.0 + 20 * SECOND + 0.1 for one in early)
    assert len({one.note for one in cues}) == len(cues)


def test_after_a_jump_no_note_comes_twice_or_out_of_order():
    solo, other = piece(80), halves()[1]
    player, cues = Accompanist(solo, other), []
    clock = 1.0
    for start, stop in ((0.0, 24.0), (8.0, 20.0), (40.0, 60.0)):
        inside = (solo.onset >= start) & (solo.onset < stop)
        begun = len(cues)
        for quarter, pitch in zip(solo.onset[inside].tolist(), solo.pitch[inside].tolist(), strict=True):
            time = clock + (quarter - start) * SECOND
            cues += player.due(time)
            player.hear(time, pitch)
        clock += (stop - start) * SECOND
        passage = [one.note for one in cues[begun:]]
        fresh = [note for note in passage if other.onset[note] >= start and other.onset[note] < stop]
        assert len(fresh) == len(set(fresh))
        assert fresh == sorted(fresh)
        assert other.onset[fresh[-1]] == stop - 0.75 or stop - other.onset[fresh[-1]] <= 1.0
    times = [one.time for one in cues]
    assert times == sorted(times)


def test_nothing_is_played_to_another_piece():
    solo, other = piece(80), halves()[1]
    player = Accompanist(solo, other)
    stranger = piece(40, seed=3)
    cues = []
    for time, pitch in zip((1.0 + stranger.onset * SECOND).tolist(), stranger.pitch.tolist(), strict=True):
        cues += player.due(time)
        player.hear(time, pitch)
    assert not [one for one in cues if one.time > 8.0]


def test_polling_often_or_seldom_gives_the_same_notes():
    solo, other = halves()
    seldom, _ = accompanied(solo, other, lambda quarter: 1.0 + quarter * SECOND)
    player, often = Accompanist(solo, other), []
    for tick in range(int(35 / 0.125)):
        now = tick * 0.125
        often += player.due(now)
        for quarter in solo.onset[1.0 + solo.onset * SECOND == now]:
            player.hear(now, int(solo.pitch[int(quarter)]), 80)
    assert often[: len(seldom)] == seldom


def test_an_introduction_is_played_when_it_is_begun():
    solo, other = halves()
    late = part(solo.onset[8:], solo.pitch[8:], 1.0)
    player = Accompanist(late, other)
    assert player.due(50.0) == []
    player = Accompanist(late, other)
    player.begin(2.0)
    cues = player.due(60.0)
    assert [one.note for one in cues] == list(range(32))  # eight quarters, then it waits for the solo
    assert [one.time for one in cues] == pytest.approx((2.0 + other.onset[:32] * SECOND).tolist())


def test_it_plays_a_little_softer_than_the_player():
    solo, other = halves()
    for velocity in (40, 110):
        player, cues = Accompanist(solo, other), []
        for quarter, pitch in zip(solo.onset.tolist(), solo.pitch.tolist(), strict=True):
            cues += player.due(1.0 + quarter * SECOND)
            player.hear(1.0 + quarter * SECOND, pitch, velocity)
        assert velocity - 12 < cues[-1].velocity < velocity


def test_the_tempo_model_finds_the_tempo_and_keeps_it_over_a_pause():
    model = TempoModel()
    assert model.at(3.0) == np.inf
    model.start(0.0, 10.0)
    for clock in range(1, 9):
        model.hear(float(clock), 10.0 + 1.3 * clock)
    assert model.pace == pytest.approx(1.3, rel=0.02)
    model.hear(9.0, 60.0)
    assert model.pace == pytest.approx(1.3, rel=0.02)
    assert model.at(10.0) == pytest.approx(61.3, abs=0.05)
