"""The command line as a whole: help, version, and errors without tracebacks."""

import subprocess
import sys
from pathlib import Path

import pytest


def descant(*arguments):
    return subprocess.run([sys.executable, "-m", "descant", *arguments], capture_output=True, text=True, timeout=60)


def test_help_lists_every_command():
    done = descant("--help")
    assert done.returncode == 0
    for command in ("listen", "demo", "convert", "render", "models", "evaluate", "benchmark"):
        assert command in done.stdout


def test_version_is_the_package_version():
    from descant import __version__

    assert descant("--version").stdout.strip() == f"descant {__version__}"


def test_an_error_is_one_line_and_debug_shows_where():
    done = descant("listen", "no such file.mp3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "descant: no such file.mp3: no such file"
    done = descant("render", "no such file.mid", "out.wav")
    assert done.returncode == 2
    assert done.stderr.strip() == "descant: no such file.mid: no such file"
    done = descant("--debug", "render", "no such file.mid", "out.wav")
    assert "Traceback" in done.stderr


def test_what_the_system_refuses_is_told_in_words():
    done = descant("find", "--hum", f"{'a' * 300}.wav")
    assert (done.returncode, done.stderr.rpartition(": ")[2]) == (2, "the name is too long\n")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs a disk that is always full")
def test_a_full_disk_under_the_output_is_told_in_words():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "descant", "models"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, "descant: the standard output: the disk is full\n")


def test_models_lists_the_registry():
    import json

    from descant.registry import transforms

    done = descant("models", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["name"] for row in rows} == {one.name for one in transforms()}
    assert all({"from", "to", "licence", "size", "figures"} <= set(row) for row in rows)
    assert "bar-pointer-hmm" in descant("models").stdout
