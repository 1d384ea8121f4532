"""`descant harmony` as a user runs it: numerals listed, on the page, as text and JSON; refusals in one line."""

import json
import subprocess
import sys

import pytest

import descant
from descant.types import Score
from descant.types.score import ScorePart
from tests.scores import FOUR, chorale, frame, note


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "harmony", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture
def page(tmp_path):
    return descant.save(chorale(), tmp_path / "chorale.musicxml")


def test_numerals_are_listed_with_how_sure_they_are(page, tmp_path):
    done = run("chorale.musicxml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text, cadences, summary = done.stdout.rstrip("\n").rsplit("\n", 2)
    assert cadences == "cadences: m2 b4 PAC in C major"
    assert text.startswith(
        "Title: A chorale\nAnalyst: descant\n\nTime Signature: 4/4\n\nm0 b4 C: I\nm1 b2 IV b3 V b4 I\n"
    )
    assert summary.startswith("chorale.musicxml: begins in C major; ")
    assert summary.endswith(" in 100 likely right")


def test_everything_at_once(page, tmp_path):
    outs = ("--annotate", "out.musicxml", "--romantext", "out.rntxt", "--json", "-", "--explain")
    done = run("chorale.musicxml", *outs, cwd=tmp_path)
    assert done.returncode == 0
    found = json.loads(done.stdout)  # nothing else
    trees, _, _ = done.stderr.rpartition("chorale.musicxml: ")
    assert (found["schema"], found["transform"], found["heard"]) == (1, "chord-gnn", False)
    first = found["numerals"][0]
    assert (first["measure"], first["beat"], first["key"], first["figure"]) == ("0", 4.0, "C major", "I")
    assert trees.startswith("\nC major, from quarter 0\npiece\n")
    assert done.stderr.endswith("-> out.musicxml\n")
    annotated = descant.open(tmp_path / "out.musicxml")
    assert [one.figure for one in annotated.numerals] == [one["figure"] for one in found["numerals"]]
    assert "m1 b2 IV b3 V b4 I" in (tmp_path / "out.rntxt").read_text(encoding="utf-8")


def test_another_system(page, tmp_path):
    done = run("chorale.musicxml", "--use", "modular-harmony", cwd=tmp_path)
    assert done.returncode == 0
    assert "C: I" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("none.musicxml",), "none.musicxml"),
        (("chorale.musicxml", "--annotate", "out.wav"), "out.wav: no page can be written there; use one of .musicxml"),
        (("chorale.musicxml", "--romantext", "chorale.musicxml"), "is to be read; write to another file"),
        (("chorale.musicxml", "--json", "chorale.musicxml"), "is to be read; write to another file"),
        (("chorale.musicxml", "--annotate", "a.svg", "--json", "a.svg"), "a.svg: cannot take two results"),
        (("chorale.musicxml", "--romantext", "-", "--json", "-"), "standard output: cannot take two results"),
        (("chorale.musicxml", "--annotate", "chorale.musicxml"), "is to be read; write to another file"),
        (("chorale.musicxml", "--use", "key-net"), "key-net gives Keys, not RomanNumerals"),
        (("rests.musicxml",), "rests.musicxml: the score has no pitched notes, so there is no harmony to read"),
    ],
)
def test_refusals(page, tmp_path, arguments, words):
    silent = Score(frame((4, FOUR, {})), (ScorePart(((note(0, 4),),)),))
    descant.save(silent, tmp_path / "rests.musicxml")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("descant: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
