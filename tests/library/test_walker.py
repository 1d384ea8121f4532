"""Every music file is found once, under its real name, whatever the folders hold."""

import os
import tracemalloc
from pathlib import Path

import pytest

from descant.errors import UnreadableFileError
from descant.library import walker
from descant.library.walker import kind_of, roots, walk


def put(path, data=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(folder, **more):
    return sorted(str(file.path.relative_to(folder)) for file in walk(folder, **more))


def test_music_is_told_from_everything_else(tmp_path):
    for name in ("a.mp3", "B.FLAC", "deep/er/c.mid", "d.abc", "e.musicxml", "notes.txt", ".hidden.wav", ".git/f.wav"):
        put(tmp_path / name)
    assert names(tmp_path) == ["B.FLAC", "a.mp3", "d.abc", "deep/er/c.mid", "e.musicxml"]
    assert [kind_of(Path(name)) for name in ("x.MP3", "x.kar", "x.mxl", "x.txt")] == ["audio", "midi", "score", None]


def test_an_xml_file_is_a_score_only_where_it_says_so(tmp_path):
    put(tmp_path / "score.xml", b"<?xml version='1.0'?><score-partwise>")
    put(tmp_path / "wide.xml", "<?xml version='1.0'?><score-timewise>".encode("utf-16"))
    put(tmp_path / "iTunes Library.xml", b"<?xml version='1.0'?><plist>")
    assert names(tmp_path) == ["score.xml", "wide.xml"]


def test_size_and_time_come_with_the_name(tmp_path):
    path = put(tmp_path / "a.wav", b"12345")
    os.utime(path, ns=(0, 123_456_789))
    (file,) = walk(tmp_path)
    assert (file.path, file.size, file.mtime_ns) == (path, 5, 123_456_789)
    assert list(walk(path)) == [file]


def test_loops_of_links_end_and_real_names_win(tmp_path):
    put(tmp_path / "z real" / "a.wav")
    (tmp_path / "a link").symlink_to(tmp_path / "z real")
    (tmp_path / "z real" / "up").symlink_to(tmp_path)
    (tmp_path / "z real" / "self.wav").symlink_to("self.wav")
    (tmp_path / "nowhere.wav").symlink_to("missing.wav")
    outside = put(tmp_path.parent / f"{tmp_path.name} outside" / "b.wav").parent
    (tmp_path / "other disk").symlink_to(outside)
    assert names(tmp_path) == ["other disk/b.wav", "z real/a.wav"]


def test_links_are_not_followed_out_of_the_folders_that_are_allowed(tmp_path):
    put(tmp_path / "music" / "real" / "a.wav")
    put(tmp_path / "elsewhere" / "b.wav")
    inside = tmp_path / "music"
    (inside / "again").symlink_to(inside / "real")
    (inside / "c.wav").symlink_to(inside / "real" / "a.wav")
    (inside / "folder").symlink_to(tmp_path / "elsewhere")
    (inside / "d.wav").symlink_to(tmp_path / "elsewhere" / "b.wav")
    (inside / "e.wav").symlink_to("e.wav")
    found = [str(file.path.relative_to(inside)) for file in walk(inside, within=[inside])]
    assert found == ["c.wav", "real/a.wav"]
    assert len(list(walk(inside))) == 4


def test_what_is_no_regular_file_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    put(tmp_path / "folder.wav" / "in.wav")
    assert names(tmp_path) == ["folder.wav/in.wav"]


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_walked(tmp_path, monkeypatch):
    put(tmp_path / "good" / "a.wav")
    put(tmp_path / "bad" / "b.wav")
    scan = os.scandir

    def forbidding(folder):
        if Path(folder).name == "bad":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(walker.os, "scandir", forbidding)
    told = []
    assert names(tmp_path, fault=told.append) == ["good/a.wav"]
    assert len(told) == 1
    assert "bad" in told[0]
    assert "Permission denied" in told[0]


def test_a_folder_that_vanishes_is_passed_over(tmp_path):
    put(tmp_path / "a" / "a.wav")
    put(tmp_path / "b" / "b.wav")
    files = walk(tmp_path)
    first = next(files)
    (tmp_path / "b" / "b.wav").unlink()
    (tmp_path / "b").rmdir()
    assert [file.path.name for file in (first, *files)] == ["a.wav"]


def test_names_that_are_not_utf_8_are_found(tmp_path):
    name = os.fsdecode(b"caf\xe9.wav")
    put(tmp_path / name)
    assert names(tmp_path) == [name]


def test_a_million_files_need_no_memory(tmp_path, monkeypatch):
    put(tmp_path / "real.wav")
    (real,) = os.scandir(tmp_path)

    class Many:
        def __enter__(self):
            return (real for _ in range(100_000))

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(walker.os, "scandir", lambda _: Many())
    tracemalloc.start()
    count = sum(1 for _ in walk(tmp_path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 1_000_000


def test_roots_are_absolute_and_once(tmp_path, monkeypatch):
    put(tmp_path / "a.wav")
    monkeypatch.chdir(tmp_path)
    assert roots([".", str(tmp_path), "a.wav"]) == [tmp_path, tmp_path / "a.wav"]
    with pytest.raises(UnreadableFileError, match="missing"):
        roots(["missing"])
    with pytest.raises(UnreadableFileError, match="is empty"):
        roots([""])
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        roots(["long" * 100])
