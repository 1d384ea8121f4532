"""Work for the pool's tests: importable by its workers."""

import os
import signal
import time
from pathlib import Path

from descant.errors import UnreadableFileError


def square(number, progress):
    progress(0.5)
    return number * number


def die_once(path, progress):
    """Killed in the middle the first time; done the second time. Every start and end leaves a line."""
    log = Path(path)
    with log.open("a") as file:
        file.write("start\n")
    progress(0.3)
    if log.read_text().count("start") == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    with log.open("a") as file:
        file.write("end\n")
    return log.name


def die_always(number, progress):
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number, progress):
    if number == 0:
        raise UnreadableFileError("song.mp3: is empty (0 bytes)")
    if number == 1:
        raise KeyError("oops")
    return number


def wait_with_a_file(path, progress):
    """Sleeps with a temporary file open, which must be gone when it is stopped."""
    part = Path(path)
    part.write_text("half")
    try:
        progress(0.5)
        time.sleep(60)
    finally:
        part.unlink()


def hang(seconds, progress):
    time.sleep(seconds)
