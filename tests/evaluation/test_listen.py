"""The suite's bookkeeping: what is asked for, how means are taken, what is held against what."""

import numpy as np
import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation import listen
from descant.evaluation.rows import FIELDS
from descant.types import Beats, Notes, Provenance


def test_refuses_unknown_tasks_and_missing_data(monkeypatch, tmp_path):
    with pytest.raises(UnknownTransformError, match="beat, downbeat"):
        listen.evaluate(tasks=["rhythm"])
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(MissingDataError, match="mdbdrums"):
        listen.evaluate(tasks=["beat"])
    with pytest.raises(MissingDataError, match="pop909"):
        listen.evaluate(tasks=["key"], count=1)


def test_downbeats_are_held_against_every_fourth_beat():
    time = np.arange(16) * 0.5
    heard = Beats(time, np.arange(16) % 4 + 1, made_by=Provenance("some-tracker", "0"))
    true = Beats(time, (np.arange(16) + 2) % 4 + 1)
    found = {one.task: one for one in listen.beat_scores(("beat", "downbeat"), true, heard, heard, 8.0)}
    assert (found["beat"].system, found["beat"].value, found["beat"].baseline) == ("some-tracker", 1.0, 1.0)
    assert found["downbeat"].value == 0.0
    assert found["downbeat"].baseline_system == "ellis-dp, every fourth"


def test_rows_are_means_over_items():
    scores = [listen.Score("key", "s", "Weighted Score", value, 0.5, "b") for value in (1.0, 0.3)]
    [row] = listen.rows_of(scores, "pop909/valid", "TimGM6mb")
    assert tuple(row) == FIELDS
    assert (row["value"], row["n"], row["baseline"], row["rendered"]) == (0.65, 2, 0.5, "TimGM6mb")


def test_renders_with_the_suites_soundfont():
    audio = listen.render(Notes([0.0], [0.3], [60], [90]))
    assert audio.duration > 0.25
    assert np.abs(audio.samples).max() > 0.1
