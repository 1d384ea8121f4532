"""`descant align`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from descant.cli.align import align
from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError, UnwritableFileError
from descant.io.audio import write_audio
from descant.io.midi import read_midi, write_midi
from tests.alignment.performed import performed
from tests.pieces import rendered, short_piece

app = typer.Typer()
app.command()(align)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("align")
    write_midi(short_piece(), folder / "score.mid")
    write_audio(rendered(), folder / "take.wav")
    write_midi(performed(3).take, folder / "other.mid")
    (folder / "words.txt").write_text("no music")
    return folder


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(app, [str(folder / one) if "." in one else one for one in arguments])


def test_it_lists_the_bars(folder: Path) -> None:
    result = run(folder, "score.mid", "take.wav")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split()[1:] for line in lines[:4]] == [["bar", "1"], ["bar", "2"], ["bar", "3"], ["bar", "4"]]
    assert lines[1].startswith(("0:01.9", "0:02.0"))
    assert "places of the score" in lines[-1]


def test_it_writes_everything_at_once(folder: Path) -> None:
    result = run(folder, "score.mid", "take.wav", "--map", "map.csv", "--midi", "out.mid", "--audacity", "bars.txt")
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((folder / "map.csv").open()))
    assert rows[1]["measure"] == "1"
    assert float(rows[1]["time"]) == pytest.approx(float(rows[1]["quarter"]) / 2, abs=0.03)
    assert len(read_midi(folder / "out.mid")) == len(short_piece())
    assert [line.split("\t")[2] for line in (folder / "bars.txt").read_text().splitlines()] == ["1", "2", "3", "4"]
    run(folder, "score.mid", "take.wav", "--map", "map.json")
    assert json.loads((folder / "map.json").read_text())["rows"][0]["measure"] == "1"


def test_another_piece_is_refused_unless_forced(folder: Path) -> None:
    result = run(folder, "other.mid", "take.wav", "--map", "wrong.csv")
    assert isinstance(result.exception, InvalidValueError)
    assert "does not seem to be of" in str(result.exception)
    assert not (folder / "wrong.csv").exists()
    assert run(folder, "other.mid", "take.wav", "--map", "wrong.csv", "--force").exit_code == 0
    assert (folder / "wrong.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("score.mid", "absent.wav"), UnreadableFileError),
        (("score.mid", "take.wav", "--map", "map.xlsx"), UnsupportedFormatError),
        (("score.mid", "take.wav", "--midi", "score.mid"), UnwritableFileError),
        (("words.txt", "take.wav"), UnsupportedFormatError),
        (("take.wav", "score.mid"), UnsupportedFormatError),
    ],
)
def test_what_cannot_be_done_is_an_error_for_people(folder: Path, arguments, error: type[Exception]) -> None:
    before = (folder / "score.mid").read_bytes()
    assert isinstance(run(folder, *arguments).exception, error)
    assert (folder / "score.mid").read_bytes() == before
