"""A file that is sent in parts where parts are asked for (RFC 9110, section 14).

Starlette's own answers malformed ranges with 400; here they are passed over, as the standard has it, and what is beyond
the end is told in the words of every other refusal.
"""

from __future__ import annotations

import re

from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from descant.studio.refusals import refusal

RANGES = re.compile(r"bytes=\s*(?:\d{1,18}-\d{0,18}|-\d{1,18})(?:\s*,\s*(?:\d{1,18}-\d{0,18}|-\d{1,18}))*\s*")


class RangedFile(FileResponse):
    """The response."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the parts that are asked for."""
        asked = Headers(scope=scope).get("range")
        if asked is not None and not _well_formed(asked):
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"range"]}
        beyond = False

        async def told(message: Message) -> None:
            nonlocal beyond
            if message["type"] == "http.response.start" and message["status"] == 416:
                beyond = True
                held = Headers(raw=message["headers"]).get("content-range", "")
                words = f"there is nothing at these bytes; the file has {held.rpartition('/')[2]}"
                await refusal(words, 416, {"Content-Range": held})(scope, receive, send)
            elif not beyond:
                await send(message)

        await super().__call__(scope, receive, told)


def _well_formed(asked: str) -> bool:
    """Whether a range header can be understood: in bytes, and none of its parts ends before it begins."""
    if not RANGES.fullmatch(asked):
        return False
    parts = (part.strip().partition("-") for part in asked.partition("=")[2].split(","))
    return all(not first or not last or int(first) <= int(last) for first, _, last in parts)
