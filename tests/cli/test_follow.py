"""`descant follow`: files, streams in real time, and what goes wrong with them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import descant
from descant.cli.follow import follow
from descant.errors import (
    InvalidValueError,
    MissingExtraError,
    UnreadableFileError,
    UnsupportedFormatError,
    UnwritableFileError,
)
from descant.io.audio import write_audio
from descant.io.midi import read_midi, write_midi
from descant.registry import find
from descant.synthesis.sampler import sampler
from descant.types import Audio, Notes
from tests.pieces import TIM, rendered, short_piece
from tests.scores import chorale, full_score, tune

app = typer.Typer()
app.command()(follow)

RATE = 16_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("follow")
    descant.save(tune(), folder / "tune.musicxml")
    descant.save(chorale(), folder / "chorale.musicxml")
    descant.save(full_score(), folder / "repeats.musicxml")
    write_midi(short_piece(), folder / "short.mid")
    write_midi(short_piece().only(short_piece().drum), folder / "drums.mid")
    played = find("as-written")(chorale())
    write_midi(played.only(np.asarray(played.part) == 0), folder / "soprano.mid")
    write_midi(find("as-written")(tune()), folder / "tune.mid")
    write_midi(find("as-written")(full_score()), folder / "repeats.mid")
    write_audio(rendered(), folder / "short.wav")
    write_audio(sampler(find("as-written")(tune()), soundfont=TIM), folder / "tune.wav")
    write_audio(Audio(np.zeros((1, 3 * RATE), np.float32), RATE), folder / "silence.wav")
    return folder


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(app, [str(folder / one) if "." in one[1:-1] else one for one in arguments])


def lines(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def test_midi_line_by_line(folder: Path) -> None:
    result = run(folder, "tune.musicxml", "--midi", "tune.mid")
    assert result.exit_code == 0, result.output
    told = lines(result.stdout)
    assert told[0] == {
        "time": 0.0,
        "measure": "1",
        "beat": 1.0,
        "quarter": 0.0,
        "confidence": 0.0,
        "state": "waiting",
    }
    assert list(told[21].values())[:4] == [2.0, "2", 1.0, 4.0]
    assert told[-1]["state"] == "ended"
    assert len(told) == pytest.approx(41, abs=2)  # ten a second
    seldom = lines(run(folder, "tune.musicxml", "--midi", "tune.mid", "--every", "1").stdout)
    assert [one["time"] for one in seldom if one["time"] > 0] == pytest.approx([1.0, 2.0, 3.0, 3.5, 4.0], abs=0.03)


def test_a_recording(folder: Path) -> None:
    result = run(folder, "short.mid", "--audio", "short.wav", "--map", "map.csv")
    assert result.exit_code == 0, result.output
    told = lines(result.stdout)
    assert next(one["quarter"] for one in told if one["time"] >= 4.0) == pytest.approx(8.0, abs=0.5)
    assert told[-1]["time"] > 8.0
    rows = list(csv.DictReader((folder / "map.csv").open()))
    assert [float(one["time"]) for one in rows[2:10]] == pytest.approx(
        [float(one["quarter"]) / 2 for one in rows[2:10]], abs=0.15
    )
    run(folder, "tune.musicxml", "--audio", "tune.wav", "--use", "symbolic-follower", "--map", "map.json")
    found = json.loads((folder / "map.json").read_text())
    assert (found["score"], found["performance"]) == ("tune.musicxml", "tune.wav")
    assert [one["measure"] for one in found["rows"]] == sorted(one["measure"] for one in found["rows"])
    assert len(found["rows"]) >= 8


def test_repeats_are_said(folder: Path) -> None:
    result = run(folder, "repeats.musicxml", "--midi", "repeats.mid")
    assert result.exit_code == 0, result.output
    assert "repeats and jumps are played out: measures 0-2, 1, 3-4" in result.stderr
    measures = [number for number, _ in groupby(one["measure"] for one in lines(result.stdout))]
    assert measures == ["0", "1", "2", "1", "3", "4"]


def test_pages_are_turned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("descant.io.score.engrave.pages", lambda score, name: ["one", "two"])
    monkeypatch.setattr("descant.io.score.engrave.measure_pages", lambda drawn: [1, 2])
    told = lines(run(folder, "tune.musicxml", "--midi", "tune.mid", "--pages").stdout)
    turns = [one for one in told if "turn" in one]
    assert [one["turn"] for one in turns] == [2]
    assert 0.5 < turns[0]["time"] < 2.0  # within the first page's only bar
    result = run(folder, "short.mid", "--midi", "tune.mid", "--pages")
    assert isinstance(result.exception, InvalidValueError)


def test_parts_are_played_to_it(folder: Path) -> None:
    result = run(
        folder, "chorale.musicxml", "--midi", "soprano.mid", "--accompany", "Bass", "--accompany", "2",
        "--accompany-midi", "out.mid",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    cues = [one for one in lines(result.stdout) if "play" in one]
    assert {one["part"] for one in cues} == {"Bass", "Alto"}
    bass = [one["play"] for one in cues if one["part"] == "Bass"]
    assert bass == pytest.approx([0.5 * at for at in range(9)], abs=0.02)
    assert len(read_midi(folder / "out.mid")) == len(cues) == 18


def test_silence_and_strangers_are_told(folder: Path) -> None:
    result = run(folder, "tune.musicxml", "--audio", "silence.wav")
    assert result.exit_code == 0, result.output
    assert "nothing was heard" in result.stderr
    rng = np.random.default_rng(0)
    onset = np.arange(40) * 0.3
    write_midi(Notes(onset, onset + 0.2, rng.choice([49, 51, 54, 56], 40), np.full(40, 70)), folder / "stranger.mid")
    result = run(folder, "tune.musicxml", "--midi", "stranger.mid")
    assert result.exit_code == 0, result.output
    assert "the place was lost for" in result.stderr
    assert lines(result.stdout)[-1]["state"] == "lost"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["tune.musicxml"], InvalidValueError, "got none of them"),
        (["tune.musicxml", "--midi", "tune.mid", "--audio", "tune.wav"], InvalidValueError, "got --audio and --midi"),
        (["drums.mid", "--midi", "tune.mid"], InvalidValueError, "no notes"),
        (["tune.musicxml", "--audio", "absent.wav"], UnreadableFileError, "no such file"),
        (["tune.musicxml", "--audio", "tune.mid"], UnreadableFileError, "not a sound file"),
        (["short.wav", "--midi", "tune.mid"], UnsupportedFormatError, "is no score"),
        (["tune.musicxml", "--midi", "tune.mid", "--map", "map.txt"], UnsupportedFormatError, ".csv or .json"),
        (["tune.musicxml", "--midi", "tune.mid", "--accompany-midi", "o.mid"], InvalidValueError, "--accompany"),
        (["tune.musicxml", "--midi", "tune.mid", "--accompany", "Oboe"], InvalidValueError, "no part 'Oboe'"),
        (["short.mid", "--midi", "tune.mid", "--accompany", "Bass", "--accompany-midi", "tune.mid"],
         UnwritableFileError, "is to be read"),
        (["tune.musicxml", "--midi", "tune.mid", "--map", "no/folder/map.csv"], UnwritableFileError, "no folder"),
        (["tune.musicxml", "--stdin", "--format", "mp3"], InvalidValueError, "s16le or f32le"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(folder: Path, arguments, error, words) -> None:
    result = run(folder, *arguments)
    assert isinstance(result.exception, error), result.output
    assert words in str(result.exception)


def test_a_microphone_needs_its_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    result = run(folder, "tune.musicxml", "--live")
    assert isinstance(result.exception, MissingExtraError)


class Process:
    """`descant follow SCORE --stdin`, fed through a real pipe."""

    def __init__(self, score: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "descant", "follow", str(score), "--stdin", *arguments]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests may run in the background
        )
        self.first = json.loads(self.process.stdout.readline())  # all is ready

    def feed(self, data: bytes, seconds: float, pieces: int, rest: int = 0) -> None:
        """In real time; each piece but the last is so many bytes longer than its share."""
        size = len(data) // pieces + rest
        for at in range(pieces):
            self.process.stdin.write(data[at * size :] if at + 1 == pieces else data[at * size : (at + 1) * size])
            time.sleep(seconds / pieces)

    def end(self) -> tuple[int, list[dict], str]:
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, lines(out.decode()), errors.decode()


def raw(folder: Path, seconds: float, channels: int = 1) -> bytes:
    """The beginning of the tune's sound, s16le."""
    import soxr

    samples = sampler(find("as-written")(tune()), soundfont=TIM)
    mono = soxr.resample(samples.samples.mean(axis=0), samples.sample_rate, RATE)[: round(seconds * RATE)]
    return (np.repeat(mono[:, None], channels, axis=1) * 32_767).astype("<i2").tobytes()


