"""`descant accompany` as a user runs it: refusals in one line, and nothing half written."""

import subprocess
import sys

import pytest

import descant
from tests.pipelines.test_arrange import many, melody, strokes


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "accompany", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.mid",), "nowhere.mid: no such file"),
        (("empty.mid",), "empty.mid: is empty (0 bytes)"),
        (("drums.mid",), "drums.mid: holds nothing but drums"),
        (("many.mid",), "many.mid: has 128 parts with notes"),
        (("in.mid", "-o", "in.mid"), "is to be read; write to another file"),
        (("in.mid", "-o", "out.lab"), "no music can be written there"),
        (("in.mid", "--chords", "C"), "the chords fill 1 bars, and there are 4"),
        (("in.mid", "--key", "F#"), "heard in C major, not in F# major"),
    ],
)
def test_refusals(arguments, words, tmp_path):
    descant.save(melody(), tmp_path / "in.mid")
    descant.save(strokes(), tmp_path / "drums.mid")
    descant.save(many(128), tmp_path / "many.mid")
    (tmp_path / "empty.mid").write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("descant: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
