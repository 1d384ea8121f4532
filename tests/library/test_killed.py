"""Killed at any moment, an indexing run loses at most the file that was being written."""

import os
import random
import signal
import struct
import sys
import time
import types
from pathlib import Path

from descant.library import indexing
from descant.library.indexing import Indexing
from descant.library.item import FULL
from descant.library.store import open_library
from descant.library.walker import roots
from tests.library.stand_in import WORK, at_once

KILLS = 50
POOLED = 8  # of them with workers in processes of their own, which take long to start
EARLY = 4  # every fourth one comes before the first file, while a library is opened and folders are walked
FILES = 300
COUNT = struct.Struct("<I")


def index(path, folder, told, pooled):
    """Index in this process, telling how many files are in the library by now; for a fork."""
    sys.modules["__main__"] = types.ModuleType("__main__")  # else workers would import the whole of pytest
    if not pooled:
        indexing.run_jobs = at_once
    with open_library(path, write=True) as library:
        before = len(library)
        run = Indexing(library, roots([folder]), FULL)
        run.run(1, lambda _: os.write(told, COUNT.pack(before + run.report.learnt)), WORK)


def killed(path, folder, chance, early, pooled):
    """Index in a process that is killed. Gives whether it was, and how many files it had said to be in the library."""
    hear, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            index(path, folder, told, pooled)
        finally:
            os._exit(0)
    os.close(told)
    said = b"" if early else os.read(hear, COUNT.size)
    time.sleep(chance.uniform(0.0, 0.03))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(hear, 4096):
        said += more
    os.close(hear)
    return os.WIFSIGNALED(status), max((count for (count,) in COUNT.iter_unpack(said)), default=0)


def contents(library):
    """All that a library holds, whatever the numbers of its items."""
    rows = library.connection.execute
    names = dict(rows("SELECT id, content FROM item"))
    files = rows("SELECT path, size, mtime_ns, item FROM file")
    found = {
        "item": sorted(row[1:] for row in rows("SELECT * FROM item")),
        "file": sorted((path, size, time_ns, names[item]) for path, size, time_ns, item in files),
        "words": sorted((names[item], *more) for item, *more in rows("SELECT rowid, * FROM words")),
    }
    for table in ("instrument", "fingerprint", "melody", "analysis"):
        found[table] = sorted((names[item], *more) for item, *more in rows(f"SELECT * FROM {table}"))
    return found


def test_fifty_kills_cost_nothing_but_the_file_in_hand(tmp_path):
    folder = tmp_path / "music"
    for number in range(FILES):
        path = folder / str(number % 7) / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"song {number}")
    chance = random.Random(8)
    path, kept, kills = tmp_path / "killed.db", 0, 0
    while kills < KILLS:
        if kept == FILES:  # there is nothing left to interrupt
            Path(path).unlink()
            kept = 0
        was_killed, said = killed(path, folder, chance, early=kills % EARLY == 0, pooled=kills < POOLED)
        kills += was_killed
        with open_library(path, write=True) as library:
            assert library.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert library.connection.execute("PRAGMA foreign_key_check").fetchall() == []
            now = len(library)
        assert max(said, kept) <= now <= max(said, kept) + 1
        kept = now
    with open_library(path, write=True) as library, open_library(tmp_path / "whole.db", write=True) as whole:
        for one in (library, whole):
            Indexing(one, roots([folder]), FULL).run(1, work=WORK)
        assert len(whole) == FILES
        assert contents(library) == contents(whole)
