"""The other parts of a score come in time with a performance, by name, from notes or from sound."""

from dataclasses import replace

import numpy as np
import pytest

from descant.errors import InvalidValueError, UnsupportedFormatError
from descant.pipelines.accompany import Accompaniment, accompany, players
from descant.synthesis.as_written import as_written
from descant.synthesis.sampler import sampler
from descant.types import Notes
from descant.types.score import Score, ScorePart
from tests.pieces import TIM, short_piece
from tests.scores import FOUR, chorale, frame, note, tune

SPEED = 0.8


def alone(notes: Notes, part: int, speed: float = SPEED, lead: float = 1.0) -> Notes:
    """One part of a piece, slower, on a piano."""
    mine = notes.only(np.asarray(notes.part) == part)
    return Notes(lead + mine.onset / speed, lead + mine.offset / speed, mine.pitch, mine.velocity)


def pianist() -> tuple:
    """Eight bars for two hands: a scale up and down over fifths."""
    letters = ["C4", "E4", "G4", "A4", "B4", "G4", "D5", "C5", "A4", "F4", "D4", "E4", "G4", "F4", "E4", "D4"]
    rows = []
    for bar in range(8):
        up = [note(at, 1, letters[(4 * bar + at) % 16]) for at in range(4)]
        down = [replace(note(at, 2, ("C3", "G3", "F3", "D3")[(bar + at) % 4]), staff=2, voice=5) for at in (0, 2)]
        rows.append((*up, *down))
    return tuple(rows)


def test_a_part_of_a_midi_score_is_accompanied_by_the_others():
    score = short_piece()
    played = accompany(score, alone(score, 0), parts=["Piano", "3"])
    assert {played.parts[part].name for part in played.part} == {"Piano", "Bass"}
    wanted = score.only(np.isin(np.asarray(score.part), (1, 2)))
    assert sorted(played.pitch) == sorted(wanted.pitch)
    truth = 1.0 + wanted.onset / SPEED
    assert np.abs(np.sort(played.onset) - np.sort(truth)).max() < 0.02


def test_without_names_all_but_the_first_part_are_played():
    score = chorale()
    played = accompany(score, alone(as_written(score), 0))
    assert {played.parts[part].name for part in played.part} == {"Alto", "Tenor", "Bass"}
    assert len(played) == 3 * 9


def test_a_hand_is_played_to_the_other():
    rows = pianist()
    score = Score(frame(*[(4, FOUR, {}) for _ in rows]), (ScorePart(rows, name="Piano", staves=2),))
    left = players(score).other
    assert left.pitch.max() < 60
    assert len(left) == 16
    right = players(score, ["Right Hand"]).other
    assert right.pitch.min() >= 60
    assert len(right) == 32


def test_the_introduction_is_played_before_the_soloist():
    score = short_piece()
    part = np.asarray(score.part)
    late = score.only((part == 2) | ((part == 0) & (score.onset >= 2.0)))
    solo = alone(late, 0, speed=1.0, lead=1.0)
    played = accompany(late, solo, parts=["Bass"])
    assert played.onset[0] == pytest.approx(1.0, abs=1e-6)  # a bar, two seconds, before the soloist at 3 s


def test_sound_is_accompanied_too():
    score = short_piece()
    sound = sampler(alone(score, 0), soundfont=TIM)
    played = accompany(score, sound, parts=["Bass"])
    wanted = 1.0 + score.onset[np.asarray(score.part) == 2] / SPEED
    assert len(played) == len(wanted)
    assert np.median(np.abs(played.onset - wanted)) < 0.03


def test_notes_are_told_one_by_one():
    score = short_piece()
    player = Accompaniment(score, ["Bass"])
    solo, cues = alone(score, 0), []
    for time, pitch in zip(solo.onset.tolist(), solo.pitch.tolist(), strict=True):
        cues += player.due(time)
        player.hear(time, pitch, 70)
    assert [one.note for one in cues] == list(range(len(cues)))
    first = player.cue_json(cues[1])
    assert first["part"] == "Bass"
    assert first["pitch"] == 36
    assert first["quarter"] == 2.0
    assert first["play"] == pytest.approx(2.25, abs=0.02)
    assert len(player.played()) == len(cues)


def test_what_cannot_be_accompanied_is_said():
    score = short_piece()
    with pytest.raises(InvalidValueError, match=r"no part 'Oboe'.*1 Flute"):
        accompany(score, alone(score, 0), parts=["Oboe"])
    with pytest.raises(InvalidValueError, match="another one listened to"):
        accompany(score, alone(score, 0), parts=["1", "2", "3"])
    with pytest.raises(InvalidValueError, match="no part 'left hand'"):
        accompany(tune(), alone(score, 0))
    with pytest.raises(InvalidValueError, match="nobody to accompany"):
        accompany(score, score.only(np.zeros(len(score), dtype=bool)), parts=["Bass"])
    rng = np.random.default_rng(0)
    onset = np.arange(60) * 0.3
    stranger = Notes(onset, onset + 0.2, rng.integers(40, 58, 60), np.full(60, 70))
    with pytest.raises(InvalidValueError, match="nowhere in the score"):
        accompany(score, stranger, parts=["Bass"])
    with pytest.raises(UnsupportedFormatError, match="cannot be accompanied"):
        accompany(score, chorale(), parts=["Bass"])  # type: ignore[arg-type]
