"""What stands before the app: hosts and origins are checked, bodies limited, people let in, headers set.

A pure ASGI middleware, so that nothing is buffered. Whatever fails inside becomes an answer in words here, so that it
carries the headers, too. The policy lets a page load only what the studio serves: no inline script or style, no frame.
"""

from __future__ import annotations

import logging

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from descant.studio.bodies import MEGABYTE, Body, too_large
from descant.studio.door import LOGIN, MOST_PASSWORD, Door
from descant.studio.hosts import from_here, host_fits
from descant.studio.refusals import NOTHING_HERE, refusal
from descant.studio.settings import Settings

log = logging.getLogger("descant.studio")

MOST_JSON = 16 * MEGABYTE  # corrections of a long piece's notes are the largest
MOST_DIGITS = 18
UPLOADS = ("/api/pieces", "/api/library/search")  # raw files are sent there

PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"  # of what is opened by itself: nothing runs
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
}


class Guard:
    """The middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._door = Door(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or let the app answer it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # there are no web sockets here
            return await send({"type": "websocket.close", "code": 1008})
        announced = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
        body = Body(receive, self._most(scope["method"], scope["path"]), announced)
        answer = _Answer(scope["path"], body, send)
        try:
            request = Request(scope, body.receive)
            refused = self._refused(request) or await self._door.answer(request)
            await (refused or self._app)(scope, body.receive, answer.send)
        except ClientDisconnect:
            return None
        except Exception as error:
            if body.fault is None:
                log.error("%s %r", scope["method"], scope["path"], exc_info=error)
            if not answer.started:
                words = f"failed inside descant ({type(error).__name__}); the terminal shows where"
                await refusal(words, 500)(scope, receive, answer.send)
        return None

    def _refused(self, request: Request) -> Response | None:
        """The answer to a request that is not even looked at."""
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not host_fits(hosts[0], self._settings.host):
            return refusal("this studio is not at that address; open the one that the terminal shows", 421)
        headers = request.headers
        if not from_here(headers.get("origin"), headers.get("sec-fetch-site"), hosts[0]):
            return refusal("a page of another site asked for this; type the address in, or use the studio's page", 403)
        if "\0" in request.url.path:
            return refusal(NOTHING_HERE, 404)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > MOST_DIGITS:
            return refusal("the header Content-Length is no number of bytes", 400)
        if int(length) > (most := self._most(request.method, request.url.path)):
            return refusal(too_large(most), 413)
        return None

    def _most(self, method: str, path: str) -> int:
        """Bytes that a request may send."""
        if path == LOGIN:
            return MOST_PASSWORD
        if method == "POST" and path in UPLOADS:
            return self._settings.most_bytes
        return MOST_JSON


class _Answer:
    """A request's `send`, which adds headers, and says what was wrong with a body to whoever was not told."""

    def __init__(self, path: str, body: Body, send: Send) -> None:
        self._api = path.startswith("/api/")
        self._body = body
        self._send = send
        self.started = False
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass on a message of the answer."""
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            fault = self._body.fault
            self.started = True
            if fault is not None and message["status"] != fault.status_code:
                self._replaced = True
                answer = refusal(str(fault.detail), fault.status_code, dict(fault.headers or {}))
                message = {"type": message["type"], "status": answer.status_code, "headers": answer.raw_headers}
                await self._send(self._dressed(message))
                await self._send({"type": "http.response.body", "body": answer.body})
                return
            message = self._dressed(message)
        await self._send(message)

    def _dressed(self, message: Message) -> Message:
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self._body.awaited:  # answered before it was heard out: what still comes is nobody's
            headers["Connection"] = "close"
        headers.setdefault("Content-Security-Policy", API_POLICY if self._api else PAGE_POLICY)
        headers.setdefault("Cache-Control", "no-store" if self._api else "no-cache")
        return message
