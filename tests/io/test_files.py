"""Files: readable or a clear reason; written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descant.errors import UnreadableFileError, UnwritableFileError
from descant.io import files
from descant.io.files import read_text, readable, write_beside, write_bytes, write_text

ODD_NAMES = ["a b.txt", 'it\'s "quoted".txt', "🎵 é ü 音.txt", "-rf.txt", "[1]*.txt", ".hidden"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_is_written_and_read(name, tmp_path):
    path = write_text(tmp_path / "a folder" / name, "text")
    assert readable(path) == path
    assert read_text(str(path)) == "text"


def test_what_cannot_be_read_says_why(tmp_path):
    (tmp_path / "empty").touch()
    for path, words in (
        (tmp_path, "is a folder, not a file"),
        (tmp_path / "none", "no such file"),
        (tmp_path / "empty", "is empty (0 bytes)"),
        (tmp_path / ("x" * 300), "cannot be read"),
        ("a\0b", "no such file"),
    ):
        with pytest.raises(UnreadableFileError) as caught:
            readable(path)
        assert words in str(caught.value)
        assert str(path) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFileError, match="is not a regular file"):
        readable(tmp_path / "pipe")


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may read everything")
def test_a_forbidden_file_says_so(tmp_path):
    path = write_text(tmp_path / "a.txt", "x")
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="no permission to read it"):
        readable(path)


def test_a_refused_opening_says_so(tmp_path, monkeypatch):
    path = write_text(tmp_path / "a.txt", "x")

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFileError, match="no permission to read it"):
        readable(path)


def test_text_that_is_not_utf8_is_refused_with_the_byte(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"ab\xff")
    with pytest.raises(UnreadableFileError, match=r"is not text in UTF-8 \(byte 2 is 0xff\)"):
        read_text(tmp_path / "a.txt")


def test_unix_line_ends_everywhere(tmp_path):
    assert write_text(tmp_path / "a.txt", "a\nb\n").read_bytes() == b"a\nb\n"


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write_text(tmp_path / "a.txt", "old")

    def half():
        with write_beside(path) as temporary:
            temporary.write_text("ne")
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["write", "fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_every_refusal_of_the_system_is_named_and_nothing_is_left(place, number, words, tmp_path, monkeypatch):
    path = write_text(tmp_path / "a.txt", "old")

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    if place == "fsync":
        monkeypatch.setattr(files.os, "fsync", refuse)
    else:
        monkeypatch.setattr(Path, "write_bytes" if place == "write" else "replace", refuse)
    with pytest.raises(UnwritableFileError) as caught:
        write_bytes(path, b"new")
    assert str(caught.value).startswith(f"{path}: cannot be written: ")
    assert words in str(caught.value)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_stands_in_the_way_is_named(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableFileError, match="a folder stands where the file should be"):
        write_text(tmp_path / "folder", "x")
    with pytest.raises(UnwritableFileError, match="a file stands where a folder should be"):
        write_text(tmp_path / "file" / "a.txt", "x")
    with pytest.raises(UnwritableFileError, match="the name is too long"):
        write_text(tmp_path / ("x" * 300), "x")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]


def test_long_names_of_many_bytes_a_letter_are_written(tmp_path):
    assert write_text(tmp_path / ("🎵" * 62 + ".txt"), "x").exists()


@given(st.text())
def test_any_text_can_be_written(tmp_path_factory, text):
    write_text(tmp_path_factory.getbasetemp() / "any.txt", text)


def test_a_device_or_a_pipe_is_left_as_it_is(tmp_path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with pytest.raises(UnwritableFileError, match=r"pipe\.json: is a device or a pipe, not a file"):
        write_text(pipe, "words")
    assert pipe.is_fifo()
    assert [one.name for one in tmp_path.iterdir()] == ["pipe.json"]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path):
    kept = tmp_path / "elsewhere" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(kept)
    write_text(link, "new")
    assert link.is_symlink()
    assert kept.read_text() == "new"
