"""Work for jobs, done in their processes."""

import os
import signal
import time
from pathlib import Path

from descant.errors import InvalidValueError
from descant.pipelines.pool import Finished, run_jobs

NAMES = ("double", "hold", "refuse", "break_down", "die", "no_json", "parent")
KINDS = {name: f"tests.studio.work:{name}" for name in NAMES}


def double(argument, progress):
    """Move a thousand times, then give twice the number."""
    for step in range(1000):
        progress(step / 1000)
    return {"twice": 2 * argument["number"]}


def hold(argument, progress):
    """Write one's process id down, then wait until a file is there."""
    folder = Path(argument["folder"])
    with (folder / "pids").open("a") as file:
        file.write(f"{os.getpid()}\n")
    progress(0.5)
    while not (folder / "go").exists():
        time.sleep(0.02)
    return {"held": True}


def refuse(argument, progress):
    """Fail as descant fails."""
    raise InvalidValueError("song.mp3: is <b>not</b> music")


def break_down(argument, progress):
    """Fail as nobody expected."""
    raise KeyError("oh")


def die(argument, progress):
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def no_json(argument, progress):
    """Give what JSON does not hold."""
    return {"notes": {60, 64}}


def parent(argument, progress):
    """Let a process of one's own hold."""
    (end,) = [one for one in run_jobs("tests.studio.work:hold", [argument], 1) if isinstance(one, Finished)]
    return end.result
