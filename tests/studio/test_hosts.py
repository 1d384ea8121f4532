"""Only this machine's names and plain addresses are answered, and only the studio's own page may ask."""

import socket

import pytest

from descant.studio.hosts import from_here, host_fits, is_loopback


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8422", "localhost:8422", "LOCALHOST", "[::1]:8422", "127.0.0.1:9000", "127.8.4.2"]
)
def test_names_of_this_machine_fit(host):
    assert host_fits(host, "127.0.0.1")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8422", "127.0.0.1.evil.example", "localhost.evil.example", "evil.localhost"),
        *("", "127.0.0.1:8422:1", "127.0.0.1@evil.example", "127.0.0.1 evil", "192.168.1.5:8422", "0.0.0.0:8422"),
        *("[::1", "[fe80::1]:8422", "localhost.", "127.1", "2130706433", "localhost:8422/x"),
    ],
)
def test_other_names_do_not(host):
    assert not host_fits(host, "127.0.0.1")


def test_a_studio_for_everyone_answers_to_addresses_and_its_own_names():
    for host in ("192.168.1.5:8422", "[fe80::1]", "localhost", socket.gethostname(), f"{socket.gethostname()}.local:1"):
        assert host_fits(host, "0.0.0.0")
    assert host_fits("music.example:8422", "music.example")
    assert not host_fits("evil.example:8422", "0.0.0.0")


@pytest.mark.parametrize(
    ("origin", "site", "allowed"),
    [
        (None, None, True),  # curl
        (None, "none", True),  # typed in
        (None, "same-origin", True),
        ("http://localhost:8422", "same-origin", True),
        ("https://localhost:8422", None, True),  # behind a proxy that speaks TLS
        ("http://localhost:3000", "same-site", False),  # another program's page on this machine
        ("http://evil.example", None, False),
        ("http://evil.example:8422", None, False),
        ("null", None, False),  # a sandboxed frame or a file
        ("", None, False),
        (None, "cross-site", False),
        (None, "same-site", False),
        ("http://localhost:8422", "cross-site", False),
        ("http://localhost:8422.evil.example", None, False),
    ],
)
def test_whose_page_asks(origin, site, allowed):
    assert from_here(origin, site, "localhost:8422") is allowed


def test_what_only_this_machine_reaches():
    assert all(map(is_loopback, ["127.0.0.1", "127.1.2.3", "::1", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "192.168.1.5", "music.example"]))
