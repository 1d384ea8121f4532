"""`descant render`."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
import typer
from typer.testing import CliRunner

from descant.cli.render import render
from descant.errors import InvalidValueError, UnreadableFileError, UnsupportedFormatError
from descant.io.midi import write_midi
from descant.synthesis import soundfonts
from descant.types import Notes

TIM = str(next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS))

app = typer.Typer()
app.command()(render)


def song(folder: Path) -> Path:
    return write_midi(Notes([0.5, 1.0], [1.0, 2.0], [60, 64], [80, 80]), folder / "a 'song' 🎵.mid")


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_it_writes_sound_and_says_so(tmp_path: Path, ending: str) -> None:
    out = tmp_path / "deep" / f"out.{ending}"
    result = CliRunner().invoke(app, [str(song(tmp_path)), str(out), "--soundfont", TIM])
    assert result.exit_code == 0, result.output
    assert result.output.count("\n") == 1
    assert "TimGM6mb.sf2" in result.output
    assert "2 notes" in result.output
    assert soundfile.info(str(out)).duration > 1.9


@pytest.mark.parametrize(
    ("name", "error"),
    [("out.txt", UnsupportedFormatError), ("out.wav", InvalidValueError), ("absent", UnreadableFileError)],
)
def test_what_cannot_be_done_is_an_error_for_people(tmp_path: Path, name: str, error: type[Exception]) -> None:
    source = song(tmp_path)
    if error is InvalidValueError:
        write_midi(Notes([], [], [], []), source)
    if error is UnreadableFileError:
        source = tmp_path / "absent.mid"
    result = CliRunner().invoke(app, [str(source), str(tmp_path / name), "--soundfont", TIM])
    assert isinstance(result.exception, error)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("linked", [False, True])
def test_the_midi_file_itself_is_never_overwritten(tmp_path: Path, linked: bool) -> None:
    source = song(tmp_path)
    before = source.read_bytes()
    out = tmp_path / "out.wav" if linked else source
    if linked:
        out.hardlink_to(source)
    result = CliRunner().invoke(app, [str(source), str(out), "--soundfont", TIM])
    assert isinstance(result.exception, InvalidValueError)
    assert "is the MIDI file itself" in str(result.exception)
    assert source.read_bytes() == before


def test_what_is_a_score_is_told_what_plays_it(tmp_path: Path) -> None:
    source = tmp_path / "tune.abc"
    source.write_text("X:1\nK:C\nCDEF|\n")
    result = CliRunner().invoke(app, [str(source), str(tmp_path / "out.wav"), "--soundfont", TIM])
    assert isinstance(result.exception, UnsupportedFormatError)
    assert f"`descant convert {source} {tmp_path / 'out.wav'}` plays scores" in str(result.exception)
