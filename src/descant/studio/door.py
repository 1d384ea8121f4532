"""Who is let in: whoever has the token (in the opening address, or as a bearer), a ticket that holds once, the cookie
got for either, or a password.

The cookie is made from token and password by HMAC, so that it tells neither, holds after a restart, and ends when
either changes. Comparisons take the same time whatever is wrong; wrong passwords are counted.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import time
from collections import deque
from urllib.parse import parse_qs

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from descant.studio.refusals import refusal
from descant.studio.settings import Settings

LOGIN = "/login"
PAGES = ("/", "/docs")
OPEN = ("/page/css/base.css", "/page/css/door.css")  # what the door itself looks like
TRIES = 10  # wrong passwords within WINDOW, from everywhere together
WINDOW = 300.0  # seconds
MOST_PASSWORD = 4096  # bytes of a login form
ASK = "open the address, with its token, that the command descant studio prints"


class Door:
    """Answers whoever is not let in. `answer` gives None where a request may pass."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.token
        self._ticket = settings.ticket
        self._password = settings.password
        self._name = f"descant-{settings.port}"
        self._cookie = hmac.new(settings.token.encode(), settings.password.encode(), hashlib.sha256).hexdigest()
        self._wrong: deque[float] = deque()

    async def answer(self, request: Request) -> Response | None:
        """What to say to a request, or None where it may go on."""
        path = request.url.path
        if path == "/" and request.method == "GET" and "token" in request.query_params:
            given = request.query_params["token"]
            if same(given, self._ticket):
                self._ticket = ""
                return self._let_in()
            if same(given, self._token) or self._known(request):
                return self._let_in()
            return self._page(f"This address's token is not that of the studio which runs now: {ASK}.", 401)
        if path == LOGIN and self._password:
            return await self._login(request) if request.method == "POST" else RedirectResponse("/", 303)
        if path in OPEN or self._known(request):
            return None
        if path in PAGES and request.method in ("GET", "HEAD"):
            return self._page("" if self._password else f"This page is private: {ASK}.", 401)
        words = "not let in: send the header `Authorization: Bearer TOKEN` with the token that `descant studio` prints"
        return refusal(words, 401, {"WWW-Authenticate": "Bearer"})

    def _known(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and same(token.strip(), self._token):
            return True
        return same(request.cookies.get(self._name, ""), self._cookie)

    async def _login(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode(errors="replace"))
        now = time.monotonic()  # nothing is awaited from here on: many at once are counted one by one
        while self._wrong and self._wrong[0] < now - WINDOW:
            self._wrong.popleft()
        if len(self._wrong) >= TRIES:
            wait = int(self._wrong[0] + WINDOW - now) + 1
            words = f"Too many wrong passwords; try again in {wait} seconds."
            return self._page(words, 429, {"Retry-After": str(wait)})
        if same(form.get("password", [""])[0], self._password):
            return self._let_in()
        self._wrong.append(now)
        return self._page("That is not the password.", 401)

    def _let_in(self) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(self._name, self._cookie, httponly=True, samesite="strict", path="/")
        return response

    def _page(self, words: str, status: int, headers: dict[str, str] | None = None) -> Response:
        form = FORM if self._password else ""
        # Under the policy `no-referrer` browsers send a form with `Origin: null`, which nobody is let in with.
        headers = {"Referrer-Policy": "same-origin", **(headers or {})}
        return HTMLResponse(DOOR.format(words=html.escape(words), form=form), status, headers)


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are the same and not empty, found out in a time that tells nothing of where they differ."""
    return bool(wanted) and hmac.compare_digest(_digest(given), _digest(wanted))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogateescape")).digest()


FORM = """<form method="post" action="/login">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button>Open</button>
</form>"""

DOOR = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>descant studio</title>
<link rel="stylesheet" href="/page/css/base.css">
<link rel="stylesheet" href="/page/css/door.css">
</head>
<body class="door">
<main>
<h1>descant studio</h1>
<p role="status">{words}</p>
{form}
</main>
</body>
</html>
"""
