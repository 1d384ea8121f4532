"""A pool of processes that survives the death of any of them.

Python's own pools fail the whole job (`ProcessPoolExecutor`) or hang (`multiprocessing.Pool`) when a worker is killed,
as a decoder's crash or the system's memory guard may do. Here the parent holds one pipe a worker, gives out one job
at a time, and sees a death as the pipe's end: the job is tried once more in a fresh worker, then given up by name.
"""

from __future__ import annotations

import importlib
import math
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from descant.errors import DescantError

ATTEMPTS = 2
START = 60.0  # seconds that a new process may take before its silence counts


@dataclass(frozen=True)
class Started:
    """A worker took the job."""

    job: int


@dataclass(frozen=True)
class Progressed:
    """The job is this far, from 0 to 1."""

    job: int
    share: float


@dataclass(frozen=True)
class Finished:
    """The job is done; `result` is what the work function returned."""

    job: int
    result: Any


@dataclass(frozen=True)
class Failed:
    """The job cannot be done: `message` is for people, `trace` for developers."""

    job: int
    message: str
    trace: str = ""


Event = Started | Progressed | Finished | Failed


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    job: int | None = None
    argument: Any = None
    heard: float = 0.0  # when it last gave a sign of life, seconds of the steady clock


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_jobs(
    work: str,
    arguments: Iterable[Any],
    workers: int,
    patience: float | None = None,
    stop: Connection | None = None,
    nested: bool = False,
) -> Iterator[Event]:
    """Call `work(argument, progress)` for each argument in up to `workers` processes; give events as they come.

    work: "module:function"; the function takes an argument and a `progress(share)` callback, and returns its result.
    Jobs are numbered in the order of `arguments`, which are drawn one by one as workers become free.
    patience: seconds without a sign of life after which a worker is ended and its job given up.
    stop: a pipe's end; once it can be read (another thread has written to the other end), all is ended as it stands.
    nested: whether the work itself starts processes.
    When the caller stops iterating (an interrupt, a break), the workers are ended at once.
    """
    context = multiprocessing.get_context("spawn")
    jobs = enumerate(arguments)
    again: deque[tuple[int, Any]] = deque()  # of workers that died
    deaths: Counter[int] = Counter()
    team: list[_Worker] = []

    def hire() -> _Worker:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, work), daemon=not nested)
        process.start()
        theirs.close()
        team.append(_Worker(process, ours, heard=time.monotonic() + START))
        return team[-1]

    try:
        while True:
            idle = [worker for worker in team if worker.job is None]
            while idle or len(team) < workers:
                drawn = again.popleft() if again else next(jobs, None)
                if drawn is None:
                    break
                worker = idle.pop(0) if idle else hire()
                worker.job, worker.argument = drawn
                worker.heard = max(worker.heard, time.monotonic())
                with suppress(OSError):  # it died idle: its pipe's end is seen below
                    worker.pipe.send(drawn)
                yield Started(drawn[0])
            busy = {worker.pipe: worker for worker in team if worker.job is not None}
            if not busy:
                return
            ready = wait([*busy, *([] if stop is None else [stop])], None if patience is None else patience / 10)
            if stop in ready:
                return
            for pipe in ready:
                worker = busy[pipe]  # type: ignore[index]  # `wait` gives back what it was given
                try:
                    event: Event = worker.pipe.recv()
                except (EOFError, OSError):
                    team.remove(worker)
                    yield from _bury(worker, deaths, again)
                    continue
                worker.heard = time.monotonic()
                if not isinstance(event, Progressed):
                    worker.job = worker.argument = None
                yield event
            for worker in _silent(team, patience):
                team.remove(worker)
                _kill(worker)
                assert worker.job is not None
                yield Failed(worker.job, f"gave no sign of life for {patience:g} s; is the disk or network away?")
    finally:
        for worker in team:
            _dismiss(worker)


def _silent(team: list[_Worker], patience: float | None) -> list[_Worker]:
    """Those at work that have not been heard of for too long."""
    latest = -math.inf if patience is None else time.monotonic() - patience
    return [worker for worker in team if worker.job is not None and worker.heard < latest]


def _bury(worker: _Worker, deaths: Counter[int], again: deque[tuple[int, Any]]) -> Iterator[Event]:
    """Let a dead worker's job be drawn next, or give it up after its last attempt."""
    worker.process.join()
    job = worker.job
    assert job is not None
    deaths[job] += 1
    if deaths[job] < ATTEMPTS:
        again.append((job, worker.argument))
        return
    code = worker.process.exitcode
    how = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
    yield Failed(job, f"the process that worked on it died {ATTEMPTS} times ({how}); is it damaged, or memory short?")


def _dismiss(worker: _Worker) -> None:
    """End a worker: an idle one hears the closed pipe, a busy one is stopped so that it can tidy up, then killed."""
    worker.pipe.close()
    if worker.job is not None:
        worker.process.terminate()
    worker.process.join(timeout=3)
    if worker.process.is_alive():
        _kill(worker)


def _kill(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join(timeout=3)  # one that waits for a disk that is away cannot even be killed


def _serve(pipe: Connection, work: str) -> None:
    """A worker's life: take a job, do it, say what became of it, until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, _leave)  # raise, so that half-written files are removed on the way out
    threading.Thread(target=_follow_parent, daemon=True).start()
    module, _, name = work.partition(":")
    function: Callable[[Any, Callable[[float], None]], Any] = getattr(importlib.import_module(module), name)
    while True:
        try:
            job, argument = pipe.recv()
        except (EOFError, OSError):
            return
        _say(pipe, _attempt(function, job, argument, lambda share, job=job: _say(pipe, Progressed(job, share))))  # type: ignore[misc]


def _follow_parent() -> None:
    """Leave when the parent is gone, even if it was killed: nobody would hear of the result."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _say(pipe: Connection, event: Event) -> None:
    """Tell the parent. Where it was killed there is nobody to work for."""
    try:
        pipe.send(event)
    except OSError:
        raise SystemExit(1) from None


def _attempt(function: Callable[..., Any], job: int, argument: Any, progress: Callable[[float], None]) -> Event:
    try:
        return Finished(job, function(argument, progress))
    except DescantError as error:
        return Failed(job, str(error))
    except MemoryError:
        return Failed(job, "not enough memory to go on")
    except Exception as error:  # one bad file must not end a batch
        import traceback

        said = f"failed inside descant ({type(error).__name__}: {error}); `descant --debug ...` shows where"
        return Failed(job, said, traceback.format_exc())


def _leave(*_: Any) -> None:
    raise SystemExit(1)
