"""Streams of events: nothing that counts is lost, nothing piles up, and all of them end."""

import asyncio
import threading
import time

import pytest

from descant.studio import events as module
from descant.studio.events import Events


def heard(check):
    """Run `check(events, stream)` in a loop, where `stream` has given its first event."""

    async def run():
        events = Events()
        stream = events.stream(list)
        assert await anext(stream) == "event: jobs\ndata: []\n\n"
        try:
            await asyncio.wait_for(check(events, stream), 20)
        finally:
            await stream.aclose()
        assert len(events) == 0

    asyncio.run(run())


def test_of_one_thing_the_last_is_told_and_of_two_both():
    async def check(events, stream):
        for share in range(1000):
            events.publish("job", "a", {"share": share})
            events.publish("job", "b", {"share": -share})
        told = await anext(stream)
        assert told == 'event: job\ndata: {"share": 999}\n\nevent: job\ndata: {"share": -999}\n\n'

    heard(check)


def test_every_thread_may_tell_and_every_listener_hears():
    async def check(events, stream):
        others = [events.stream(list) for _ in range(5)]
        for one in others:
            await anext(one)
        assert len(events) == 6

        def tell(name):
            for share in range(200):
                events.publish("job", name, {name: share})

        threads = [threading.Thread(target=tell, args=(f"job{n}",)) for n in range(4)]
        for one in threads:
            one.start()
        for each in (stream, *others):
            told = ""
            while not all(f'{{"job{n}": 199}}' in told for n in range(4)):
                told += await anext(each)
        for one in others:
            await one.aclose()

    heard(check)


def test_silence_is_broken_by_a_comment(monkeypatch):
    monkeypatch.setattr(module, "HEARTBEAT", 0.05)

    async def check(events, stream):
        assert await anext(stream) == ": still here\n\n"
        assert await anext(stream) == ": still here\n\n"

    heard(check)


def test_closing_ends_a_stream_at_once():
    async def check(events, stream):
        began = time.monotonic()
        events.close()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        assert time.monotonic() - began < 5

    heard(check)


def test_a_listener_whose_loop_has_ended_disturbs_nobody():
    events = Events()
    stream = events.stream(list)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(anext(stream))
    loop.close()
    assert len(events) == 1
    events.publish("job", "a", {})
    events.close()
