"""Raw bodies of requests, each in a file of its own for as long as it is needed, and removed then, whatever happens."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from descant.errors import UnwritableFileError
from descant.io.files import reason_of
from descant.studio.bodies import too_large

SNIFFED = 64  # bytes


class Uploads:
    """The folder that bodies are received in. What a killed server left there is removed."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "uploads"
        shutil.rmtree(self._folder, ignore_errors=True)

    @asynccontextmanager
    async def received(self, request: Request, most_bytes: int, name: str = "") -> AsyncIterator[Path]:
        """The body of a request as a file, with an ending that fits what it holds.

        name: what the file is called where it comes from; content that is known overrules its ending. Answers 413 for
        more than `most_bytes`, 422 for nothing.
        """
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > most_bytes:
            raise HTTPException(413, too_large(most_bytes))
        folder = self._folder / secrets.token_hex(8)
        try:
            yield await _written(request, folder, most_bytes, name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


async def _written(request: Request, folder: Path, most_bytes: int, name: str) -> Path:
    path, head = folder / "upload", b""
    try:
        folder.mkdir(parents=True)
        with path.open("wb") as file:
            async for block in request.stream():
                if file.tell() + len(block) > most_bytes:
                    raise HTTPException(413, too_large(most_bytes))
                head += block[: SNIFFED - len(head)]
                file.write(block)
        if not head:
            raise HTTPException(422, "the body is empty; send the file's bytes")
        return path.rename(path.with_suffix(ending(head, name)))
    except ClientDisconnect:
        raise HTTPException(400, "the upload was broken off") from None
    except OSError as error:
        raise UnwritableFileError(f"the upload cannot be kept: {reason_of(error)}") from None


def ending(head: bytes, name: str) -> str:
    """The ending for content that begins so; that of its name where content does not tell."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:4] == b"MThd" or (head[:4] == b"RIFF" and head[8:12] == b"RMID"):
        return ".mid"
    if text.startswith((b"<?xml", b"<score-")):
        return ".musicxml"
    own = Path(name.replace("\0", "")).suffix.lower()
    return own if re.fullmatch(r"\.[a-z0-9]{1,12}", own) else ".bin"
