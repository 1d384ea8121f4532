"""A studio for tests: in this process behind a client that is let in, or as `descant studio` on a free port."""

import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path

import httpx

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of starlette's, about a successor of httpx
    from fastapi.testclient import TestClient

from descant.studio.app import create_app
from descant.studio.serve import StudioServer, listening
from descant.studio.settings import Settings

HOST = "http://127.0.0.1:8422"
REPOSITORY = Path(__file__).parents[2]


def settings(home, **more):
    """Settings of a studio that keeps everything under the folder `home`, and may open what lies there."""
    home = Path(home)
    return Settings(**{"home": home / "studio", "library": home / "library.db", "roots": (home,), **more})


@contextmanager
def client(home, kinds=None, **more):
    """A client of a studio in this process: `here.app.state.studio` is the Studio. kinds: work that jobs may do."""
    app = create_app(settings(home, **more))
    studio = app.state.studio
    if kinds is not None:
        studio.jobs._kinds = kinds
    with TestClient(app, base_url=HOST, headers={"Authorization": f"Bearer {studio.settings.token}"}) as here:
        yield here


@contextmanager
def threaded(home, port=0, **more):
    """A studio on a port of its own, in a thread of this process: gives its Studio."""
    with listening("127.0.0.1", port) as listener:
        server = StudioServer(settings(home, port=listener.getsockname()[1], **more))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield server.studio
        finally:
            server.should_exit = True
            thread.join()


class Served:
    """`descant studio` as a process of its own. `address` opens it (with the token); `url` is where it is."""

    def __init__(self, home, *options, port=0, command=("-m", "descant", "studio")):
        self.home = Path(home)
        line = (*command, "--no-browser", "--port", port, "--home", self.home / "studio")
        line += ("--library", self.home / "library.db", "--music", self.home, *options)
        self.process = subprocess.Popen(
            [sys.executable, *map(str, line)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        first = self.process.stdout.readline()
        match = re.search(r"(http://\S+)/\?token=(\S+)", first)
        if match is None:
            self.process.kill()
            raise AssertionError(f"the studio did not start: {first}{self.process.communicate()[1]}")
        self.address, self.url, self.token = match[0], match[1], match[2]

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])

    def client(self, **more):
        """An HTTP client that is let in."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30, **more)

    def stop(self, how=signal.SIGINT):
        """End it; give its exit code and what it said on stderr. `said` is what it said last on stdout."""
        self.process.send_signal(how)
        self.said, err = self.process.communicate(timeout=30)
        return self.process.returncode, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
