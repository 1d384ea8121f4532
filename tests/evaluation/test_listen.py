"""The suite's bookkeeping: what is asked for, how means are taken, what is held against what."""

from types import SimpleNamespace

import numpy as np
import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation import listen, pitch_tones
from descant.evaluation.rows import FIELDS
from descant.types import Beats, Notes, Piece, Provenance


def test_refuses_unknown_tasks_and_missing_data(monkeypatch, tmp_path):
    with pytest.raises(UnknownTransformError, match="beat, downbeat"):
        listen.evaluate(tasks=["rhythm"])
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(MissingDataError, match="mdbdrums"):
        listen.evaluate(tasks=["beat"])
    with pytest.raises(MissingDataError, match="pop909"):
        listen.evaluate(tasks=["key"], count=1)


@pytest.mark.parametrize(
    ("tasks", "use", "words"),
    [
        (["pitch"], {"pitch": "nonsense"}, "no transform is named 'nonsense'"),
        (["pitch"], {"pitch": "ellis-dp"}, "ellis-dp gives Beats, not PitchContour"),
        (["key"], {"pitch": "pyin"}, "pyin would not run"),
        (["pitch"], {"beats": "ellis-dp"}, "ellis-dp would not run"),
        (["beat"], {"chords": "template-hmm"}, "template-hmm would not run"),
        (["beat"], {"beets": "ellis-dp"}, "nothing named 'beets'"),
    ],
)
def test_a_transform_that_would_not_be_measured_is_refused_at_once(monkeypatch, tmp_path, tasks, use, words):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(UnknownTransformError, match=words):
        listen.evaluate(tasks=tasks, use=use)


@pytest.mark.parametrize(("use", "systems"), [({}, ["swift-f0", "pyin"]), ({"pitch": "pyin"}, ["pyin"])])
def test_the_pitch_transform_asked_for_is_the_one_measured(monkeypatch, use, systems):
    asked = []
    monkeypatch.setattr(pitch_tones, "pitch_rows", lambda systems: asked.append(systems) or [])
    assert listen.evaluate(tasks=["pitch"], use=use) == []
    assert asked == [systems]


def test_the_transform_asked_for_listens_to_the_songs(monkeypatch):
    heard = []
    monkeypatch.setattr(listen, "hear", lambda sound, **options: heard.append(options) or Piece("", 1.0))
    monkeypatch.setattr(listen, "render", lambda notes: None)
    monkeypatch.setattr(listen, "scores", lambda *_: [])
    monkeypatch.setattr(listen.pop909, "read_song", lambda name: SimpleNamespace(notes=None))
    listen.score_song(listen.SongJob("001", ("chord",), (("beats", "ellis-dp"),)), lambda _: None)
    assert heard[0]["use"] == {"beats": "ellis-dp"}


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
