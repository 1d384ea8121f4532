"""A studio that is flooded, starved and fed nonsense goes on answering."""

import asyncio
import json
import socket
import threading
import time

import httpx
import pytest

from descant.studio import bodies, door, prompt_protocol
from descant.studio.jobs import Job
from tests.studio.served import client, threaded


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A studio behind a real port."""
    with threaded(tmp_path_factory.mktemp("abuse")) as studio:
        yield studio


def head(there, method="GET", path="/api/jobs", *more):
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{there.settings.port}",
        f"Authorization: Bearer {there.settings.token}",
        *more,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def connect(there):
    return socket.create_connection(("127.0.0.1", there.settings.port), timeout=10)


def until_closed(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def stands(there):
    with connect(there) as connection:
        connection.sendall(head(there, "GET", "/api/jobs", "Connection: close"))
        answer = until_closed(connection)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"[]")


def test_two_thousand_requests(there):
    address = f"http://127.0.0.1:{there.settings.port}/api/jobs"
    seen = []

    def ask():
        with httpx.Client(headers={"Authorization": f"Bearer {there.settings.token}"}) as client:
            seen.extend(client.get(address).status_code for _ in range(250))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [200] * 2000


async def at_once(there, count, request):
    async def ask():
        reader, writer = await asyncio.open_connection("127.0.0.1", there.settings.port)
        await arrived.wait()
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer.split(b" ", 2)[1]

    arrived = asyncio.Event()
    asking = [asyncio.create_task(ask()) for _ in range(count)]
    await asyncio.sleep(0.2)
    arrived.set()
    return await asyncio.gather(*asking)


def test_two_hundred_at_once(there):
    codes = asyncio.run(at_once(there, 200, head(there, "GET", "/api/about", "Connection: close")))
    assert codes == [b"200"] * 200
    stands(there)


def test_passwords_that_are_tried_at_once_are_counted(tmp_path):
    with threaded(tmp_path, password="sixteen candles") as studio:
        request = head(studio, "POST", "/login", "Connection: close", "Content-Length: 14") + b"password=guess"
        codes = asyncio.run(at_once(studio, 50, request))
    assert (codes.count(b"401"), codes.count(b"429")) == (door.TRIES, 50 - door.TRIES)


def test_a_hundred_listeners_cost_no_thread_and_are_forgotten_when_they_leave(there):
    threads = threading.active_count()
    lines = [connect(there) for _ in range(100)]
    for one in lines:
        one.sendall(head(there, "GET", "/api/events"))
    for one in lines:
        seen = b""
        while b"event: jobs" not in seen:
            seen += one.recv(4096)
    assert len(there.events) == 100
    assert threading.active_count() <= threads + 1
    for one in lines:
        one.close()
    stands(there)
    end = time.monotonic() + 5
    while len(there.events):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_who_does_not_say_what_is_wanted_is_not_waited_for(there, monkeypatch):
    monkeypatch.setattr(prompt_protocol, "HEAD", 0.4)
    began = time.monotonic()
    silent = [connect(there) for _ in range(50)]
    for one in silent[:25]:
        one.sendall(b"GET / HTTP/1.1\r\nHost: loc")
    for _ in range(3):  # a line at a time keeps nobody waiting longer
        time.sleep(0.1)
        for one in silent[:25]:
            one.sendall(b"X-A: b\r\n")
    stands(there)
    for one in silent:
        assert until_closed(one) == b""
        one.close()
    assert 0.3 < time.monotonic() - began < 5


def test_a_connection_is_used_again_after_a_while_within_its_patience(there, monkeypatch):
    monkeypatch.setattr(prompt_protocol, "HEAD", 0.4)
    with connect(there) as connection:
        for _ in range(3):
            connection.sendall(head(there))
            seen = b""
            while not seen.endswith(b"[]"):
                seen += connection.recv(65536)
            assert seen.startswith(b"HTTP/1.1 200 ")
            time.sleep(0.5)  # longer than a head may take, but nothing of one has been said


def test_a_body_that_trickles_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    with threaded(tmp_path, host="127.0.0.1", password="sixteen candles") as there, connect(there) as connection:
        began = time.monotonic()
        connection.sendall(head(there, "POST", "/login", "Content-Length: 1000"))
        for _ in range(3):
            connection.sendall(b"p")
            time.sleep(0.05)
        stands(there)
        assert until_closed(connection).split(b" ")[1] == b"408"
        assert 0.25 < time.monotonic() - began < 5


def test_a_slow_answer_is_waited_for_whatever_was_sent(there, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)

    def slow(_):
        time.sleep(0.5)
        return Job("0" * 12, "listen", "Slow", None, "done", 1.0, "", None, 0.0)

    monkeypatch.setattr(there.jobs, "cancel", slow)
    for body in ("Content-Length: 0", "X-No: body"):
        with connect(there) as connection:
            connection.sendall(head(there, "POST", f"/api/jobs/{'0' * 12}/cancel", body, "Connection: close"))
            assert until_closed(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("how", ["length", "chunks"])
def test_a_giant_body_is_refused_before_it_has_come(tmp_path, how):
    with threaded(tmp_path, most_bytes=100_000) as there, connect(there) as connection:
        said = "Content-Length: 1000000000" if how == "length" else "Transfer-Encoding: chunked"
        connection.sendall(head(there, "POST", "/api/pieces?name=song.wav", said))
        sent = 0
        try:
            while sent < 50_000_000:
                part = b"0" * 65536
                connection.sendall(part if how == "length" else b"10000\r\n" + part + b"\r\n")
                sent += len(part)
        except OSError:  # closed, as it should be
            pass
        assert sent < 50_000_000
        stands(there)


def test_a_body_without_a_length_is_counted(tmp_path):
    with client(tmp_path, most_bytes=1000) as here:
        answer = here.post("/api/pieces", params={"name": "song.wav"}, content=(b"x" * 100 for _ in range(11)))
        assert answer.status_code == 413
        assert "1,000 bytes" in answer.json()["error"]
        assert here.post("/api/pieces?name=a.wav", content=b"x" * 1001).status_code == 413


NONSENSE = [
    b"\x00" * 1000,
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /%ff%fe?%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + b";" * 10_000 + b"\r\n\r\n",
    b"GET http://evil.example/api/jobs HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a browser that expects TLS
]


def test_nonsense_is_refused_and_never_breaks(there):
    for one in NONSENSE:
        with connect(there) as connection:
            connection.settimeout(0.5)
            seen = b""
            try:
                connection.sendall(one)
                seen = connection.recv(65536)
            except OSError:  # closed, or waited with for more
                pass
            assert not seen or 400 <= int(seen.split(b" ")[1]) < 500, (one[:60], seen[:200])
    stands(there)


HOSTILE = (
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "a%00b",
    "0" * 10_000,
    "%ff",
    "<script>",
    "'%20OR%201=1--",
    "-1",
)


def test_hostile_ids_and_paths_are_refused(there):
    for one in HOSTILE:
        for path in (f"/api/jobs/{one}", f"/page/{one}", f"/page/css/{one}", f"/{one}", f"/api/{one}"):
            with connect(there) as connection:
                connection.sendall(head(there, "GET", path, "Connection: close"))
                answer = until_closed(connection)
            assert answer.split(b" ")[1] in (b"404", b"405", b"422"), (path, answer[:100])
            assert b"root:" not in answer


BAD_JSON = [b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"NaN", b"1" * 100_000, b'"\\ud800"', b"null", b""]


def test_bad_json_is_refused(tmp_path):
    with client(tmp_path) as here:
        document = here.get("/openapi.json").json()
        paths = [
            (method, path)
            for path, methods in document["paths"].items()
            for method, said in methods.items()
            if "application/json" in said.get("requestBody", {}).get("content", {})
        ]
        for method, path in paths:
            address = path.replace("{", "").replace("}", "")
            for one in BAD_JSON:
                answer = here.request(method, address, content=one, headers={"Content-Type": "application/json"})
                assert 400 <= answer.status_code < 500, (method, path, one[:20])
                assert answer.json()["error"]


def test_titles_are_only_ever_text(tmp_path):
    markup = "</script><img src=x onerror=alert(1)>\r\nevent: job\r\ndata: {}"
    with client(tmp_path, kinds={"none": "tests.studio.work:double"}) as here:
        here.app.state.studio.jobs.start("none", {"number": 1}, title=markup)
        answer = here.get("/api/jobs")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()[0]["title"] == markup


def test_markup_and_line_ends_cannot_leave_their_event():
    from descant.studio.events import written

    lines = written("job", {"title": "a\r\n\r\nevent: b\u2028</script>"}).split("\n")
    assert lines[0] == "event: job"
    assert json.loads(lines[1].removeprefix("data: ")) == {"title": "a\r\n\r\nevent: b\u2028</script>"}
    assert lines[2:] == ["", ""]
