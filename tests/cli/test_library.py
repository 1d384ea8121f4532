"""`descant index` and `descant library` as a user runs them: what is printed where, exit codes, what is left alone."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from descant.cli.library import library_app
from descant.cli.main import app
from descant.errors import DescantError, MissingDataError
from descant.io.audio import write_audio
from descant.library.store import open_library
from descant.types import Audio
from tests.library.entries import entry, stamp

HOSTILE = "<script>alert(1)</script>'); DROP TABLE item; --"


def in_a_process(*arguments):
    command = [sys.executable, "-m", "descant", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def descant(*arguments):
    """The same in this process, which is sooner begun."""
    done = CliRunner().invoke(app, [*map(str, arguments)])
    if isinstance(done.exception, DescantError):
        return subprocess.CompletedProcess(arguments, 2, done.stdout, f"descant: {done.exception}\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def tone(path, hz=440.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.4 * np.sin(2 * np.pi * hz * np.arange(8_000) / 8_000)
    return write_audio(Audio(wave.astype(np.float32), 8_000), path)


@pytest.fixture
def music(tmp_path):
    for at, name in enumerate(("a.wav", "b.wav", "deep/c.flac")):
        tone(tmp_path / "music" / name, 300.0 + 100 * at)
    return tmp_path / "music"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.db"


@pytest.fixture
def filled(path):
    with open_library(path, write=True) as library:
        library.put(entry("one", title=HOSTILE), stamp("/music/a.wav"))
        library.put(entry("two", title='comma, "quote"', artist=None), stamp(os.fsdecode(b"/music/caf\xe9.wav")))
        library.link(stamp("/copies/b.wav"), "two")
        library.put(entry("three", title="gone"))
        library.fail(stamp("/music/bad.wav"), 0, "/music/bad.wav: is damaged")
    return path


def test_a_folder_is_indexed_and_bad_files_come_last(music, path):
    (music / "bad.mp3").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    done = in_a_process("index", music, "--library", path, "--level", "tags", "--jobs", 1)
    assert done.returncode == 2
    assert done.stdout == "4 files: 3 new or changed, 1 unreadable\n"
    assert done.stderr.count("descant:") == 1
    assert "bad.mp3: is a PNG picture" in done.stderr
    again = descant("index", music, "--library", path, "--level", "tags", "--jobs", 1)
    assert (again.returncode, again.stdout, again.stderr) == (
        0,
        "4 files: 4 unchanged (1 of them unreadable, as before)\n",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["index", "missing folder"], "no such file"),
        (["index", ".", "--level", "everything"], "tags, fingerprint, full"),
        (["index", ".", "--library", "/proc/nowhere/library.db"], "/proc/nowhere"),
        (["library", "stats"], "descant index DIR"),
        (["library", "remove"], "name what is to be forgotten"),
        (["library", "remove", ""], "name what is to be forgotten"),
        (["library", "export", "out.docx"], "docx"),
        (["library", "show", "77"], "77"),
        (["library", "show", "²"], "is not in the library"),
        (["library", "show", "9" * 30], "is not in the library"),
        (["library", "show", "9" * 5000], "is not in the library"),
        (["library", "check"], "no library yet"),
    ],
)
def test_bad_arguments_are_one_clear_line(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    given = arguments if "--library" in arguments else [*arguments, "--library", tmp_path / "none.db"]
    if arguments[1] in ("export", "show"):
        open_library(tmp_path / "none.db", write=True).close()
    done = descant(*given)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_interrupt_says_how_to_go_on(music, path):
    for number in range(300):
        tone(music / f"{number}.wav", 200.0 + number)
    command = [sys.executable, "-m", "descant", "index", music, "--library", path, "--level", "fingerprint"]
    process = subprocess.Popen(
        [*command, "--jobs", "1"],
        stdout=-1,
        stderr=-1,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )
    for _ in range(600):
        time.sleep(0.05)
        with suppress(MissingDataError), open_library(path) as library:
            if len(library):
                break
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "not come to" in out
    assert "the same command goes on from there" in err
    assert "Traceback" not in err


def test_statistics(filled):
    told = descant("library", "stats", "--library", filled).stdout
    assert "items: 2" in told
    assert "copies: 1" in told
    figures = json.loads(descant("library", "stats", "--json", "--library", filled).stdout)
    assert (figures["files"], figures["gone"], figures["unreadable"]) == (3, 1, 1)
    assert figures["kinds"] == {"audio": 2}
    assert figures["levels"] == {"full": 2}


def test_everything_is_exported_whatever_the_tags_hold(filled, tmp_path):
    done = in_a_process("library", "export", "--library", filled)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["title"] for row in rows] == [HOSTILE, 'comma, "quote"']
    assert rows[1]["paths"] == ["/copies/b.wav", os.fsdecode(b"/music/caf\xe9.wav")]
    assert rows[0]["instruments"] == [{"label": "piano", "share": 1.0}, {"label": "flute", "share": 0.25}]
    out = tmp_path / "out.csv"
    assert descant("library", "export", out, "--library", filled).returncode == 0
    table = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["title"] for row in table] == [HOSTILE, 'comma, "quote"']
    assert table[0]["instruments"] == "piano 1; flute 0.25"
    assert (table[0]["tempo"], table[0]["key"]) == ("120.5", "D minor")


def test_the_library_itself_is_not_written_over(filled):
    before = filled.read_bytes()
    done = descant("library", "export", filled, "--format", "csv", "--library", filled)
    assert (done.returncode, filled.read_bytes()) == (2, before)
    assert "write to another file" in done.stderr


def test_names_that_would_steer_a_terminal_are_shown_harmlessly(filled):
    name = "/music/a\x1b[31mb\nc.wav"
    with open_library(filled, write=True) as library:
        library.link(stamp(name), "one")
        library.fail(stamp(f"{name}.mid"), 0, f"{name}.mid: is damaged")
    for option in ("1", "--unreadable"):
        shown = descant("library", "show", option, "--library", filled).stdout
        assert "a�[31mb c.wav" in shown
        assert all(sign.isprintable() or sign == "\n" for sign in shown)


def test_items_are_shown_by_number_and_by_file(filled):
    shown = json.loads(descant("library", "show", "/music/a.wav", "--json", "--library", filled).stdout)
    assert shown["title"] == HOSTILE
    shown = in_a_process("library", "show", "2", "--library", filled).stdout
    assert shown.startswith('2  comma, "quote"  D minor')
    assert "caf�.wav" in shown
    with open_library(filled, write=True) as library:
        library.forget_files([Path(os.fsdecode(b"/music/caf\xe9.wav"))])
        library.link(stamp("/copies/c.wav"), "two")
    assert "/copies/c.wav" in descant("library", "show", "--copies", "--library", filled).stdout
    assert descant("library", "show", "--unreadable", "--library", filled).stdout == "/music/bad.wav: is damaged\n"
    assert "gone" in descant("library", "show", "--gone", "--library", filled).stdout


def test_items_are_forgotten_and_files_stay(music, path):
    descant("index", music, "--library", path, "--level", "tags", "--jobs", 1)
    done = descant("library", "remove", music / "deep", "--library", path)
    assert done.stdout == "1 item forgotten\n"
    assert (music / "deep" / "c.flac").exists()
    with open_library(path) as library:
        assert len(library) == 2
    done = descant("library", "remove", 1, 99, "9" * 30, "²", "--library", path)
    assert (done.returncode, done.stdout) == (2, "1 item forgotten\n")
    assert "99" in done.stderr


def test_forgetting_a_folder_keeps_what_is_elsewhere_too(filled):
    with open_library(filled, write=True) as library:
        assert library.forget_under(Path("/music")) == 1
        assert [item.paths for item in library.items(library.ids())] == [(Path("/copies/b.wav"),)]
        assert library.words("caf") == []
    assert descant("library", "remove", "--gone", "--library", filled).stdout == "1 item forgotten\n"


def test_a_folder_that_is_called_like_a_number_is_meant_before_the_item(music, path, monkeypatch):
    (music / "deep").rename(music / "1")
    descant("index", music, "--library", path, "--level", "tags", "--jobs", 1)
    monkeypatch.chdir(music)
    assert descant("library", "remove", "1", "--library", path).stdout == "1 item forgotten\n"
    with open_library(path) as library:
        left = [item.paths[0].name for item in library.items(library.ids())]
        number = library.find_file(music / "b.wav")
    assert sorted(left) == ["a.wav", "b.wav"]
    shown = descant("library", "show", number, "--library", path).stdout
    assert "b.wav" in shown
    (music / "b.wav").rename(music / str(number))
    assert "is not in the library" in descant("library", "show", number, "--library", path).stderr


def test_copies_that_are_gone_are_not_counted(path):
    with open_library(path, write=True) as library:
        for number in range(1, 6):
            library.put(entry(f"content {number}", title=f"song {number}"), stamp(f"/music/{number}.wav"))
        library.link(stamp("/copies/5.wav"), "content 5")
        with library.transaction():
            library.connection.execute("UPDATE item SET recording = 1 WHERE id IN (1, 2, 3)")
            library.connection.execute("UPDATE item SET recording = 4 WHERE id IN (4, 5)")

    def copies():
        figures = json.loads(descant("library", "stats", "--json", "--library", path).stdout)
        shown = descant("library", "show", "--copies", "--json", "--library", path).stdout.splitlines()
        return figures["re-encodings"], [json.loads(line)["title"][-1] for line in shown]

    assert copies() == (3, ["1", "2", "3", "4", "5"])
    with open_library(path, write=True) as library:
        library.forget_files([Path("/music/1.wav"), Path("/music/4.wav")])
    assert copies() == (1, ["2", "3", "5"])  # the fifth has two files
    with open_library(path, write=True) as library:
        library.forget_files([Path("/music/2.wav"), Path("/copies/5.wav")])
    assert copies() == (0, [])


def test_a_folder_is_no_library_to_check(path):
    done = descant("library", "check", "--library", path.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a folder, not a library" in done.stderr


def test_a_sound_library_is_said_to_be_and_a_damaged_one_is_saved(filled):
    with open_library(filled, write=True) as library:
        for number in range(100):
            library.put(entry(f"more {number}", analysis=bytes(1_000)), stamp(f"/more/{number}.wav"))
    assert "is sound, 102 items" in descant("library", "check", "--library", filled).stdout
    data = filled.read_bytes()
    filled.write_bytes(data[: len(data) - 4096 * 5])
    done = descant("library", "check", "--library", filled)
    assert done.returncode == 2
    assert "can be saved: 103 items" in done.stdout
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert descant("library", "check", "--repair", "--library", filled).returncode == 0
    assert "is sound" in descant("library", "check", "--library", filled).stdout
    assert filled.with_name("library.db.damaged").exists()


def test_every_command_on_its_page_exists():
    page = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"descant library ([a-z-]+)", page))
    known = {command.name or command.callback.__name__.replace("_", "-") for command in library_app.registered_commands}
    assert shown == known
