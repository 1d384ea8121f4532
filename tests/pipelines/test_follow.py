"""Following what comes: notes, sound of any kind, an accompanist beside it."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import descant
from descant.alignment.accompaniment import Cue
from descant.alignment.audio_follower import HIDDEN_SEMI_MARKOV, ONLINE_DTW
from descant.alignment.reached import Reached
from descant.errors import InvalidValueError, UnknownTransformError, UnsupportedFormatError
from descant.pipelines.accompany import Accompaniment
from descant.pipelines.follow import Tally, follow, follow_json, heard, hidden_semi_markov, online_dtw, position_json
from descant.pipelines.listeners import HEARD_LATE, SYMBOLIC, listener, note_by_note, system
from descant.pipelines.played_out import played_out
from descant.registry import find
from descant.synthesis.sampler import sampler
from descant.types import Audio, Notes, Position
from descant.types.alignment import ENDED, FOLLOWING, LOST, WAITING
from tests.pieces import TIM, rendered, short_piece
from tests.scores import chorale, full_score, tune

SPEED = 0.8


def slower(notes: Notes, lead: float = 1.0) -> Notes:
    return replace(notes, onset=lead + notes.onset / SPEED, offset=lead + notes.offset / SPEED, tempos=(), meters=())


def alone(part: int) -> Notes:
    """One part of the short piece, slower, on a piano."""
    mine = short_piece().only(np.asarray(short_piece().part) == part)
    return Notes(1.0 + mine.onset / SPEED, 1.0 + mine.offset / SPEED, mine.pitch, mine.velocity)


def reached(positions, quarter):
    return next(one.time for one in positions if one.state in (FOLLOWING, ENDED) and one.quarter >= quarter - 1e-3)


def test_notes_are_followed_as_they_come():
    said = list(descant.follow(tune(), slower(find("as-written")(tune()))))
    assert said[0].state == WAITING
    assert [reached(said, at) for at in range(8)] == pytest.approx([1.0 + 0.625 * at for at in range(8)])
    assert said[-1].state == ENDED
    assert all(one.time < two.time for one, two in pairwise(said))


def test_sound_is_followed_as_it_comes():
    take = sampler(slower(short_piece()), soundfont=TIM)
    said = list(follow(short_piece(), take))
    assert said[0].state == WAITING
    off = [reached(said, at) - (1.0 + 0.5 * at / SPEED) for at in range(1, 15)]
    assert np.median(np.abs(off)) < 0.1
    assert said[-1].state == ENDED


def test_neither_channels_nor_rate_nor_blocks_matter():
    take = rendered()
    played = played_out(short_piece())

    def quarters(samples, rate, size):
        ear = listener(played, rate)
        parts = [ear.push(samples[:, at : at + size]) for at in range(0, samples.shape[1], size)]
        said = [one for part in [*parts, ear.finish()] for one in part]
        return np.interp(np.arange(1.0, 7.5, 0.1), [one.time for one in said], [one.quarter for one in said])

    mono = take.samples.mean(axis=0, keepdims=True)
    eight = np.repeat(mono, 8, axis=0) * np.array([[2.0], *[[6 / 7]] * 7], np.float32)  # of the same mean
    usual = quarters(mono, take.sample_rate, 4_800)
    assert np.abs(quarters(eight, take.sample_rate, 999) - usual).max() < 0.05
    assert np.median(np.abs(quarters(mono[:, ::3], take.sample_rate // 3, 100_000) - usual)) < 0.2


def test_a_pianos_sound_is_followed_by_its_notes():
    score = short_piece().only(np.asarray(short_piece().part) == 0)
    take = sampler(alone(0), soundfont=TIM)
    said = list(follow(score, take, use=SYMBOLIC))
    off = [reached(said, at) - (1.0 + 0.5 * at / SPEED) for at in range(16)]
    assert np.max(np.abs(off)) < HEARD_LATE + 0.05


@pytest.mark.parametrize("transform", [hidden_semi_markov, online_dtw])
def test_the_transform_gives_when_onsets_were_reached(transform):
    found = transform(tune(), sampler(slower(find("as-written")(tune())), soundfont=TIM))
    assert found.seconds(np.arange(8.0)) == pytest.approx(1.0 + 0.625 * np.arange(8), abs=0.15)
    assert len(transform(tune(), Audio(np.zeros((1, 44_100), np.float32), 44_100))) == 0
    assert find("dtw").rank > find("hidden-semi-markov").rank > find("online-dtw").rank


def test_repeats_are_played_out_and_said():
    played = played_out(full_score())
    assert played.said.startswith("repeats and jumps are played out: measures 0-2, 1")
    assert [bar.number for bar in played.bars] == ["0", "1", "2", "1", "3", "4"]
    assert position_json(played, Position(5.0, 9.9999, 0.5))["measure"] == "1"


def test_a_place_just_before_a_bar_line_is_not_a_beat_too_many():
    assert position_json(played_out(tune()), Position(2.0, 3.9999, 1.0))["beat"] == 1.0


def test_an_accompanist_hears_notes():
    score = short_piece()
    played, player = played_out(score), Accompaniment(score, ["Bass"])
    told = list(note_by_note(played, alone(0), player))
    cues = [one for one in told if isinstance(one, Cue)]
    truth = 1.0 + score.onset[np.asarray(score.part) == 2] / SPEED
    assert [one.time for one in cues] == pytest.approx(truth.tolist(), abs=0.02)
    for at, one in enumerate(told):  # told when due
        if isinstance(one, Cue):
            after = next((two.time for two in told[at:] if isinstance(two, Position)), np.inf)
            assert after == np.inf or after - one.time < 0.03
    assert len(player.played()) == len(cues)


@pytest.mark.parametrize("live", [False, True])
def test_an_accompanist_hears_sound(live):
    score = short_piece()
    player = Accompaniment(score, ["Bass"], HEARD_LATE)
    ear = listener(played_out(score), 48_000, player=player, live=live)
    cues = [one for one in heard(sampler(alone(0), soundfont=TIM), ear) if isinstance(one, Cue)]
    truth = 1.0 + score.onset[np.asarray(score.part) == 2] / SPEED
    assert len(cues) == len(truth)
    assert np.median(np.abs(np.array([one.time for one in cues]) - truth)) < 0.03


@pytest.mark.parametrize(("live", "begins"), [(False, 1.0), (True, 0.0)])
def test_the_introduction_begins_with_the_sound_where_it_is_live(live, begins):
    score = short_piece()
    part = np.asarray(score.part)
    late = score.only((part == 2) | ((part == 0) & (score.onset >= 2.0)))
    solo = late.only(np.asarray(late.part) == 0)
    solo = Notes(solo.onset + 1.0, solo.offset + 1.0, solo.pitch, solo.velocity)  # enters at 3 s, after a bar of 2 s
    player = Accompaniment(late, ["Bass"], HEARD_LATE)
    ear = listener(played_out(late), 48_000, player=player, live=live)
    cues = [one for one in heard(sampler(solo, soundfont=TIM), ear) if isinstance(one, Cue)]
    assert cues[0].time == pytest.approx(begins, abs=0.05)


def test_the_latencies_told_of_are_the_followers():
    told = " ".join((Path(__file__).parents[2] / "docs" / "following.md").read_text(encoding="utf-8").split())
    found = re.search(
        r"`hidden-semi-markov` tells of a moment (\d+) ms after it, `symbolic-follower` .*? (\d+) ms after it", told
    )
    assert found is not None
    sound, piano = (listener(played_out(tune()), 22_050, use).latency for use in (HIDDEN_SEMI_MARKOV, SYMBOLIC))
    assert [int(one) for one in found.groups()] == [round(1000 * sound), round(1000 * piano)]


def test_how_much_was_found():
    tally = Tally()
    assert tally.nothing
    for row in [(1.0, WAITING), (2.0, FOLLOWING), (3.0, FOLLOWING), (5.0, LOST), (6.0, FOLLOWING)]:
        tally.push(Position(row[0], 0.0, 0.5, row[1]))
    assert not tally.nothing
    assert tally.found == pytest.approx(3 / 5)


def test_the_map_is_as_of_align():
    played, way, tally = played_out(tune()), Reached(np.arange(8.0)), Tally()
    for one in note_by_note(played, find("as-written")(tune())):
        way.push(one)
        tally.push(one)
    told = follow_json(played, way, tally, "a.musicxml", "b.mid")
    assert told["found"] == 1.0
    assert told["rows"][4] == {"time": 2.0, "quarter": 4.0, "measure": "2", "beat": 1.0, "confidence": 1.0}


def test_what_cannot_be_followed_is_said():
    assert system("") == HIDDEN_SEMI_MARKOV
    assert system("", notes=True) == system("", accompanied=True) == system(SYMBOLIC) == SYMBOLIC
    with pytest.raises(UnknownTransformError, match="choose one of hidden-semi-markov, online-dtw, symbolic-follower"):
        system("dtw")
    with pytest.raises(UnknownTransformError, match="hears no notes, which MIDI needs"):
        follow(tune(), find("as-written")(tune()), use=ONLINE_DTW)
    with pytest.raises(UnsupportedFormatError, match="cannot be followed"):
        follow(tune(), chorale())  # type: ignore[arg-type]
    drums = short_piece().only(short_piece().drum)
    with pytest.raises(InvalidValueError, match="no notes"):
        follow(drums, short_piece())
    nothing = list(follow(tune(), short_piece().only(np.zeros(len(short_piece()), dtype=bool))))
    assert all(one.state == WAITING for one in nothing)
