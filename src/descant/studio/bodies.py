"""How much a request may send, and how slowly: counted as it comes, so that no header has to be believed."""

from __future__ import annotations

import asyncio
import time

from fastapi import HTTPException
from starlette.types import Message, Receive

MEGABYTE = 1 << 20
PATIENCE = 30.0  # seconds that a body may be waited for ...
SLOWEST = 1024.0  # ... and one more for so many bytes that have come


class Body:
    """A request's `receive` that ends in an HTTPException where the body is too large (413) or too slow (408).

    FastAPI and routes that read the stream let that exception through; `fault` keeps it for whoever does not.
    """

    def __init__(self, receive: Receive, most: int, announced: bool) -> None:
        self._receive = receive
        self._announced = announced
        self._most = most
        self._came = 0
        self._waited = 0.0  # seconds, for what has come
        self._whole = False
        self.fault: HTTPException | None = None

    @property
    def awaited(self) -> bool:
        """Whether more of it may come."""
        return self._announced and not self._whole

    async def receive(self) -> Message:
        """The next message."""
        if self._whole or not self._announced:  # only a disconnection can follow, whenever that is
            return await self._receive()
        began = time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), PATIENCE + self._came / SLOWEST - self._waited)
        except TimeoutError:
            raise self._wrong(408, "the body of this request came too slowly") from None
        self._waited += time.monotonic() - began
        self._came += len(message.get("body", b""))
        if self._came > self._most:
            raise self._wrong(413, too_large(self._most))
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    def _wrong(self, status: int, words: str) -> HTTPException:
        self.fault = HTTPException(status, words)
        return self.fault


def too_large(most: int) -> str:
    """What is said of a body beyond the limit."""
    size = f"{most / MEGABYTE:,.0f} MB" if most >= MEGABYTE else f"{most:,} bytes"
    return f"this is more than the {size} that may be sent here"