def test_a_stream_in_real_time_of_eight_channels_and_odd_pieces(folder: Path) -> None:
    process = Process(folder / "tune.musicxml", "--rate", str(RATE), "--channels", "8")
    assert process.first["state"] == "waiting"
    process.feed(raw(folder, 2.3, channels=8) + b"\x00", 2.3, 60, rest=3)
    code, told, errors = process.end()
    assert code == 0, errors
    assert "ends within a sample" in errors
    assert told[-1]["time"] == pytest.approx(2.3, abs=0.1)
    assert told[-1]["quarter"] == pytest.approx(4.6, abs=0.6)
    assert (told[-1]["measure"], told[-1]["state"]) == ("2", "following")
    assert len(told) > 15


def test_lines_come_while_it_plays(folder: Path) -> None:
    process = Process(folder / "tune.musicxml", "--rate", str(RATE), "--use", "symbolic-follower")
    process.process.stdin.write(raw(folder, 1.0))
    told = [json.loads(process.process.stdout.readline()) for _ in range(8)]  # the pipe is still open
    assert told[-1]["time"] >= 0.7
    code, _, errors = process.end()
    assert code == 0, errors


def test_a_stream_that_stalls_is_noticed_and_given_up(folder: Path) -> None:
    process = Process(folder / "tune.musicxml", "--rate", str(RATE), "--give-up", "0.4", "--map", str(folder / "m.csv"))
    process.process.stdin.write(raw(folder, 1.0))
    process.process.wait(timeout=60)
    code, told, errors = process.end()
    assert code == 2
    assert "nothing has come for 0.4 s" in errors
    assert "Traceback" not in errors
    assert told[-1]["time"] == pytest.approx(1.0, abs=0.1)
    assert (folder / "m.csv").exists()


def test_an_interrupt_ends_it_with_its_last_line(folder: Path) -> None:
    process = Process(folder / "tune.musicxml", "--rate", str(RATE), "--map", str(folder / "cut.json"))
    process.feed(raw(folder, 1.0), 0.5, 10)
    process.process.send_signal(signal.SIGINT)
    process.process.wait(timeout=60)
    code, told, errors = process.end()
    assert code == 130, errors
    assert "Traceback" not in errors
    assert told[-1]["time"] > 0.5
    assert json.loads((folder / "cut.json").read_text())["rows"]


def test_a_reader_that_leaves_ends_it_quietly(folder: Path) -> None:
    process = Process(folder / "tune.musicxml", "--rate", str(RATE))
    process.process.stdout.close()
    try:
        process.feed(raw(folder, 2.0), 0.5, 10)
        process.process.stdin.close()
    except BrokenPipeError:
        pass
    process.process.wait(timeout=60)
    assert os.read(process.process.stderr.fileno(), 1000) == b""
