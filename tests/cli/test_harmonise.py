"""`descant harmonise` as a user runs it: a hymn in four parts; refusals in one line, and nothing half written."""

import json
import subprocess
import sys

import pytest

import descant

TUNE = "X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\nD|G A B c|A2 G|]\n"


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "harmonise", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tune.abc").write_text(TUNE)
    return tmp_path


def test_a_tune_in_four_parts(folder):
    done = run("tune.abc", "--best-of", "1", "--json", "told.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "-> tune_harmonised.musicxml"
    score = descant.open(folder / "tune_harmonised.musicxml")
    assert [part.name for part in score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert score.parts[0].measures == descant.open(folder / "tune.abc").parts[0].measures
    last = {one.pitch.midi % 12 for one in score.sounding() if one.onset + one.duration == score.length}
    assert last == {7, 11, 2}
    told = json.loads((folder / "told.json").read_text())
    assert dict(score.made_by.parameters) == told["request"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.abc",), "nowhere.abc: no such file"),
        (("empty.mid",), "empty.mid: is empty (0 bytes)"),
        (("tune.abc", "-o", "out.lab"), "can be written there"),
        (("tune.abc", "-o", "tune.abc"), "is to be read; write to another file"),
        (("tune.abc", "--key", "Q"), "'Q' is no key"),
        (("tune.abc", "--chords", "G | D | C"), "the chords fill 3 bars, and there are 2"),
        (("tune.abc", "--best-of", "0"), "of 1 to 64 pieces, not of 0"),
        (("odd.abc",), "odd.abc: is in 11/16"),
        (("wide.abc",), "a soprano sings 60 to 81"),
    ],
)
def test_refusals(arguments, words, folder):
    (folder / "empty.mid").write_bytes(b"")
    (folder / "odd.abc").write_text("X:1\nM:11/16\nL:1/16\nK:G\nGABcdedcBAG|]\n")
    (folder / "wide.abc").write_text("X:1\nM:4/4\nL:1/4\nK:C\nC, C c c'|]\n")
    before = sorted(folder.iterdir())
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("descant: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(folder.iterdir()) == before
