"""Work in a process of its own: what takes gigabytes, or holds Python's lock so long that every request would wait."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from descant.errors import BusyError, InvalidValueError
from descant.pipelines.pool import Failed, Finished, run_jobs


class Apart:
    """The processes of a studio that somebody waits for. Every method may be called from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: set[Connection] = set()  # what is sent here ends them
        self._closed = False

    def __call__(self, work: str, argument: Any) -> Any:
        """What `work(argument, progress)`, "module:function", gives in a fresh process.

        Raises InvalidValueError with the reason where it fails, BusyError where the studio is closed meanwhile.
        """
        hear, stop = Pipe(duplex=False)
        with hear, stop:
            with self._lock:
                if self._closed:
                    raise _closing()
                self._stops.add(stop)
            try:
                for event in run_jobs(work, [argument], 1, stop=hear):
                    if isinstance(event, Failed):
                        raise InvalidValueError(event.message)
                    if isinstance(event, Finished):
                        return event.result
                raise _closing()
            finally:
                with self._lock:
                    self._stops.discard(stop)

    def close(self) -> None:
        """End what runs, and begin nothing more."""
        with self._lock:
            self._closed = True
            for stop in self._stops:
                stop.send_bytes(b"closed")


def _closing() -> BusyError:
    return BusyError("the studio is being closed; ask again once it is open")
