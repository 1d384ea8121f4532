"""Nobody is let in without the token, the cookie got for it, or the password; what is refused is told in words."""

import re

import pytest

from descant.studio import door
from tests.studio.served import HOST, TestClient, client

EVERYWHERE = ("/", "/docs", "/openapi.json", "/page/index.html", "/api/about", "/api/jobs", "/api/events", "/api/none")


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with client(tmp_path_factory.mktemp("security")) as opened:
        yield opened


@pytest.fixture
def stranger(here):
    """Somebody else before the same studio."""
    return TestClient(here.app, base_url=HOST)


@pytest.fixture
def guarded(tmp_path):
    """A studio that others can reach, seen by one of them."""
    with client(tmp_path, host="0.0.0.0", password="sixteen candles") as opened:
        opened.headers.pop("Authorization")
        yield opened


def token(client):
    return client.app.state.studio.settings.token


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_stranger_sees_nothing(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    if path in ("/", "/docs"):
        assert "This page is private" in answer.text
        assert "password" not in answer.text
    else:
        assert "Bearer" in answer.json()["error"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_no_method_passes_a_stranger(stranger, method):
    assert stranger.request(method, "/api/jobs").status_code == 401
    assert stranger.request(method, "/").status_code == 401


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer x", "Basic {}", "Bearer {}x", "Bearer x{}", "{}"])
def test_a_wrong_token_is_no_token(here, given):
    assert here.get("/api/jobs", headers={"Authorization": given.format(token(here))}).status_code == 401


def test_a_studio_without_a_token_lets_nobody_in(tmp_path):
    with client(tmp_path, token="") as here:
        assert here.get("/api/jobs").status_code == 401
        assert here.get("/?token=", follow_redirects=False).status_code == 401


def test_the_opening_address_gives_a_cookie_and_leaves_no_token_behind(stranger):
    assert stranger.get("/?token=wrong", follow_redirects=False).status_code == 401
    answer = stranger.get("/", params={"token": token(stranger)}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"descant-8422=[0-9a-f]{64}; HttpOnly; Path=/; SameSite=strict$", cookie)
    assert token(stranger) not in cookie
    assert stranger.get("/api/jobs").json() == []
    assert stranger.get("/docs").status_code == 200


def test_a_ticket_lets_in_once_and_then_only_whoever_is_known(tmp_path):
    with client(tmp_path) as here:
        ticket = here.app.state.studio.settings.ticket
        first, second = (TestClient(here.app, base_url=HOST) for _ in range(2))
        assert first.get("/api/jobs", headers={"Authorization": f"Bearer {ticket}"}).status_code == 401
        for status, who in ((303, first), (303, first), (401, second)):
            assert who.get("/", params={"token": ticket}, follow_redirects=False).status_code == status
        assert first.get("/api/jobs").json() == []
        assert second.get("/api/jobs").status_code == 401


def test_a_cookie_is_worth_nothing_elsewhere(stranger, tmp_path):
    stranger.get("/", params={"token": token(stranger)})
    with client(tmp_path / "other") as other:
        other.headers.pop("Authorization")
        other.cookies.update(stranger.cookies)
        assert other.get("/api/jobs").status_code == 401


@pytest.mark.parametrize("host", ["evil.example:8422", "evil.example", "8422", "127.0.0.1.evil.example:8422"])
def test_a_rebound_name_fails_even_with_the_token(here, host):
    answer = here.get("/api/jobs", headers={"Host": host})
    assert (answer.status_code, "not at that address" in answer.json()["error"]) == (421, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_cross_site_request_fails_even_with_the_token(here, headers, method):
    answer = here.request(method, "/api/jobs", headers=headers)
    assert (answer.status_code, "another site" in answer.json()["error"]) == (403, True)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/api/jobs", "/api/none", "/page/none", "/login"])
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_carries_the_headers(here, path, known):
    headers = here.get(path, headers={} if known else {"Authorization": ""}).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy if path.startswith("/api/") else "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("same-origin" if path in ("/", "/docs") and not known else "no-referrer")
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("microphone=(self)")
    assert headers["cache-control"] == ("no-store" if path.startswith("/api/") else "no-cache")


def test_what_nobody_expected_is_told_in_words_with_the_headers(here, monkeypatch):
    monkeypatch.setattr(here.app.state.studio.jobs, "all", lambda: 1 / 0)
    answer = here.get("/api/jobs")
    assert (answer.status_code, answer.json()["error"]) == (
        500,
        "failed inside descant (ZeroDivisionError); the terminal shows where",
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


def login(client, password):
    return client.post("/login", data={"password": password}, follow_redirects=False)


def test_a_password_lets_in_where_others_reach_it(guarded):
    page = guarded.get("/")
    assert (page.status_code, 'type="password"' in page.text, "script" in page.text) == (401, True, False)
    assert guarded.get("/page/css/door.css").status_code == 200
    assert login(guarded, "sixteen candle").status_code == 401
    assert login(guarded, "").status_code == 401
    assert guarded.get("/api/jobs").status_code == 401
    answer = login(guarded, "sixteen candles")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert guarded.get("/api/jobs").status_code == 200


def test_passwords_cannot_be_tried_for_ever(guarded, monkeypatch):
    for _ in range(door.TRIES):
        assert login(guarded, "guess").status_code == 401
    answer = login(guarded, "sixteen candles")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= door.WINDOW
    monkeypatch.setattr(door, "WINDOW", 0.0)
    assert login(guarded, "sixteen candles").status_code == 303


def test_a_login_comes_from_the_page_itself_and_is_short(guarded):
    from_elsewhere = guarded.post(
        "/login", data={"password": "sixteen candles"}, headers={"Origin": "http://evil.example"}
    )
    assert from_elsewhere.status_code == 403
    assert login(guarded, "x" * 5000).status_code == 413


def test_there_is_no_login_without_a_password(stranger):
    assert login(stranger, "").status_code == 401


def test_a_changed_password_ends_what_the_old_one_opened(tmp_path):
    cookies = []
    for password in ("first password", "second password"):
        with client(tmp_path, host="0.0.0.0", password=password, token="t" * 40) as here:
            cookies.append(here.get("/?token=" + "t" * 40, follow_redirects=False).headers["set-cookie"])
    assert cookies[0] != cookies[1]


def test_the_page_is_served_only_from_its_folder(here):
    for path in (
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/..%2fapp.py",
        "/page//etc/passwd",
        "/page/%00",
        "/page/",
    ):
        assert here.get(path).status_code in (404, 405), path
