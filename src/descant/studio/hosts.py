"""Whose requests are looked at: those made to this machine by name, from a page of this studio or from no page.

A page elsewhere may point its own name at 127.0.0.1 (DNS rebinding): its requests then name that host, and are refused.
Names of this machine and plain addresses cannot be pointed elsewhere. A page that sends requests across sites gives
itself away by `Origin` or `Sec-Fetch-Site`, which scripts cannot forge.
"""

from __future__ import annotations

import ipaddress
import re
import socket

HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::\d{1,5})?")
LOCALHOST = "localhost"


def is_loopback(name: str) -> bool:
    """Whether only this machine can reach a host of this name."""
    address = _address(name)
    return name == LOCALHOST if address is None else address.is_loopback


def host_fits(host: str, bound: str) -> bool:
    """Whether a `Host` header names a studio that listens at `bound`."""
    match = HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match["six"] or match["name"]
    if is_loopback(bound):
        return is_loopback(name)
    here = socket.gethostname().lower()
    return _address(name) is not None or name in (LOCALHOST, bound.lower(), here, f"{here}.local")


def from_here(origin: str | None, fetch_site: str | None, host: str) -> bool:
    """Whether a request to `host` comes from the studio's own page, or from no page at all."""
    if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
        return False
    return fetch_site in (None, "same-origin", "none")


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
