"""`descant inpaint` as a user runs it: a bar anew; refusals in one line, and nothing half written."""

import subprocess
import sys

import numpy as np
import pytest

import descant
from descant.types import Notes, Part
from tests.pieces import short_piece


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "inpaint", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture
def folder(tmp_path):
    onset = np.repeat(np.arange(8.0), 4)
    pitch = np.tile([72, 67, 64, 48], 8)
    parts = tuple(Part(name) for name in ("soprano", "alto", "tenor", "bass"))
    descant.save(Notes(onset, onset + 1, pitch, pitch, np.tile(np.arange(4), 8), parts), tmp_path / "in.mid")
    return tmp_path


def test_a_bar_anew(folder):
    done = run("in.mid", "--bars", "2", "--best-of", "1", cwd=folder)
    assert done.returncode == 0
    assert done.stderr == "descant: in.mid: it says no metre; 4/4 is taken\n"
    assert done.stdout.splitlines()[-1] == "-> in_inpainted.mid"
    given, found = (descant.open(folder / name) for name in ("in.mid", "in_inpainted.mid"))
    for name in ("onset", "offset", "pitch", "velocity", "part"):
        inside = [(one.onset >= 2) & (one.onset < 4) for one in (given, found)]  # of a second, 120 quarters a minute
        assert np.array_equal(*(getattr(one, name)[~at] for one, at in zip((given, found), inside, strict=True)))
    assert dict(found.made_by.parameters)["bars"] == "2"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("in.mid", "--bars", "0"), "there is no bar 0"),
        (("in.mid", "--bars", "9-12"), "has 4 bars, so there is no bar 9"),
        (("in.mid", "--bars", "3-2"), "bars 3-2 run backwards"),
        (("in.mid", "--bars", "1", "--tracks", "kazoo"), "has no voice 'kazoo'"),
        (("in.mid", "--bars", "1", "-o", "in.mid"), "is to be read; write to another file"),
        (("nowhere.mid", "--bars", "1"), "nowhere.mid: no such file"),
        (("empty.mid", "--bars", "1"), "empty.mid: is empty (0 bytes)"),
        (("song.mid", "--bars", "1"), "song.mid:"),
    ],
)
def test_refusals(arguments, words, folder):
    (folder / "empty.mid").write_bytes(b"")
    descant.save(short_piece(), folder / "song.mid")
    before = sorted(folder.iterdir())
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("descant: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(folder.iterdir()) == before
