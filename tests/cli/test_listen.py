"""`descant listen` as a user runs it: a fresh process, real files, exit codes, what is on which stream."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from descant.io.audio import write_audio
from descant.types import Audio
from tests.pieces import rendered, short_piece


def descant(*arguments, cwd=None, **more):
    command = [sys.executable, "-m", "descant", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, **more)


def song(path, seconds=2.0):
    wave = 0.4 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * 16_000)) / 16_000)
    return write_audio(Audio(wave.astype(np.float32), 16_000), path)


@pytest.fixture(scope="module")
def piece(tmp_path_factory):
    audio = rendered(short_piece(), noise_db=-50.0, detune_cents=0.0, seed=0)
    return write_audio(audio, tmp_path_factory.mktemp("cli") / "a piece.flac")


def test_one_command_writes_the_map(piece, tmp_path):
    done = descant("listen", piece, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "descant-out"
    names = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    assert names == ["a piece.html", "a piece.json", "a piece.mid"]
    heard = json.loads((out / "a piece.json").read_text())
    assert heard["schema"] == 1
    assert {"tempo", "meter", "beats", "keys", "chords", "sections", "notes", "pitch", "loudness"} <= set(heard)
    times = [beat["time"] for beat in heard["beats"]]
    for chord in heard["chords"]:  # chords change on beats, or at the ends of the recording
        ends = [*times, 0.0, heard["duration"]]
        assert min(abs(chord["start"] - one) for one in ends) < 1e-3
    assert all(
        "confidence" in entry
        for name in ("beats", "keys", "chords", "sections", "notes", "pitch")
        for entry in heard[name]
    )
    assert "bpm" in done.stdout
    assert "a piece.html" in done.stdout


def test_the_same_bytes_twice(piece, tmp_path):
    for name in ("one", "two"):
        assert descant("listen", piece, "--out", tmp_path / name).returncode == 0
    for path in (tmp_path / "one").glob("a*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_json_lines_on_standard_output_alone(tmp_path):
    files = [song(tmp_path / "one.wav"), song(tmp_path / "two.wav")]
    done = descant("listen", *files, "--only", "loudness,tuning", "--json", "-", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {Path(line["file"]).name for line in lines} == {"one.wav", "two.wav"}
    assert all("loudness" in line and "beats" not in line for line in lines)
    assert not (tmp_path / "descant-out").exists()


def test_bad_files_are_listed_at_the_end_and_the_exit_code_is_2(tmp_path):
    good = song(tmp_path / "good.wav")
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "picture.mp3").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (tmp_path / "nothing").mkdir()
    files = [tmp_path / "nothing", tmp_path / "empty.mp3", good, tmp_path / "picture.mp3", tmp_path / "missing.wav"]
    done = descant("listen", *files, "--only", "loudness", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "descant-out" / "good.json").exists()
    complaints = [line for line in done.stderr.splitlines() if line.startswith("descant:")]
    assert len(complaints) == 4
    assert any("no sound files" in line for line in complaints)
    assert any("empty.mp3: is empty" in line for line in complaints)
    assert any("picture.mp3: is a PNG picture" in line for line in complaints)
    assert any("missing.wav: no such file" in line for line in complaints)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "chrods"], "chrods"),
        (["--use", "chords=nonsense"], "no transform is named 'nonsense'"),
        (["--use", "chords"], "FIELD=NAME"),
        (["--format", "docx"], "docx"),
        (["--format", "jams", "--json", "-"], "--out"),
        (["--json", "."], "a folder stands where the file should be"),
        (["--out", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_bad_arguments_are_one_clear_line(tmp_path, arguments, words):
    done = descant("listen", song(tmp_path / "song.wav"), *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers_of(process):
    """The pool's own processes, not the resource tracker that Python starts beside them."""
    found = []
    for pid in children(process.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in command:
            found.append(pid)
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers in /proc")
def test_a_worker_killed_in_mid_run_costs_nothing(tmp_path):
    files = [song(tmp_path / f"{n}.wav", seconds=20.0) for n in range(4)]
    command = [sys.executable, "-m", "descant", "listen", *map(str, files), "--only", "loudness,pitch", "--jobs", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (workers := workers_of(process)) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.8)  # it is decoding or analysing by now
    os.kill(workers[0], signal.SIGKILL)
    output, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    out = tmp_path / "descant-out"
    for path in files:
        assert json.loads((out / f"{path.stem}.json").read_text())["duration"] == 20.0
        assert output.count(f"{path.stem}.json") == 1, "done once, said once"
    assert not list(out.glob(".*.part"))
    journal = [json.loads(line) for line in (out / ".descant-journal.jsonl").read_text().splitlines() if line]
    assert sorted(Path(entry["done"]).name for entry in journal if "done" in entry) == [f"{n}.wav" for n in range(4)]


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_an_interrupt_leaves_finished_results_whole_and_the_next_run_goes_on(tmp_path):
    # The first is done soon; the others keep a busy machine from finishing all before the interrupt is sent.
    files = [song(tmp_path / f"{n}.wav", seconds=4.0 if n == 0 else 60.0) for n in range(6)]
    command = [sys.executable, "-m", "descant", "listen", *map(str, files), "--only", "loudness,pitch", "--jobs", "1"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )
    out = tmp_path / "descant-out"
    deadline = time.monotonic() + 180
    journal = out / ".descant-journal.jsonl"
    while not (journal.exists() and '"done"' in journal.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "of 6 finished; the same command goes on from there" in errors
    assert "Traceback" not in errors
    finished = list(out.glob("*.html"))
    assert 1 <= len(finished) < 6
    assert not list(out.glob(".*.part"))
    for path in out.glob("*.json"):
        json.loads(path.read_text())
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert again.returncode == 0, again.stderr
    assert "had been finished before the interruption" in again.stderr
    assert len(list(out.glob("*.html"))) == 6


def test_an_interrupt_inside_code_run_from_a_string_ends_with_130_as_well(tmp_path):
    """Imports run strings (dataclasses); `python -m` remembers an interrupt in one, and would die by the signal."""
    program = tmp_path / "struck.py"
    program.write_text("""
import sys
import descant.pipelines.batch as batch
from descant.cli.main import run

def struck(*arguments):
    yield from exec("raise KeyboardInterrupt")

batch.listen_to_all = struck
sys.argv = ["descant", "listen", sys.argv[1]]
run()
""")
    command = [sys.executable, "-m", "struck", str(song(tmp_path / "a.wav"))]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 130, result.stderr
    assert "interrupted: 0 of 1 finished" in result.stderr
