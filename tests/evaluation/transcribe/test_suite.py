"""The suite's bookkeeping on passages made here."""

import pytest

from descant.errors import MissingDataError, UnknownTransformError
from descant.evaluation.rows import FIELDS
from descant.evaluation.transcribe import desk as desks
from descant.evaluation.transcribe import suite
from descant.evaluation.transcribe.collections import COLLECTIONS
from descant.evaluation.transcribe.passage import Collection
from descant.evaluation.transcribe.suite import Done, Job, Measured, evaluate, found_values, measure_passage, rows_of
from descant.evaluation.transcribe.systems import COPYISTS, PICKERS, WRITERS
from descant.evaluation.worst import worst
from tests.evaluation.transcribe.pages import desk


def measured(system, id_, value, data="asap/valid"):
    return Measured("metre", data, id_, None, system, {"onset-in-measure": value})


def test_every_task_names_collections_and_systems_that_exist():
    for task in suite.TASKS.values():
        assert set(task.collections) <= set(COLLECTIONS)
        assert set(task.systems) <= {*WRITERS, *PICKERS}
        assert task.baseline in task.systems


def test_refuses_what_is_not_known(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    with pytest.raises(UnknownTransformError, match="metre, spelling, hand"):
        evaluate(tasks=["rhythm"])
    with pytest.raises(MissingDataError, match="test, valid"):
        evaluate("train")


def test_missing_data_is_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("DESCANT_DATA", str(tmp_path))
    report = evaluate(tasks=["hand", "melody"])
    assert report.rows == []
    told = "\n".join(report.left_out)
    assert "hand: the excerpts are left out: " in told
    assert "melody: the songs are left out: " in told


def test_one_passage_answers_several_tasks(monkeypatch):
    passage = desk().passage
    monkeypatch.setitem(COLLECTIONS, "scores", Collection("scores", lambda _: ("1",), lambda *_: passage, ()))
    written = []
    monkeypatch.setattr(
        desks,
        "COPYISTS",
        {name: lambda notes, beats, by=by: written.append(1) or by(notes, beats) for name, by in COPYISTS.items()},
    )
    tasks = ("metre", "spelling", "hand", "voice", "mv2h")
    done = measure_passage(Job("scores", "test", "1", tasks), lambda _: None)
    assert {(one.task, one.system) for one in done.measured} == {(task, by) for task in tasks for by in WRITERS}
    assert len(written) == len(COPYISTS)  # each of these pages is written once
    assert done.failures == []
    assert all(0 <= value <= 1 for one in done.measured for value in one.measures.values())


def test_a_passage_that_cannot_be_read_is_passed_over(monkeypatch):
    both = Collection("songs", lambda _: ("1", "2"), lambda *_: None, ())
    monkeypatch.setitem(COLLECTIONS, "songs", both)
    found = Done([Measured("melody", "pop909/test", "2", None, "skyline", {"F-measure_no_offset": 0.5})], ["it failed"])
    monkeypatch.setattr(
        suite, "run_jobs", lambda *_: iter([suite.Failed(0, "the melody is gone"), suite.Finished(1, found)])
    )
    report = evaluate(tasks=["melody"])
    assert report.left_out == ["songs 1 is left out: the melody is gone", "it failed"]
    assert [(row["system"], row["value"], row["n"]) for row in report.rows] == [("skyline", 0.5, 1)]


def test_rows_stand_beside_the_baseline_of_the_same_data():
    rows = rows_of(
        [
            measured("music21", "1", 0.2),
            measured("music21", "2", 0.4),
            measured("plain-grid", "1", 0.8),
            measured("plain-grid", "2", 1.0),
            measured("plain-grid", "3", 0.4, data="other/valid"),
        ]
    )
    assert all(tuple(row) == FIELDS for row in rows)
    found = {(row["data"], row["system"]): row for row in rows}
    ours = found["asap/valid", "plain-grid"]
    assert (ours["value"], ours["n"], ours["baseline_system"]) == (0.9, 2, "music21")
    assert ours["baseline"] == pytest.approx(0.3)
    assert found["asap/valid", "music21"]["baseline"] is None
    assert found["other/valid", "plain-grid"]["baseline"] is None


def test_the_worst_passages_are_kept_by_system():
    kept = worst(found_values([measured("music21", str(at), at / 10) for at in range(9)]), kept=2)
    assert [(one["id"], one["value"]) for one in kept] == [("0", 0.0), ("1", 0.1)]
