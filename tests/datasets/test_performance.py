"""Human performance: each rule shows in what is played, and what is played can be played."""

import numpy as np
import pytest

from descant.datasets.etudes import etude
from descant.datasets.performance import SUSTAIN, perform
from descant.datasets.score_notes import ScoreNotes
from descant.errors import InvalidValueError


def chorale(bars=32, bpm=None):
    """Four-part chords on each quarter: a melody over the bass and two voices that stand still."""
    rng = np.random.default_rng(1)
    beats = np.arange(4 * bars)
    voices = [72 + rng.integers(0, 8, len(beats)), np.full(len(beats), 64), np.full(len(beats), 60)]
    voices.append(41 + rng.integers(0, 8, len(beats)))
    return ScoreNotes(
        "chorale",
        np.tile(beats, 4),
        np.ones(4 * len(beats)),
        np.concatenate(voices),
        np.repeat([0, 0, 1, 1], len(beats)),
        beats,
        beats[::4],
        bpm,
    )


def play(score, seed=0, *, pedal=False, rubato=0.5, **more):
    return perform(score, np.random.default_rng(seed), pedal=pedal, rubato=rubato, **more)


def test_without_rubato_the_beat_is_a_metronome():
    played = play(chorale(bpm=100), rubato=0.0)
    steps = np.diff(played.beats.time)
    assert steps == pytest.approx(np.full(len(steps), steps[0]))
    assert 60 / steps[0] == pytest.approx(100, rel=0.2)
    assert played.beats.position[:5].tolist() == [1, 2, 3, 4, 1]


def test_rubato_bends_the_tempo_and_the_end_slows_down():
    spread = [np.std(np.log(np.diff(play(chorale(), 3, rubato=rubato).beats.time))) for rubato in (0.2, 0.6, 1.0)]
    assert spread == sorted(spread)
    slower = 0
    for seed in range(10):
        steps = np.diff(play(chorale(), seed, rubato=1.0).beats.time)
        slower += steps[-1] > np.median(steps) * 1.1
    assert slower >= 9


def test_phrases_are_arched_in_tempo():
    """Averaged over many performances of 8-bar grids, the tempo is lowest around phrase edges."""
    curves = [np.diff(play(chorale(), seed, rubato=1.0).beats.time) for seed in range(60)]
    mean = np.mean([curve / np.median(curve) for curve in curves], axis=0)
    edge, middle = mean[[31, 63, 32, 64]].mean(), mean[[8, 12, 40, 44, 72, 76]].mean()
    assert edge > middle * 1.05


def test_beats_notes_and_the_map_agree():
    score = chorale()
    played = play(score, rubato=1.0)
    assert played.beats.time == pytest.approx(played.seconds(score.beats))
    assert np.all(np.diff(played.second) > 0)
    places = np.sort(played.seconds(score.onset))
    assert np.max(np.abs(np.sort(played.notes.onset) - places)) < 0.3
    assert np.median(np.abs(np.sort(played.notes.onset) - places)) < 0.02


def test_the_melody_leads_and_is_louder():
    lead, louder = [], []
    for seed in range(12):
        notes = play(chorale(bpm=80), seed).notes
        top = notes.pitch >= 72
        beat = np.round(np.arange(len(notes)) // 4)
        moment = np.array([np.median(notes.onset[beat == one]) for one in np.unique(beat)])[beat]
        lead.append(np.mean((notes.onset - moment)[top]))
        louder.append(notes.velocity[top].mean() - notes.velocity[~top].mean())
    assert -0.03 < np.mean(lead) < -0.002
    assert np.mean(louder) > 5


def test_wide_chords_are_rolled_upwards():
    beats = np.arange(8)
    pitches = np.tile([40, 52, 59, 64], 8)
    score = ScoreNotes("wide", np.repeat(beats, 4), np.ones(32), pitches, np.ones(32), beats, beats[::4], 60)
    notes = play(score).notes
    rolls = np.sort(notes.onset).reshape(8, 4)
    assert np.all(rolls[:, -1] - rolls[:, 0] > 0.03)
    assert np.mean(np.diff(notes.pitch.reshape(8, 4)) > 0) > 0.9


def test_a_key_comes_up_before_it_is_struck_again():
    for seed in range(6):
        rng = np.random.default_rng(seed)
        notes = perform(etude(rng), rng, pedal=True, rubato=1.0).notes
        for pitch in np.unique(notes.pitch):
            mine = notes.pitch == pitch
            assert np.all(notes.offset[mine][:-1] < notes.onset[mine][1:])
        assert np.all(notes.offset - notes.onset > 0.01)
        assert notes.velocity.std() > 2


def test_parts_on_one_piano_share_keys_and_on_their_own_instruments_do_not():
    score = ScoreNotes("unison", [0, 0, 1], [1, 2, 1], [60, 60, 62], [0, 1, 0], np.arange(2), [0.0], 60)
    assert len(play(score).notes) == 2
    played = play(score, programs=(40, 42)).notes
    assert sorted(played.program.tolist()) == [40, 40, 42]
    assert [part.program for part in played.parts] == [40, 42]


def test_the_pedal_is_syncopated():
    score = chorale(bpm=70)
    played = play(score, 2, pedal=True)
    values = np.array([one.value for one in played.notes.controls])
    times = np.array([one.time for one in played.notes.controls])
    assert {one.number for one in played.notes.controls} == {SUSTAIN}
    assert np.all(np.diff(times) >= 0)
    down = times[1:][(values[1:] >= 64) & (values[:-1] < 64)]
    nearest = played.beats.time[np.searchsorted(played.beats.time, down, side="right") - 1]
    assert len(down) > 20
    assert np.all(down > nearest)  # it goes down after the chord, not with it
    assert np.median(down - nearest) < 0.4
    assert play(score, 2).notes.controls == ()


def test_touch_runs_from_staccato_to_overlap():
    ratios = []
    for seed in range(20):
        notes = play(chorale(bpm=80), seed).notes
        ratios.append(np.median(notes.offset - notes.onset) * 80 / 60)
    assert min(ratios) < 0.9 < max(ratios)


def test_the_same_seed_plays_the_same():
    one, two = (play(chorale(), 7, pedal=True).notes for _ in range(2))
    assert np.array_equal(one.onset, two.onset)
    assert np.array_equal(one.velocity, two.velocity)
    assert one.controls == two.controls


def test_a_score_without_bars_or_notes_can_be_played():
    bare = ScoreNotes("bare", [0, 1], [1, 1], [60, 64], [0, 0], np.zeros(0), np.zeros(0))
    assert len(play(bare, pedal=True, rubato=1.0).notes) == 2
    empty = ScoreNotes("empty", [], [], [], [], np.zeros(0), np.zeros(0))
    assert len(play(empty, pedal=True, rubato=1.0).notes) == 0
    with pytest.raises(InvalidValueError, match="rubato"):
        play(bare, rubato=-1.0)
