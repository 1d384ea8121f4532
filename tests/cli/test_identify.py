"""`descant identify`: what is told of a clip, as lines and as JSON, and what is said of bad input."""

import json

import pytest
import typer
from typer.testing import CliRunner

from descant.cli.identify import identify
from descant.errors import InvalidValueError, MissingDataError, UnreadableFileError, UnwritableFileError
from descant.io.audio import write_audio
from descant.library.fingerprints import fingerprint
from descant.library.item import FileStamp
from descant.library.store import open_library
from tests.library.sounds import cut, faster, music
from tests.retrieval.collection import entry

app = typer.Typer()
app.command()(identify)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A library of three recordings, and clips."""
    folder = tmp_path_factory.mktemp("identify")
    with open_library(folder / "library.db", write=True) as writer:
        for seed in range(3):
            facts = {"title": f"Piece {seed}", "artist": "Nobody\x1b[31m", "duration": 20.0}
            writer.put(
                entry(seed, fingerprint=fingerprint(music(seed)), **facts), FileStamp(folder / f"{seed}.wav", 1, 1)
            )
    write_audio(faster(cut(music(1), 8.0, 6.0), 1.03), folder / "fast.wav")
    write_audio(cut(music(77), 8.0, 6.0), folder / "stranger.wav")
    write_audio(cut(music(1), 8.0, 0.5), folder / "scrap.wav")
    return folder


def run(folder, clip, *more, library="library.db"):
    arguments = [str(folder / clip), "--library", str(folder / library), *more]
    return CliRunner().invoke(app, arguments)


def test_where_and_how_fast(folder):
    result = run(folder, "fast.wav")
    assert result.exit_code == 0, result.output
    first, path = result.stdout.splitlines()
    assert "Piece 1" in first
    assert first.endswith("heard from 0:08 on, 3.0% faster")
    assert "\x1b" not in first
    assert path.strip() == str(folder / "1.wav")


def test_what_is_not_there_is_not_there(folder):
    result = run(folder, "stranger.wav")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{folder / 'stranger.wav'}: not in the library"]


def test_json(folder):
    document = json.loads(run(folder, "fast.wav", "--json", "-").stdout)
    assert document["known"] is True
    (found,) = document["recordings"]
    assert found["title"] == "Piece 1"
    assert found["at"] == pytest.approx(8.0, abs=0.1)
    assert found["speed"] == pytest.approx(1.03, abs=0.002)
    assert found["confidence"] > 0.99
    assert json.loads(run(folder, "stranger.wav", "--json", "-").stdout)["recordings"] == []


def test_bad_input_is_said(folder):
    (folder / "text.wav").write_text("no sound")
    for clip, error in (
        ("scrap.wav", InvalidValueError),
        ("text.wav", UnreadableFileError),
        ("gone.wav", UnreadableFileError),
    ):
        result = run(folder, clip)
        assert isinstance(result.exception, error)
        assert clip in str(result.exception)
    assert isinstance(run(folder, "fast.wav", library="none.db").exception, MissingDataError)
    assert isinstance(run(folder, "fast.wav", "--json", str(folder / "fast.wav")).exception, UnwritableFileError)
