"""Work that a library of others does, in a process of its own: to be given up when it takes too long or too much.

A module that does such work is run by `answered`, and calls `serve` when it is run.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MOST_BYTES = 8 * 2**30  # of addresses that such a process may have, where the system can say so


class TooLongError(Exception):
    """The time was over before the work was done."""


class BrokenOffError(Exception):
    """The process ended without an answer."""


def answered(module: str, question: Any, seconds: float) -> Any:
    """What a module makes of a question. Raises TooLongError after so many seconds, or BrokenOffError."""
    # The working folder may hold anything: it is not looked in for modules.
    command = [sys.executable, "-P", "-m", module]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    try:
        done = subprocess.run(
            command, input=pickle.dumps(question), capture_output=True, timeout=seconds, env=environment
        )
    except subprocess.TimeoutExpired:
        raise TooLongError from None
    if done.returncode:
        raise BrokenOffError(f"it broke off, code {done.returncode}")
    return pickle.loads(done.stdout)


def serve(answer: Callable[[Any], Any]) -> None:
    """Answer the question that this process was started for."""
    result, sys.stdout = sys.stdout.buffer, sys.stderr  # libraries print now and then
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        least = MOST_BYTES if most == resource.RLIM_INFINITY else min(MOST_BYTES, most)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))
    warnings.simplefilter("ignore")
    result.write(pickle.dumps(answer(pickle.load(sys.stdin.buffer))))
