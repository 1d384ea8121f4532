"""Work in a process of its own: what takes gigabytes, or holds Python's lock so long that every request would wait."""

from __future__ import annotations

from typing import Any

from descant.errors import InvalidValueError
from descant.pipelines.pool import Failed, run_jobs


def apart(work: str, argument: Any) -> None:
    """Call `work(argument, progress)`, "module:function", in a fresh process; InvalidValueError says why it failed."""
    for event in run_jobs(work, [argument], 1):
        if isinstance(event, Failed):
            raise InvalidValueError(event.message)
