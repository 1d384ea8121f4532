"""`descant find`: tables, JSON, playlists and pages of a made-up library, and what is said of bad questions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from descant.cli.find import find, seed_named
from descant.cli.found import plain
from descant.errors import (
    InvalidValueError,
    MissingDataError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.library.item import FileStamp
from descant.library.store import open_library
from tests.cli.searched import Searched
from tests.retrieval.collection import SPACE, entry, made

command = Searched(find)
run, document = command.run, command.document


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("library") / "library.db")


def test_a_table_with_reasons(library: Path) -> None:
    result = run(library, "120 bpm")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "read as: tempo 118 to 122"
    assert lines[1] == "2 more at half or twice that tempo"
    assert lines[2].split() == ["title", "artist", "key", "tempo", "length", "percentile", "why"]
    assert lines[3].split() == ["1", "Rock", "on", "The", "Quarries", "E", "major", "120", "3:20", "83", "120", "bpm"]
    assert lines[-1] == "2 found, page 1 of 1"


def test_json(library: Path, tmp_path: Path) -> None:
    found = document(library, "in D minor instrument:piano")
    assert {name: found[name] for name in ("schema", "count", "page", "pages")} == {
        "schema": 1, "count": 1, "page": 1, "pages": 1,
    }  # fmt: skip
    (item,) = found["items"]
    assert item["title"] == "Nocturne in D minor"
    assert item["reasons"] == ["piano 95 % of the time", "D minor"]
    assert item["percentile"] == 100.0
    assert item["instruments"] == {"piano": 0.95}
    target = tmp_path / "found.json"
    assert run(library, "in D minor instrument:piano", "--json", str(target)).exit_code == 0
    assert json.loads(target.read_text("utf-8")) == found


def test_filters_with_and_without_the_shells_quotes(library: Path) -> None:
    for arguments in (["artist:the quarries", "tempo:>121"], ['artist:"the quarries" tempo:>121']):
        assert [one["item"] for one in document(library, *arguments)["items"]] == [3]


def test_words_that_were_taken_for_the_filters_are_told(library: Path) -> None:
    assert [one["item"] for one in document(library, "bach title:sonata")["items"]] == [4]
    told = "no title has “sonata calm”, these words one after the other\n"
    assert run(library, "title:sonata calm").stdout == f"{told}nothing in the library is so\n"
    assert told in run(library, "title:sonata calm", "year:1985").stdout
    assert isinstance(run(library, "artist:").exception, InvalidValueError)


def test_pages(library: Path) -> None:
    assert [one["item"] for one in document(library, "duration:1..", "--limit", "3", "--page", "2")["items"]] == [
        4,
        5,
        6,
    ]
    assert "4  Sonata" in run(library, "duration:1..", "--limit", "3", "--page", "2").stdout
    result = run(library, "duration:1..", "--page", "9")
    assert (result.exit_code, result.stdout) == (0, "page 9 is past the end: 7 found, on 1 page\n")


def test_a_playlist(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "found.m3u8"
    assert "2 files" in run(library, "bach", "--m3u", str(target)).stdout
    lines = target.read_text("utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert lines[1] == "#EXTINF:60,Bob Cantor: Sonata"
    assert (tmp_path / lines[2]).resolve() == (library.parent / "music" / "004.wav").resolve()


def test_nothing_found(library: Path, tmp_path: Path) -> None:
    result = run(library, "no drums at 123 bpm")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "nothing in the library is so"
    assert "without “tempo 121 to 125” there would be 3" in result.stdout
    empty = made(tmp_path / "empty.db", ())
    assert run(empty, "piano").stdout.splitlines()[-1] == "the library is empty; fill it with: descant index DIR"
    assert document(empty, "piano")["items"] == []


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ([], InvalidValueError, "say what to look for"),
        ([" "], InvalidValueError, "say what to look for"),
        (["tempo:quick"], InvalidValueError, "tempo:118..122"),
        (["speed:120"], InvalidValueError, "filters are tempo, key"),
        (["x", "--limit", "0"], InvalidValueError, "1 to 1000"),
        (["x", "--page", "0"], InvalidValueError, "counted from 1"),
        (["x", "--by", "colour"], InvalidValueError, "rhythm, harmony"),
        (["x", "--by", "rhythm"], InvalidValueError, "--like"),
        (["x", "--m3u", "x.txt"], UnsupportedFormatError, "m3u8"),
        (["x", "--json", "same.m3u8", "--m3u", "same.m3u8"], UnwritableFileError, "two results"),
    ],
)
def test_bad_questions(library: Path, arguments: list[str], error: type[Exception], words: str) -> None:
    result = run(library, *arguments)
    assert isinstance(result.exception, error)
    assert words in str(result.exception)
    assert not Path("same.m3u8").exists()


def test_the_library_itself_is_not_written_over(tmp_path: Path) -> None:
    path = made(tmp_path / "library.db")
    before = path.read_bytes()
    result = run(path, "piano", "--json", str(path))
    assert isinstance(result.exception, UnwritableFileError)
    assert path.read_bytes() == before


@pytest.mark.parametrize("like", ["²", "-1", "9" * 30, "9" * 5000])
def test_what_is_no_items_number_is_a_file(like: str) -> None:
    assert seed_named(like) == Path(like)
    assert seed_named("42") == 42
    assert seed_named("") is None


def test_no_library(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "none.db", "x").exception, MissingDataError)
    assert not (tmp_path / "none.db").exists()
    folder = run(tmp_path, "x")
    assert isinstance(folder.exception, UnreadableFileError)
    assert "is a folder" in str(folder.exception)


def test_hostile_titles_are_printed_harmlessly(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    hostile = "\x1b[2J\x1b]0;pwned\x07[bold red]<script>alert(1)</script>\nsecond line\u202egnp" + "A" * 10_000
    with open_library(path, write=True) as writer:
        writer.adopt([SPACE])
        name = os.fsdecode(b"a\xff\x1b[31m\n.wav") if os.name != "nt" else "a.wav"
        writer.put(entry(1, title=hostile, tempo=100.0), FileStamp(tmp_path / name, 1, 1))
        writer.put(entry(2, tempo=100.0), FileStamp(tmp_path / f"b{name}", 1, 1))
    result = run(path, "100 bpm")
    assert result.exit_code == 0
    assert "[bold red]<script>" in result.stdout.replace("\n", "")
    assert all(sign.isprintable() or sign == "\n" for sign in result.stdout)
    assert len(result.stdout) < 2000
    found = run(path, "100 bpm", "--json", str(tmp_path / "found.json"))
    assert found.exit_code == 0
    assert json.loads((tmp_path / "found.json").read_text("utf-8"))["items"][0]["title"] == hostile


def test_plain_text() -> None:
    assert plain("tab\tand\x1b[0m\u2028line") == "tab and�[0m line"
    assert plain("x" * 200, 10) == "xxxxxxxxx…"
