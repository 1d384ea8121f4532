"""What happens is told to every page that listens, from any thread.

A listener keeps only the newest state of each thing (a job, a piece) until it is sent. So a slow one costs no memory,
and a job that moves a thousand times a second is told of five times.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool

PAUSE = 0.2  # seconds between two sendings to one listener
HEARTBEAT = 15.0  # seconds of silence after which a comment says that the line is alive


class _Listener:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.wake = asyncio.Event()
        self.news: dict[tuple[str, str], Any] = {}  # by event and key, in the order of their last change

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call it in the listener's loop, from whatever thread."""
        with suppress(RuntimeError):  # the loop has ended, and with it who listens
            self.loop.call_soon_threadsafe(function, *arguments)

    def hear(self, event: str, key: str, data: Any) -> None:
        self.news.pop((event, key), None)
        self.news[event, key] = data
        self.wake.set()


class Events:
    """The listeners. `publish` may be called from every thread; `stream` runs in the server's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[_Listener] = set()
        self.closed = False

    def __len__(self) -> int:
        return len(self._listeners)

    def publish(self, event: str, key: str, data: Any) -> None:
        """Tell everyone. Of several tellings with one event and key, only the last needs to arrive."""
        with self._lock:
            for listener in self._listeners:
                listener.call(listener.hear, event, key, data)

    def close(self) -> None:
        """End every stream, so that a server which stops need not wait for its pages to close."""
        self.closed = True
        with self._lock:
            for listener in self._listeners:
                listener.call(listener.wake.set)

    async def stream(self, first: Callable[[], Any]) -> AsyncIterator[str]:
        """Server-sent events: one named `jobs` that holds `first()`, which may wait, then what is published."""
        listener = _Listener()
        with self._lock:
            self._listeners.add(listener)
        try:
            yield written("jobs", await run_in_threadpool(first))
            while not self.closed:
                try:
                    await asyncio.wait_for(listener.wake.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.wake.clear()
                news, listener.news = listener.news, {}
                yield "".join(written(event, data) for (event, _), data in news.items())
                await asyncio.sleep(PAUSE)
        finally:
            with self._lock:
                self._listeners.discard(listener)


def written(event: str, data: Any) -> str:
    """One event as the wire has it; JSON holds no line ends of its own."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
