"""`descant transcribe` as a user runs it: a page written, one line said, refusals in one line."""

import subprocess
import sys

import numpy as np
import pytest

import descant
from descant.synthesis.as_written import as_written
from descant.types import Notes
from tests.pieces import short_piece
from tests.pipelines.test_transcribe import march
from tests.scores import tune


def run(*arguments, cwd):
    command = [sys.executable, "-m", "descant", "transcribe", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.fixture
def song(tmp_path):
    return descant.save(short_piece(), tmp_path / "song.mid")


def test_a_midi_file_becomes_a_page(song, tmp_path):
    done = run("song.mid", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "song.mid: Flute, Piano, Bass, Drums; 4/4, no signs, 120 quarters a minute, 4 bars -> song.musicxml\n"
    )
    page = descant.open(tmp_path / "song.musicxml")
    assert [len(part.measures) for part in page.parts] == [4] * 4


def test_parts_bars_and_key_of_the_page(song, tmp_path):
    arguments = ("--parts", "melody", "--instrument", "violin", "--bars", "2-3", "--transpose", "3", "-o", "out.mxl")
    done = run("song.mid", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "song.mid: Violin; 4/4, 3 flats, 120 quarters a minute, 2 bars -> out.mxl\n"
    assert [one.number for one in descant.open(tmp_path / "out.mxl").measures] == ["2", "3"]


def test_a_performance_gets_bars_and_a_score_keeps_its_own(tmp_path):
    descant.save(march(beats=3).notes, tmp_path / "march.mid")
    done = run("march.mid", "-o", "march.svg", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "; 3/4, " in done.stdout
    assert (tmp_path / "march.svg").read_text().startswith("<")
    descant.save(tune(), tmp_path / "tune.musicxml")
    done = run("tune.musicxml", "-o", "tune.abc", "--bars", "2", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(descant.open(tmp_path / "tune.abc").measures) == 1


def test_where_no_beat_is_found_that_is_said(tmp_path):
    descant.save(Notes([0.1, 0.9], [0.5, 1.4], [60, 64], [80, 80]), tmp_path / "two.mid")
    done = run("two.mid", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "descant: no beat was found; the bars are in 4/4 at 120 and mean nothing\n"
    descant.save(Notes([], [], [], []), tmp_path / "none.mid")
    done = run("none.mid", cwd=tmp_path)
    assert done.returncode == 0
    assert "1 bar -> none.musicxml" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.mid"], "none.mid: no such file"),
        (["song.mid", "-o", "out.docx"], "out.docx: .docx is not a format that can be written"),
        (["song.mid", "-o", "song.mid"], "song.mid: is the file to transcribe; write to another"),
        (["song.mid", "--bars", "2-99"], "there are no bars 2-99; the page has 1 to 4"),
        (["song.mid", "--bars", "two"], "--bars takes two numbers, such as 1-16, not 'two'"),
        (["song.mid", "--bars", "4-"], "--bars takes two numbers"),
        (["song.mid", "--parts", "oboe"], "there is no part 'oboe'; choose from 1 Flute"),
        (["song.mid", "--instrument", "kazoo"], "no instrument is named 'kazoo'"),
        (["song.mid", "--parts", "drums", "--lead-sheet"], "has no part with pitches"),
        (["broken.mid"], "broken.mid"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(arguments, words, song, tmp_path):
    (tmp_path / "broken.mid").write_bytes(b"MThd nothing of the kind")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    if "--bars" not in arguments:
        assert done.stderr.count("\n") == 1


def test_too_many_notes_are_told_at_once(tmp_path):
    onset = np.arange(100_001) * 0.1
    descant.save(Notes(onset, onset + 0.1, np.full(len(onset), 60), np.full(len(onset), 60)), tmp_path / "long.mid")
    done = run("long.mid", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "100001 notes are too many for a page; cut the piece" in done.stderr


def test_a_page_that_cannot_be_written_leaves_no_half_of_it(song, tmp_path):
    descant.save(as_written(tune()), tmp_path / "tune.mid")
    (tmp_path / "folder.musicxml").mkdir()
    done = run("tune.mid", "-o", "folder.musicxml", cwd=tmp_path)
    assert done.returncode == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder.musicxml", "song.mid", "tune.mid"]
