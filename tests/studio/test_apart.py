"""Work that somebody waits for, in a process of its own, which ends when the studio does."""

import threading
import time

import pytest

from descant.errors import BusyError, InvalidValueError
from descant.studio.apart import Apart


def test_it_gives_what_the_work_gives_and_tells_why_it_failed():
    apart = Apart()
    assert apart("tests.studio.work:double", {"number": 4}) == {"twice": 8}
    with pytest.raises(InvalidValueError, match="is <b>not</b> music"):
        apart("tests.studio.work:refuse", {})


def test_closing_ends_it(tmp_path):
    apart, raised = Apart(), []

    def wait():
        try:
            apart("tests.studio.work:hold", {"folder": str(tmp_path)})
        except BusyError as error:
            raised.append(str(error))

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for one in threads:
        one.start()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if (tmp_path / "pids").exists() and len((tmp_path / "pids").read_text().split()) == 2:
            break
        time.sleep(0.02)
    began = time.monotonic()
    apart.close()
    for one in threads:
        one.join()
    assert time.monotonic() - began < 3
    assert [one.partition(";")[0] for one in raised] == ["the studio is being closed"] * 2
    with pytest.raises(BusyError):
        apart("tests.studio.work:double", {"number": 4})
