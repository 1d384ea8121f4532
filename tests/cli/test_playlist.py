"""`descant playlist`: from a mood, a seed and a cadence, of a made-up library."""

from __future__ import annotations

from pathlib import Path

import pytest

from descant.cli.playlist import playlist
from descant.errors import InvalidValueError, MissingDataError, UnreadableFileError, UnsupportedFormatError
from tests.cli.searched import Searched
from tests.retrieval.collection import made

command = Searched(playlist)
run, document = command.run, command.document


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("library") / "library.db")


def test_a_cadence(library: Path) -> None:
    found = document(library, "--cadence", "120")
    assert sorted(one["item"] for one in found["items"]) == [1, 2, 3, 4, 6]  # 60, 120, 123, 119, 60.2
    reasons = {one["item"]: one["reasons"] for one in found["items"]}
    assert "120 bpm, a step a beat" in reasons[2]
    assert "60 bpm, two steps a beat" in reasons[1]
    assert [one["start"] for one in found["items"]][:2] == [0.0, found["items"][0]["duration"]]
    assert found["seconds"] == sum(one["duration"] for one in found["items"])


def test_a_table_and_a_playlist(library: Path, tmp_path: Path) -> None:
    result = run(library, "instrument:piano", "--m3u", str(tmp_path / "mine.m3u8"))
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["title", "artist", "key", "tempo", "length", "at", "why"]
    assert lines[-2:] == ["3 pieces, 7:00", f"3 files -> {tmp_path / 'mine.m3u8'}"]
    assert (tmp_path / "mine.m3u8").read_text("utf-8").count("#EXTINF") == 3


def test_nothing_fits(library: Path, tmp_path: Path) -> None:
    assert run(library, "--cadence", "95").stdout == "nothing in the library fits\n"
    assert run(library, "genre:polka").stdout == "nothing in the library fits\n"
    empty = made(tmp_path / "empty.db", ())
    assert run(empty, "--cadence", "95").stdout == "the library is empty; fill it with: descant index DIR\n"
    assert document(empty, "piano") == {"schema": 1, "seconds": 0, "told": ["read as: rather piano"], "items": []}


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ([], InvalidValueError, "a mood, a seed, a cadence or filters"),
        (["x", "--count", "0"], InvalidValueError, "1 to 500"),
        (["x", "--minutes", "-3"], InvalidValueError, "cannot last"),
        (["--cadence", "nan"], InvalidValueError, "steps a minute"),
        (["--cadence", "9999"], InvalidValueError, "steps a minute"),
        (["x", "--order", "alphabetic"], InvalidValueError, "harmonic or relevance"),
        (["x", "--relevance", "2"], InvalidValueError, "from 0 to 1"),
        (["tempo:quick"], InvalidValueError, "tempo:118..122"),
        (["x", "--m3u", "x.txt"], UnsupportedFormatError, "m3u8"),
        (["--seed", "nowhere.wav"], UnreadableFileError, "no such file"),
        (["--seed", "99"], MissingDataError, "holds nothing that likeness is heard by"),
    ],
)
def test_bad_wishes(library: Path, arguments: list[str], error: type[Exception], words: str) -> None:
    result = run(library, *arguments)
    assert isinstance(result.exception, error), result.output
    assert words in str(result.exception)
