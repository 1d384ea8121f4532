"""A set of the user's own, through a stand-in for mirdata, is measured where it is annotated."""

import pytest

from descant.datasets.location import VARIABLE
from descant.errors import MissingDataError
from descant.evaluation.ears import suite
from descant.evaluation.ears.collections import own
from descant.evaluation.ears.suite import Job, evaluate, measure_recording
from descant.io.audio import write_audio
from tests.datasets.test_mirdata_sets import stand_in  # noqa: F401
from tests.pieces import rendered


@pytest.fixture
def ballroom(stand_in, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    (tmp_path / "tiny").mkdir()
    for name in "ab":
        write_audio(rendered(), tmp_path / "tiny" / f"{name}.wav")
    own._items.cache_clear()
    yield
    own._items.cache_clear()


def test_its_recordings_and_their_truth(ballroom):
    mine = own.collection("mirdata:tiny")
    assert mine.ids("test") == ("b", "a")
    full, bare = (mine.load("test", name) for name in mine.ids("test"))
    assert (full.data, full.rendered) == ("mirdata:tiny", None)
    assert full.beats is not None
    assert len(full.local_keys.start) == 2
    assert (bare.keys.overall, bare.local_keys, bare.beats, bare.sections) == ("F# minor", None, None, ())


def test_what_is_annotated_is_measured(ballroom):
    asked = (("beat", ("bar-pointer-hmm",)), ("chord", ("template-hmm",)), ("key", ("key-profiles",)))
    found = [
        {one.task for one in measure_recording(Job("mirdata:tiny", "test", name, asked, ()), lambda _: None)}
        for name in ("b", "a")
    ]
    assert found == [{"beat", "chord", "key"}, {"key"}]


def test_only_such_tasks_are_asked(ballroom, monkeypatch):
    jobs = []
    monkeypatch.setattr(suite, "_run", lambda made, progress: iter(jobs.extend(made) or ()))
    evaluate(dataset="mirdata:tiny", count=1)
    assert [(job.collection, job.id) for job in jobs] == [("mirdata:tiny", "b")]
    assert [task for task, _ in jobs[0].asked] == ["note", "beat", "downbeat", "section", "chord", "key"]


def test_a_wrong_name_says_what_a_right_one_looks_like(ballroom):
    with pytest.raises(MissingDataError, match="mirdata:ballroom"):
        evaluate(dataset="ballroom")
    with pytest.raises(MissingDataError, match="tiny, huge"):
        evaluate(dataset="mirdata:ballroom")
