"""`descant practice` as a user runs it."""

import json
import subprocess
import sys

import numpy as np
import pytest

import descant
from descant.synthesis.as_written import as_written
from descant.types import Notes
from tests.alignment.test_practice import score
from tests.scores import full_score


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "practice", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture
def folder(tmp_path):
    notes = as_written(score())
    descant.save(score(), tmp_path / "score.musicxml")
    descant.save(notes.only(np.arange(len(notes)) != 20), tmp_path / "take.mid")
    return tmp_path


def test_a_report_a_page_and_json(folder):
    done = run("score.musicxml", "take.mid", "--page", "page.svg", "--json", "-", cwd=folder)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["counts"] == {"missed": 1}
    first, tempo, practise = done.stderr.splitlines()
    assert first == "take.mid: 98 of 100: 1 missed note -> page.svg"
    assert tempo.startswith("tempo: 120 quarters a minute")
    assert practise == f"practise 1. bar {document['first'][0]} (83): 1 missed note"
    assert "missed" in (folder / "page.svg").read_text()


def test_repeats_are_said(tmp_path):
    descant.save(full_score(), tmp_path / "score.musicxml")
    descant.save(as_written(full_score()), tmp_path / "take.mid")
    done = run("score.musicxml", "take.mid", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith("descant: repeats and jumps are played out: measures ")
    assert "everything as written" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("score.musicxml", "none.mid"), "none.mid"),
        (("score.musicxml", "score.musicxml"), "score.musicxml: is no take"),
        (("take.mid", "empty.mid"), "empty.mid: the take has no notes"),
        (("score.musicxml", "cut.mid"), "cut.mid: is damaged"),
        (("score.musicxml", "take.mid", "--page", "page.doc"), "page.doc: no page can be written there"),
        (("score.musicxml", "take.mid", "--json", "take.mid"), "take.mid: is to be read"),
        (("score.musicxml", "take.mid", "--singer"), "not MIDI"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(arguments, words, folder):
    descant.save(Notes([], [], [], []), folder / "empty.mid")
    (folder / "cut.mid").write_bytes((folder / "take.mid").read_bytes()[:200])
    before = sorted(folder.iterdir())
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert sorted(folder.iterdir()) == before
