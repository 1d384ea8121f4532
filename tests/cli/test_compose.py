"""`descant compose` as a user runs it: refusals in one line, and nothing half written."""

import subprocess
import sys

import pytest

import descant
from tests.pieces import short_piece


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "compose", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--bars", "0"), "a piece has 1 bar or more, not 0"),
        (("--style", "polka"), "there is no style 'polka'; there is: chorale, pop, performance"),
        (("--chords", "C | Q"), "'Q' is no chord"),
        (("--seconds", "10"), "--seconds is for performances"),
        (("--style", "performance", "--bars", "4"), "a performance has no bars: ask for --seconds"),
        (("--style", "performance", "-o", "out.pdf"), "a performance has no page"),
        (("-o", "out.lab"), "no music can be written there"),
        (("-o", "out.xyz"), "is not a format that can be written"),
        (("--continue", "nowhere.mid"), "nowhere.mid: no such file"),
        (("--continue", "in.mid", "-o", "in.mid"), "is to be read; write to another file"),
        (("--continue", "empty.mid"), "empty.mid: is empty (0 bytes)"),
        (("--json", "chorale.mid"), "cannot take two results"),
    ],
)
def test_refusals(arguments, words, tmp_path):
    descant.save(short_piece(), tmp_path / "in.mid")
    (tmp_path / "empty.mid").write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("descant: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
