"""The studio on a port: one process, one loop, as long as nobody stops it."""

from __future__ import annotations

import errno
import fcntl
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import uvicorn

from descant.errors import BusyError, InvalidValueError, UnwritableFileError
from descant.io.files import write_beside
from descant.studio.app import create_app
from descant.studio.context import Studio
from descant.studio.hosts import is_loopback
from descant.studio.prompt_protocol import PromptProtocol
from descant.studio.settings import Settings

MOST_CONNECTIONS = 500  # at once; one more is told to come back (503)
SHORTEST_PASSWORD = 8


class StudioServer(uvicorn.Server):
    """uvicorn's server, which ends the streams of events as soon as it is told to stop, and jobs in every case."""

    def __init__(self, settings: Settings) -> None:
        app = create_app(settings)
        self.studio: Studio = app.state.studio
        super().__init__(
            uvicorn.Config(
                app,
                http=PromptProtocol,
                ws="none",
                log_level="error",
                access_log=False,
                server_header=False,
                limit_concurrency=MOST_CONNECTIONS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=5,  # a process that does not hear of the end is killed after 3
            )
        )

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        try:
            super().run(sockets)
        finally:
            self.studio.apart.close()
            self.studio.jobs.close()  # where a second interrupt has cut the orderly end short

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams and what somebody waits for, then the rest."""
        self.studio.events.close()
        self.studio.apart.close()
        await super().shutdown(sockets)


def serve(settings: Settings, ready: Callable[[str, str], None]) -> None:
    """Serve until interrupted. `ready` is called once it listens, before it answers, with the address to open, which
    holds the token, and with one that opens it once.

    Raises InvalidValueError where the port is in use, the host is not this machine's, or a password is missing;
    BusyError where another studio has this home.
    """
    require_password(settings.host, settings.password)
    with alone(settings.home), listening(settings.host, settings.port) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        server = StudioServer(settings)
        ready(address(settings, settings.token), address(settings, settings.ticket))
        with suppress(KeyboardInterrupt):  # raised again by uvicorn, after all has been ended in order
            server.run([listener])


def require_password(host: str, password: str) -> None:
    """Refuse to be reached by others without a password. Raises InvalidValueError."""
    if not is_loopback(host) and len(password) < SHORTEST_PASSWORD:
        raise InvalidValueError(
            f"--host {host} lets other machines reach this studio: set DESCANT_STUDIO_PASSWORD "
            f"to a password of at least {SHORTEST_PASSWORD} characters"
        )


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises InvalidValueError where that cannot be."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(1024)
        except BaseException:
            listener.close()
            raise
    except OverflowError:
        raise InvalidValueError(f"--port takes 0 to 65535, not {port}") from None
    except OSError as error:
        raise InvalidValueError(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use, perhaps by another studio; choose another with --port, or 0 for any"
    if error.errno == errno.EACCES:
        return f"port {port} is not for everyone on this machine; choose one above 1023 with --port"
    return f"--host {host}: cannot be listened at ({error.strerror})"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only studio of this home: two would run its jobs twice. Raises BusyError where there is one already."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "studio.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError(f"{home}: a studio is open there already; use it, or choose another with --home") from None
        yield


def address(settings: Settings, secret: str) -> str:
    """What to open in a browser. secret: the token or the ticket."""
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "localhost"
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings.port}/?token={secret}"


def kept_token(home: Path) -> str:
    """This home's token: random, made once, readable by its owner only, so that a page stays let in after a restart."""
    path = home / "token"
    with suppress(OSError, UnicodeDecodeError):
        if len(token := path.read_text(encoding="ascii").strip()) >= 32:
            return token
    token = secrets.token_urlsafe(32)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnwritableFileError(f"{home}: cannot be made: {error.strerror}; choose another with --home") from None
    with write_beside(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_text(token, encoding="ascii")
    return token
