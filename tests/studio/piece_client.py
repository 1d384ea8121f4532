"""A studio for tests of pieces: jobs wait for ever, and what they would do is done here when a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from descant.studio.pieces import PieceStore
from descant.studio.work_listen import listen
from tests.studio.served import client


@contextmanager
def piece_client(home: Path) -> Iterator[Any]:
    """The client; `store_of` gives its pieces."""
    with client(home) as here:
        here.app.state.studio.jobs._hire = lambda: None
        yield here


def store_of(here: Any) -> PieceStore:
    return here.app.state.studio.pieces


def sent(here: Any, name: str, data: bytes, **asked: Any) -> str:
    """The id of a piece that was sent and looked at; asked: `only` and `use`."""
    answer = here.post("/api/pieces", params={"name": name}, content=data)
    assert answer.status_code == 201, answer.text
    listen(store_of(here), answer.json()["id"], **asked)
    return answer.json()["id"]
