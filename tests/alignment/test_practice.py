"""Takes with known errors, held against a score that we wrote."""

from fractions import Fraction as F

import numpy as np
import pytest

from descant.alignment.practice import (
    EARLY,
    EXTRA,
    LATE,
    LOUD,
    MARK,
    MISSED,
    PAUSE,
    REPEATED,
    SKIPPED,
    SOFT,
    UNREPEATED,
    WRONG,
    OtherPieceError,
    practise_first,
    practised,
)
from descant.alignment.practice_page import Head, score_page
from descant.errors import InvalidValueError
from descant.io.score.unfolded import unfolded
from descant.types.score import Direction, Score, ScorePart
from tests.scores import FOUR, frame, full_score, note

TUNE = (
    *("C5", "E5", "G5", "E5", "D5", "F5", "A5", "F5", "E5", "G5", "C6", "G5", "B4", "D5", "G5", "D5"),
    *("C5", "A4", "F4", "A4", "G4", "B4", "D5", "B4", "A4", "C5", "E5", "C5", "G4", "E4", "C5", "E5"),
)
BASS = ("C3", "G3", "D3", "A3", "C3", "E3", "G3", "G2", "F2", "A2", "G2", "B2", "A2", "E3", "C3", "G2")


def score(directions=(), measures=None, marks=()):
    """Eight bars of 4/4: quarters over half notes."""
    rows = [
        [note(at, 1, TUNE[4 * bar + at], marks=marks if (bar, at) == (4, 0) else ()) for at in range(4)]
        + [note(2 * at, 2, BASS[2 * bar + at], voice=5, staff=2) for at in range(2)]
        for bar in range(8)
    ]
    part = ScorePart(tuple(map(tuple, rows)), staves=2, directions=tuple(directions))
    return Score(measures or frame(*[(4, FOUR, {})] * 8), (part,))


def take(one, pace=0.5):
    """(onset, pitch, velocity, written note) as written, with a steady beat."""
    notes = one.page.notes
    return notes.onset * pace + 1.0, notes.pitch.copy(), np.full(len(notes), 70), np.arange(len(notes))


def held(one, onset, pitch, velocity, *_):
    order = np.lexsort((pitch, onset))
    return practised(one.page, onset[order], pitch[order], velocity[order])


def kinds(found):
    return [(one.kind, one.quarter) for one in found.findings]


def test_a_take_as_written_has_nothing_to_find():
    one = score_page(score())
    found = held(one, *take(one))
    assert found.findings == ()
    assert found.score == 100
    assert found.bar_score.tolist() == [100] * 8
    assert found.curve[1] == pytest.approx(np.full(len(found.curve[1]), 120))
    assert practise_first(found.bar_score) == []


def test_each_kind_of_error_is_told_with_its_amount():
    one = score_page(score())
    onset, pitch, velocity, written = take(one)
    at = {quarter: int(np.flatnonzero((one.page.notes.onset == quarter) & (pitch > 60))[0]) for quarter in range(32)}
    pitch[at[5]] += 1
    onset[at[10]] += 0.16
    onset[at[17]] -= 0.16
    velocity[at[22]], velocity[at[25]] = 120, 20
    kept = written != at[29]
    onset, pitch, velocity = (
        np.append(column[kept], more) for column, more in ((onset, 2.75), (pitch, 94), (velocity, 70))
    )
    found = held(one, onset, pitch, velocity)
    told = {one.kind: one for one in found.findings}
    assert kinds(found) == [
        (EXTRA, pytest.approx(3.5, abs=0.05)),
        (WRONG, 5),
        (LATE, 10),
        (EARLY, 17),
        (LOUD, 22),
        (SOFT, 25),
        (MISSED, 29),
    ]
    assert told[WRONG].amount == 1
    assert told[LATE].amount == pytest.approx(0.16, abs=0.01)
    assert told[EARLY].amount == pytest.approx(-0.16, abs=0.01)
    assert told[LOUD].amount == pytest.approx(50, abs=3)
    notes_a_bar = 6
    lost = {0: 0.5, 1: 1.0, 2: 0.5, 4: 0.5, 5: 0.25, 6: 0.25, 7: 1.0}
    assert found.bar_score == pytest.approx([100 * (1 - lost.get(bar, 0) / notes_a_bar) for bar in range(8)])
    assert found.score == pytest.approx(100 * (1 - 4 / 48))
    assert practise_first(found.bar_score) == [1, 7, 0]


def test_a_slowing_player_with_rolled_chords_makes_no_errors():
    rows = [tuple(note(2 * at, 2, "C4", "E4", "G4", "C5") for at in range(2)) for _ in range(8)]
    one = score_page(Score(frame(*[(4, FOUR, {})] * 8), (ScorePart(tuple(rows)),)))
    onset, pitch, velocity, written = take(one)
    onset = onset + 0.004 * one.page.notes.onset**2 + 0.05 * (written % 4)
    assert kinds(held(one, onset, pitch, velocity)) == []


