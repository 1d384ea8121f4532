"""Errors put into a take made here: what is counted as found, by each system."""

import numpy as np
import pytest

from descant.alignment.note_matching import NONE
from descant.alignment.practice import EXTRA, LATE, MISSED, OF_NOTES, REPEATED, SKIPPED, WRONG, Finding
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.evaluation.follow import note_matching, practice
from descant.evaluation.follow.edit_distance import edits
from descant.evaluation.follow.practice import EDITS, PRACTICE, counted
from descant.evaluation.follow.practice_takes import Error, Take, page_of, spoiled, with_jumps
from descant.evaluation.measured import rows_beside
from descant.evaluation.task import PieceSet, Request


def take(seed=0):
    """Twelve bars of a tune over half notes, played after performance rules."""
    rng = np.random.default_rng(seed)
    onset = np.concatenate([np.arange(0, 48, 0.5), np.arange(0, 48, 2.0)])
    pitch = np.concatenate(
        [72 + np.clip(np.cumsum(rng.integers(-3, 4, 96)), -9, 12), 48 + rng.integers(-6, 7, 24)]
    ).astype(np.int64)
    duration = np.where(pitch > 60, 0.5, 2.0)
    order = np.lexsort((pitch, onset))
    onset, pitch, duration = onset[order], pitch[order], duration[order]
    bars = np.arange(0.0, 48.0, 4.0)
    notes = ScoreNotes(
        "made up", onset, duration, pitch, (pitch <= 60).astype(np.int64), np.arange(48.0), bars, bpm=90.0
    )
    played = perform(notes, rng, pedal=False, rubato=0.3).notes
    page = page_of(onset, duration, pitch, bars, 1.0)
    answers = np.full(len(played), NONE)
    for key in np.unique(pitch):
        answers[played.pitch == key] = np.flatnonzero(pitch == key)[: (played.pitch == key).sum()]
    return Take("made/valid", "one", page, played.onset, played.pitch, played.velocity, answers, perfect=True)


def test_errors_are_where_they_are_said_to_be():
    one = take()
    worse = spoiled(one, 0.02)
    kinds = [error.kind for error in worse.errors]
    assert {kind: kinds.count(kind) for kind in OF_NOTES} == dict.fromkeys(OF_NOTES, 2)
    assert len(worse.onset) == len(one.onset)  # two left out, two added
    for error in worse.errors:
        if error.kind == WRONG:
            assert worse.pitch[error.played] != one.page.notes.pitch[error.note]
            assert worse.answers[error.played] == NONE
        elif error.kind == MISSED:
            assert error.note not in worse.answers
        elif error.kind == EXTRA:
            assert worse.was[error.played] == NONE
        else:
            assert worse.answers[error.played] == error.note
        if error.kind == LATE:
            assert 0.1 < worse.onset[error.played] - one.onset[worse.was[error.played]] < 0.31


def test_a_bar_is_repeated_and_one_is_skipped():
    one = take()
    worse = with_jumps(one)
    again, left = worse.errors
    assert (again.kind, left.kind) == (REPEATED, SKIPPED)
    quarter = one.page.notes.onset[worse.answers]
    assert not ((quarter >= left.quarter) & (quarter < left.until)).any()
    counts = np.bincount(worse.answers)
    twice = one.page.notes.onset[np.flatnonzero(counts == 2)]
    assert ((twice >= again.quarter) & (twice < again.until)).all()
    assert (np.diff(worse.onset) >= 0).all()


def test_what_counts_as_found():
    errors = [Error(WRONG, 3, 7), Error(MISSED, 4), Error(SKIPPED, quarter=4.0, until=8.0)]
    found = [Finding(WRONG, 1, 1, 3, 7), Finding(WRONG, 1, 1, 5, 9), Finding(MISSED, 2, 2, 6), Finding(SKIPPED, 4, 7)]
    assert counted(WRONG, found, errors) == (1, 2, 1)
    assert counted(MISSED, found, errors) == (0, 1, 1)
    assert counted(SKIPPED, found, errors) == (1, 1, 1)
    assert counted(SKIPPED, [Finding(SKIPPED, 7, 12)], errors) == (0, 1, 1)


def test_the_plain_edit_distance():
    one = take()
    found, score = edits(one.page, one.onset, one.pitch, one.velocity)
    assert not {WRONG, MISSED, EXTRA, SKIPPED, REPEATED} & {x.kind for x in found}
    assert score == 100
    kept = np.arange(len(one.onset)) != 40
    found, _ = edits(one.page, one.onset[kept], one.pitch[kept], one.velocity[kept])
    assert [x.note for x in found if x.kind == MISSED] == [one.answers[40]]


@pytest.fixture
def request_():
    return Request("valid", None, [], lambda _: None)


def test_both_systems_beside_each_other(monkeypatch, request_):
    made = PieceSet("made", lambda _: iter([take(1), take(2)]))
    for module in (practice, note_matching):
        monkeypatch.setattr(module, "SETS", (made,))
    rows = rows_beside(list(practice.TASK.measure(request_)), {"practice": EDITS}, practice.TASK.pooled)
    values = {(row["system"], row["metric"]): row["value"] for row in rows}
    for kind in (WRONG, MISSED, EXTRA, REPEATED, SKIPPED):
        assert values[PRACTICE, f"{kind} F-measure"] > 0.9
    assert values[PRACTICE, "mean F-measure"] > values[EDITS, "mean F-measure"]
    assert values[PRACTICE, practice.RANKED] > 0.9
    rows = rows_beside(list(note_matching.TASK.measure(request_)), {"note matching": EDITS}, note_matching.TASK.pooled)
    values = {(row["system"], row["data"], row["metric"]): row["value"] for row in rows}
    assert values["note matching", "made/valid", "F-measure"] == 1.0
    assert values["note matching", "made/valid, with errors", "F-measure"] > 0.98
