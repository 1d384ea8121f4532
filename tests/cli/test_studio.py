"""`descant studio`: where it listens, what it refuses, and how it ends."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest
from typer.testing import CliRunner

from descant.cli.main import app
from descant.cli.studio import PASSWORD
from descant.errors import BusyError, InvalidValueError, MissingExtraError
from descant.studio.serve import StudioServer, alone, kept_token
from tests.studio.served import Served


def run(*options):
    return CliRunner().invoke(app, ["studio", "--no-browser", *map(str, options)])


def test_it_listens_answers_and_ends(tmp_path):
    with Served(tmp_path) as served:
        assert served.url.startswith("http://127.0.0.1:")
        with served.client() as client:
            assert client.get("/api/about").json()["limits"] == {"upload_bytes": 1 << 30}
            assert client.get("/api/library").json()["path"] == str(tmp_path / "library.db")
            with client.stream("GET", "/api/events") as events:  # an open page does not keep it from ending
                assert next(events.iter_lines()) == "event: jobs"
                began = time.monotonic()
                assert served.stop() == (0, "")
                assert time.monotonic() - began < 5
    assert served.said.endswith("the studio is closed\n")


def test_it_answers_a_browser_that_stays_in_front(tmp_path):
    script = tmp_path / "browser.sh"
    script.write_text(
        f'#!/bin/sh\ncurl -s -m 20 -L -c jar "$1" > {tmp_path}/page.part; mv {tmp_path}/page.part {tmp_path}/page\n'
    )
    script.chmod(0o755)
    line = [
        sys.executable,
        "-m",
        "descant",
        "studio",
        "--port",
        "0",
        "--home",
        tmp_path / "studio",
        "--music",
        tmp_path,
    ]
    environment = {**os.environ, "BROWSER": f"{script} %s"}
    with subprocess.Popen(
        line, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, preexec_fn=_interruptible
    ) as one:
        until = time.monotonic() + 30
        while not (tmp_path / "page").exists() and time.monotonic() < until:
            time.sleep(0.05)
        one.send_signal(signal.SIGINT)
    assert "<title>descant</title>" in (tmp_path / "page").read_text()


def _interruptible():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_it_ends_while_something_is_rendered(tmp_path):
    with Served(tmp_path) as served, served.client() as client:
        answers = []
        thread = threading.Thread(target=lambda: answers.append(client.get("/api/sounds/0.flac")))
        thread.start()
        time.sleep(0.5)  # the piano takes some seconds
        assert served.stop() == (0, "")
        thread.join()
    assert answers[0].status_code == 503
    assert "being closed" in answers[0].json()["error"]
    assert not list((tmp_path / "studio" / "sounds").glob("*/*"))


def test_a_page_stays_let_in_after_a_restart(tmp_path):
    with Served(tmp_path) as first, first.client() as client:
        client.headers.pop("Authorization")
        client.get(first.address, follow_redirects=True)
        assert client.get("/api/jobs").status_code == 200
        first.stop(signal.SIGKILL)
        with Served(tmp_path, port=first.port) as second:
            assert second.address == first.address
            assert client.get("/api/jobs").status_code == 200


def test_the_token_is_kept_and_for_its_owner_only(tmp_path):
    token = kept_token(tmp_path / "home")
    assert re.fullmatch(r"[\w-]{43}", token)
    assert kept_token(tmp_path / "home") == token
    assert kept_token(tmp_path / "other") != token
    path = tmp_path / "home" / "token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"\xff")
    assert re.fullmatch(r"[\w-]{43}", kept_token(tmp_path / "home"))


def test_a_port_in_use_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--port", port, "--home", tmp_path)
    assert isinstance(result.exception, InvalidValueError)
    assert str(result.exception) == (
        f"port {port} is in use, perhaps by another studio; choose another with --port, or 0 for any"
    )


def test_two_studios_do_not_share_a_home(tmp_path):
    with alone(tmp_path):
        result = run("--port", 0, "--home", tmp_path)
    assert isinstance(result.exception, BusyError)
    assert "a studio is open there already" in str(result.exception)


@pytest.mark.parametrize("password", ["", "short"])
def test_others_are_not_let_in_without_a_password(tmp_path, monkeypatch, password):
    monkeypatch.setenv(PASSWORD, password)
    for host in ("0.0.0.0", "::", "192.168.1.5", "music.example"):
        result = run("--host", host, "--home", tmp_path)
        assert isinstance(result.exception, InvalidValueError)
        assert f"set {PASSWORD}" in str(result.exception)
    assert not (tmp_path / "token").exists()


def test_with_a_password_everyone_may_knock(tmp_path, monkeypatch):
    monkeypatch.setenv(PASSWORD, "sixteen candles")
    with Served(tmp_path, "--host", "0.0.0.0") as served, served.client() as client:
        client.headers.pop("Authorization")
        assert served.url.startswith("http://localhost:")
        assert 'type="password"' in client.get("/").text
        assert client.post("/login", data={"password": "sixteen candles"}).status_code == 303
        assert client.get("/api/jobs").status_code == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "127.0.0.1.x"), "--host 127.0.0.1.x"),
        (("--music", "no such folder"), "no such folder: is not a folder"),
        (("--home", os.devnull), "cannot be made"),
    ],
)
def test_what_cannot_be_is_told(tmp_path, monkeypatch, options, words):
    monkeypatch.setenv(PASSWORD, "sixteen candles")
    result = run("--home", tmp_path, "--port", 0, *options)
    assert result.exit_code
    assert words in str(result.exception)


def test_a_missing_extra_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [one for one in sys.modules if one.startswith("descant.studio")]:
        monkeypatch.delitem(sys.modules, name)
    result = run("--home", tmp_path)
    assert isinstance(result.exception, MissingExtraError)
    assert "pip install 'descant[studio]'" in str(result.exception)


def test_the_browser_opens_with_a_ticket_and_its_command_line_tells_no_token(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(StudioServer, "run", lambda *_: None)
    result = CliRunner().invoke(app, ["studio", "--port", "0", "--home", str(tmp_path)])
    assert result.exit_code == 0
    until = time.monotonic() + 10
    while not opened and time.monotonic() < until:
        time.sleep(0.01)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", opened[0])
    assert (tmp_path / "token").read_text() in result.stdout
    assert (tmp_path / "token").read_text() not in opened[0]


def test_help_starts_no_server_library():
    code = "import sys, descant.cli.main; print([m for m in ('fastapi', 'uvicorn', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