def test_a_bar_played_again_and_one_skipped_are_told_as_such():
    one = score_page(score())
    onset, pitch, velocity, _ = take(one)
    quarter = one.page.notes.onset
    again, kept = (quarter >= 8) & (quarter < 12), (quarter < 20) | (quarter >= 24)
    later = np.where(quarter >= 24, 0.0, np.where(quarter >= 12, 2.0, 0.0))
    columns = (
        np.append((onset + later)[kept], onset[again] + 2),
        *(np.append(c[kept], c[again]) for c in (pitch, velocity)),
    )
    found = held(one, *columns)
    assert [(x.kind, x.quarter, x.until) for x in found.findings] == [(REPEATED, 8, 12), (SKIPPED, 20, 24)]
    assert found.bar_score.tolist() == [100, 100, 100, 100, 100, 0, 100, 100]


def test_a_pause_is_told_and_one_at_a_fermata_is_not():
    for marks, told in (((), [(PAUSE, 17)]), (("fermata",), [])):
        one = score_page(score(marks=marks))
        onset, pitch, velocity, _ = take(one)
        later = np.where(one.page.notes.onset >= 17, 2.0, 0.0)
        found = held(one, onset + later, pitch, velocity)
        assert kinds(found) == told
        assert all(x.amount == pytest.approx(2.0, abs=0.05) for x in found.findings)


def test_a_take_of_some_bars_is_judged_by_them():
    one = score_page(score())
    onset, pitch, velocity, _ = take(one)
    part = (one.page.notes.onset >= 8) & (one.page.notes.onset < 16)
    found = held(one, onset[part], pitch[part], velocity[part])
    assert found.findings == ()
    assert np.flatnonzero(~np.isnan(found.bar_score)).tolist() == [2, 3]
    assert found.score == 100


def test_a_repeat_left_out_is_told_in_one_line():
    measures = frame(*[(4, FOUR, {"repeat_end": 2} if bar == 3 else {}) for bar in range(8)])
    played = unfolded(score(measures=measures))
    one = score_page(played.score, played.page)
    onset, pitch, velocity, _ = take(one)
    once = one.page.notes.onset >= 16
    found = held(one, onset[once], pitch[once], velocity[once])
    assert [(x.kind, x.quarter, x.until) for x in found.findings] == [(UNREPEATED, 0, 16)]
    assert found.score == 100


def test_dynamics_that_are_played_the_other_way_round():
    signs = (Direction(F(0), "f", "dynamics"), Direction(F(16), "p", "dynamics"))
    one = score_page(score(signs))
    onset, pitch, velocity, _ = take(one)
    softer = np.where(one.page.notes.onset >= 16, velocity - 20, velocity)
    assert MARK not in dict(kinds(held(one, onset, pitch, softer)))
    assert (MARK, 16) in kinds(held(one, onset, pitch, velocity))


def test_another_piece_is_not_forty_errors():
    one = score_page(score())
    onset, pitch, velocity, _ = take(one)
    rng = np.random.default_rng(0)
    with pytest.raises(OtherPieceError, match="does not fit the score"):
        held(one, onset, rng.integers(40, 90, len(pitch)), velocity)


def test_notes_that_are_not_sure_answer_what_is_written_and_are_nothing_else():
    one = score_page(score())
    onset, pitch, velocity, _ = take(one)
    onset, pitch, velocity = np.append(onset, 3.3), np.append(pitch, 95), np.append(velocity, 70)
    order = np.lexsort((pitch, onset))
    sure = (np.arange(len(onset)) != len(onset) - 1) & (np.arange(len(onset)) != 12)
    found = practised(one.page, onset[order], pitch[order], velocity[order], sure[order])
    assert found.findings == ()


def test_a_take_without_notes():
    nothing = np.zeros(0)
    with pytest.raises(InvalidValueError, match="the take has no notes"):
        practised(score_page(score()).page, nothing, nothing.astype(int), nothing.astype(int))


def test_a_score_without_notes():
    empty = Score(frame((4, FOUR, {})), (ScorePart(((),)),))
    with pytest.raises(InvalidValueError, match="the score has no notes"):
        score_page(empty)


def test_the_page_knows_its_heads():
    page = score_page(full_score())
    pitches = [one.pitch.midi for one in full_score().sounding() if one.drum is None]
    assert len({(note.onset, note.pitch.midi) for note in full_score().sounding() if note.drum is None}) == len(
        page.heads
    )
    assert sum(map(len, page.heads)) == len(pitches)
    for pitch, heads in zip(page.page.notes.pitch, page.heads, strict=True):
        for head in heads:
            assert isinstance(head, Head)
            event = full_score().parts[head.part].measures[head.measure][head.event]
            assert event.pitches[head.note].midi == pitch
