"""Files of the studio's own that are cut off, or gone: told in words, or made anew."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from descant.errors import UnwritableFileError
from descant.io.midi import midi_bytes
from descant.studio import jobs
from descant.studio.events import Events
from descant.studio.jobs import Jobs
from descant.studio.jobs_kept import Job, JobFile, Task
from descant.studio.notation import notation
from tests.pieces import short_piece
from tests.studio.asked import error
from tests.studio.piece_client import piece_client, sent, store_of

READ = ("", "/versions", "/pitch", "/notation", "/notation/1.svg", "/export/mid", "/export/json", "/export/musicxml")
HOW = {"cut": lambda data: data[: len(data) // 2], "empty": lambda _: b"", "list": lambda _: b"[]", "gone": None}


@pytest.fixture
def song(here):
    """A piece with a correction, engraved."""
    piece = sent(here, "song.mid", midi_bytes(short_piece()))
    here.put(f"/api/pieces/{piece}/corrections/meter", json={"meter": "3/4"}).raise_for_status()
    notation(store_of(here), piece)
    yield piece
    here.delete(f"/api/pieces/{piece}")


def damage(path, how):
    if HOW[how] is None:
        path.unlink()
    else:
        path.write_bytes(HOW[how](path.read_bytes()))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["about.json", "piece.json", "melody.npz", "marks.json", "corrections/meter.json"])
def test_a_damaged_piece_is_told_of_in_words_and_can_be_removed(here, song, name, how):
    other = sent(here, "other.mid", midi_bytes(short_piece()))
    store_of(here)._estimates.__init__(8)  # as after a restart
    damage(store_of(here).path(song) / name, how)
    for path in READ:
        answer = here.get(f"/api/pieces/{song}{path}")
        assert answer.status_code < 500, (path, answer.text)
        if answer.headers["content-type"] == "application/json":
            answer.json()
    listed = {one["id"]: one for one in here.get("/api/pieces").json()["items"]}
    assert listed[other]["state"] == "ready"
    if name == "about.json" and how != "gone":
        assert listed[song]["state"] == "failed"
        assert "about.json" in listed[song]["message"]
    removed = here.delete(f"/api/pieces/{song}").status_code
    assert removed == (404 if (name, how) == ("about.json", "gone") else 204)
    assert here.delete(f"/api/pieces/{other}").status_code == 204


@pytest.mark.parametrize("name", ["piece.json", "melody.npz", "marks.json"])
def test_what_was_heard_and_is_damaged_is_whole_once_it_is_heard_again(here, song, name):
    from descant.studio.work_listen import listen

    before = here.get(f"/api/pieces/{song}").json()["piece"]
    damage(store_of(here).path(song) / name, "cut")
    listen(store_of(here), song)
    assert here.get(f"/api/pieces/{song}").json()["piece"] == before


@pytest.mark.parametrize("how", ["cut", "empty"])
def test_what_is_made_from_a_piece_is_made_anew_where_it_is_damaged(here, song, how):
    made = {path: path.read_bytes() for path in store_of(here).path(song).rglob("derived/*/*.*") if path.is_file()}
    assert {path.name for path in made} >= {"notation.json", "written.pickle"}
    for path in made:
        if path.suffix in (".json", ".pickle"):
            damage(path, how)
    assert here.get(f"/api/pieces/{song}/notation").status_code == 202
    facts = notation(store_of(here), song)
    assert here.get(f"/api/pieces/{song}/notation").json() == facts
    assert here.get(f"/api/pieces/{song}/export/musicxml").status_code == 200


def test_a_home_that_is_taken_away_is_told_of_and_the_studio_stands(tmp_path):
    with piece_client(tmp_path) as here:
        assert here.get("/api/pieces").json()["items"] == []
        shutil.rmtree(store_of(here).folder)
        assert "No such file" in error(here.get("/api/pieces"), 503)
        assert here.get("/api/about").status_code == 200


def test_who_is_refused_since_too_many_jobs_wait_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_QUEUED", 1)
    with piece_client(tmp_path) as here:
        tune = midi_bytes(short_piece())
        assert here.post("/api/pieces?name=a.mid", content=tune).status_code == 201
        assert "jobs wait already" in error(here.post("/api/pieces?name=b.mid", content=tune), 503)
        assert [one["name"] for one in here.get("/api/pieces").json()["items"]] == ["a.mid"]


def test_jobs_that_a_newer_studio_wrote_are_read_and_damaged_ones_told_of(tmp_path):
    JobFile(tmp_path / "jobs.db").save(Job("0" * 12, "listen", "Waits", None, "queued", 0.0, "", None, 0.0), Task({}))
    with sqlite3.connect(tmp_path / "jobs.db") as database:
        database.execute("ALTER TABLE job ADD COLUMN more TEXT")
    assert [one.title for one in Jobs(tmp_path, Events()).all()] == ["Waits"]
    with sqlite3.connect(tmp_path / "jobs.db") as database:
        database.execute("UPDATE job SET argument = '{'")
    with pytest.raises(UnwritableFileError, match=r"jobs\.db: is damaged; remove it"):
        Jobs(tmp_path, Events())
