"""Playlists that other programs can read, whatever the names in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from descant.errors import UnsupportedFormatError
from descant.io.m3u import LeftOutWarning, PlaylistEntry, write_m3u


def test_a_playlist(tmp_path: Path) -> None:
    entries = [
        PlaylistEntry(tmp_path / "music" / "a.mp3", 61.6, "Ada: First"),
        PlaylistEntry(tmp_path / "lists" / "#1 hit.mp3", None, "Zwölf"),
    ]
    target = write_m3u(entries, tmp_path / "lists" / "mine.m3u8")
    assert target.read_bytes().decode("utf-8") == (
        f"#EXTM3U\n#EXTINF:62,Ada: First\n{Path('..', 'music', 'a.mp3')}\n"
        f"#EXTINF:-1,Zwölf\n{os.curdir}{os.sep}#1 hit.mp3\n"
    )
    listed = [line for line in target.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [(target.parent / line).resolve() for line in listed] == [one.path.resolve() for one in entries]


def test_hostile_names_stay_on_their_line(tmp_path: Path) -> None:
    entry = PlaylistEntry(tmp_path / "a.mp3", 1.0, "one\n#EXTINF:9,two\r\n/etc/passwd\u2028three")
    lines = write_m3u([entry], tmp_path / "x.m3u").read_text("utf-8").splitlines()
    assert lines == ["#EXTM3U", "#EXTINF:1,one #EXTINF:9,two /etc/passwd three", "a.mp3"]


def test_paths_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    entries = [PlaylistEntry(tmp_path / "a\nb.mp3"), PlaylistEntry(tmp_path / "c.mp3")]
    with pytest.warns(LeftOutWarning, match="no playlist can name it"):
        target = write_m3u(entries, tmp_path / "x.m3u8")
    assert target.read_text().splitlines()[-1] == "c.mp3"
    assert len(target.read_text().splitlines()) == 3


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_that_are_no_text_keep_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.mp3")
    assert write_m3u([PlaylistEntry(path)], tmp_path / "x.m3u8").read_bytes().endswith(b"\ncaf\xe9.mp3\n")


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormatError, match=r"\.m3u8 or \.m3u"):
        write_m3u([], tmp_path / "x.txt")
    assert not list(tmp_path.iterdir())
