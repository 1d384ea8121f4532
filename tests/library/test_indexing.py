"""Indexing does what is new and nothing else, whatever the folders hold and whatever happens meanwhile."""

import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from descant.library import indexing
from descant.library.indexing import Indexing
from descant.library.item import FULL, TAGS
from descant.library.store import open_library
from descant.library.walker import roots
from descant.pipelines.pool import Failed, run_jobs
from tests.library.stand_in import WORK, at_once


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    for name in ("a.wav", "b.wav", "deep/c.wav"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the song {path.stem}")
    return folder


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.db", write=True) as opened:
        yield opened


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """The files that jobs were made for, run by run. Work is done in this process."""
    runs = []

    def watched(work, arguments, workers, patience=None):
        runs.append([])
        jobs = (runs[-1].append(job.file.path.name) or job for job in arguments)
        yield from at_once(work, jobs, workers, patience)

    monkeypatch.setattr(indexing, "run_jobs", watched)
    return runs


@pytest.fixture
def processes(monkeypatch, opened):
    """Work is done in other processes, as it is outside tests."""
    monkeypatch.setattr(indexing, "run_jobs", run_jobs)


def index(library, *folders, level=FULL, **more):
    run = Indexing(library, roots(folders), level, **more)
    run.run(1, work=WORK)
    return run.report


def titles(library):
    return {str(path): item.title for item in library.items(library.ids()) for path in item.paths}


def test_every_file_becomes_an_item(library, music):
    report = index(library, music)
    assert (report.walked, report.learnt, report.left) == (3, 3, 0)
    assert titles(library) == {
        str(music / "a.wav"): "the song a",
        str(music / "b.wav"): "the song b",
        str(music / "deep" / "c.wav"): "the song c",
    }
    assert [item for item, _ in library.words("deep")] == [library.find_file(music / "deep" / "c.wav")]


def test_what_is_unchanged_is_not_opened(library, music, opened):
    index(library, music)
    before = library.version()
    report = index(library, music)
    assert opened == [["a.wav", "b.wav", "c.wav"], []]
    assert (report.unchanged, report.learnt) == (3, 0)
    assert library.version() == before


def test_a_changed_file_is_learnt_again(library, music, opened):
    index(library, music)
    (music / "a.wav").write_text("another song, longer")
    report = index(library, music)
    assert opened[1] == ["a.wav"]
    assert (report.unchanged, report.learnt) == (2, 1)
    assert titles(library)[str(music / "a.wav")] == "another song, longer"
    assert len(library) == 3


def test_a_touched_a_renamed_and_a_copied_file_are_not_analysed_again(library, music, opened):
    index(library, music)
    ids = library.ids().tolist()
    os.utime(music / "a.wav", ns=(5, 5))
    (music / "b.wav").rename(music / "deep" / "new name.wav")
    shutil.copy(music / "deep" / "c.wav", music / "copy of c.wav")
    report = index(library, music)
    assert sorted(opened[1]) == ["a.wav", "copy of c.wav", "new name.wav"]
    assert (report.learnt, report.known, report.gone) == (0, 3, 1)
    assert library.ids().tolist() == ids
    assert library.items([library.find_file(music / "deep" / "new name.wav")])[0].title == "the song b"
    assert library.find_file(music / "b.wav") is None
    assert len(library.items([library.find_file(music / "deep" / "c.wav")])[0].paths) == 2
    assert library.words("new name")
    assert index(library, music).unchanged == 4


def test_what_is_gone_is_not_found_and_comes_back_without_work(library, music, opened, tmp_path):
    index(library, music)
    (music / "deep").rename(tmp_path / "away")
    assert index(library, music).gone == 1
    assert len(library) == 2
    assert library.words("song c") == []
    (tmp_path / "away").rename(music / "back")
    report = index(library, music)
    assert (report.learnt, report.known, len(library)) == (0, 1, 3)


def test_other_folders_are_left_alone(library, music, tmp_path):
    other = tmp_path / "music and more"
    other.mkdir()
    (other / "d.wav").write_text("the song d")
    index(library, music, other)
    shutil.rmtree(other)
    assert index(library, music).gone == 0
    assert len(library) == 4


def test_a_folder_that_may_not_be_read_is_not_gone(library, music, monkeypatch):
    index(library, music)
    lstat = Path.lstat

    def forbidding(path):
        if path.parent.name == "deep":
            raise PermissionError(13, "Permission denied")
        return lstat(path)

    monkeypatch.setattr(indexing, "walk", lambda root, fault, within: iter(()))
    monkeypatch.setattr(Path, "lstat", forbidding)
    shutil.move(music / "a.wav", music / "a.txt")
    assert index(library, music).gone == 1
    assert set(titles(library)) == {str(music / "b.wav"), str(music / "deep" / "c.wav")}


def test_a_higher_level_is_learnt_and_a_lower_one_changes_nothing(library, music, opened):
    index(library, music, level=TAGS)
    assert {item.level for item in library.items(library.ids())} == {TAGS}
    assert index(library, music, level=FULL).learnt == 3
    assert index(library, music, level=TAGS).unchanged == 3
    assert {item.level for item in library.items(library.ids())} == {FULL}
    assert [len(run) for run in opened] == [3, 3, 0]


def test_bad_files_are_kept_apart_and_the_rest_is_indexed(library, music, processes):
    (music / "b.wav").write_text("bad")
    report = index(library, music)
    assert (report.learnt, report.failed) == (2, 1)
    assert list(library.failures(music)) == [(music / "b.wav", f"{music / 'b.wav'}: is damaged")]
    report = index(library, music)
    assert (report.unchanged, report.failed) == (3, 0)
    assert len(list(library.failures(music))) == 1
    assert index(library, music, retry=True).failed == 1
    assert index(library, music, level=TAGS).failed == 1
    (music / "b.wav").write_text("mended")
    assert index(library, music).learnt == 1
    assert list(library.failures(music)) == []


def test_a_bad_file_that_is_removed_is_forgotten(library, music):
    (music / "b.wav").write_text("bad")
    index(library, music)
    (music / "b.wav").unlink()
    index(library, music)
    assert list(library.failures(music)) == []


def test_a_file_that_vanishes_while_it_waits_is_no_failure(library, music, monkeypatch):
    def vanishing(work, arguments, workers, patience):
        for number, job in enumerate(arguments):
            if job.file.path.name == "b.wav":
                job.file.path.unlink()
                yield Failed(number, f"{job.file.path}: no such file")

    index(library, music)
    (music / "b.wav").write_text("another")
    monkeypatch.setattr(indexing, "run_jobs", vanishing)
    report = index(library, music)
    assert (report.failed, report.gone) == (0, 1)
    assert list(library.failures(music)) == []
    assert library.find_file(music / "b.wav") is None


def test_a_file_that_changes_while_it_is_read_is_read_again_the_next_time(library, music):
    (music / "b.wav").write_text("it changes")
    assert index(library, music).failed == 1
    assert library.find_file(music / "b.wav") is None
    assert index(library, music).learnt == 1
    assert titles(library)[str(music / "b.wav")] == "now it is something else"


def test_a_name_that_is_not_utf_8_is_indexed(library, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    path = folder / os.fsdecode(b"caf\xe9.wav")
    path.write_text("the song")
    (folder / os.fsdecode(b"\xe9.wav")).write_text("bad")
    assert index(library, folder).learnt == 1
    assert library.items(library.ids())[0].paths == (path,)
    assert len(list(library.failures(folder))) == 1


def test_two_names_of_one_folder_are_walked_once(library, music):
    assert index(library, music, music / "deep", music / "a.wav").walked == 3


def test_progress_rises_to_1_and_goes_on_while_a_file_is_slow(library, music, processes):
    (music / "b.wav").write_text("slow")
    told = []
    Indexing(library, roots([music]), FULL).run(1, told.append, WORK)
    assert told[-1] == 1.0
    assert all(one <= two + 1e-9 for one, two in pairwise(told))
    assert any(1 / 3 < share < 2 / 3 for share in told)


def test_an_interrupted_run_goes_on_where_it_stopped(library, music, opened):
    def stop(share):
        if share > 0.5:
            raise KeyboardInterrupt

    run = Indexing(library, roots([music]), FULL)
    with pytest.raises(KeyboardInterrupt):
        run.run(1, stop, WORK)
    assert (run.report.learnt, run.report.left, len(library)) == (2, 1, 2)
    assert index(library, music).learnt == 1
    assert opened[1] == ["c.wav"]


def test_a_reader_sees_what_is_finished_while_the_rest_is_worked_on(library, music, processes):
    seen = []
    with open_library(library.path) as reader:
        Indexing(library, roots([music]), FULL).run(1, lambda _: seen.append(len(reader)), WORK)
        assert len(reader) == 3
    assert sorted(set(seen)) == [0, 1, 2, 3]
