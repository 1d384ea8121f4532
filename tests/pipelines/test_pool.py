"""The pool loses nothing and does nothing twice, whatever happens to its workers."""

import threading
import time
from multiprocessing import Pipe

from descant.pipelines.pool import Failed, Finished, Progressed, Started, run_jobs

WORK = "tests.pipelines.jobs:"


def results(work, items, workers=2, **more):
    events = list(run_jobs(WORK + work, items, workers, **more))
    return {one.job: one for one in events if isinstance(one, Finished | Failed)}, events


def test_every_job_is_done_once_with_its_own_result():
    ends, events = results("square", range(7))
    assert {job: end.result for job, end in ends.items()} == {n: n * n for n in range(7)}
    assert sum(isinstance(one, Finished) for one in events) == 7
    assert sum(isinstance(one, Started) for one in events) == 7
    assert {one.share for one in events if isinstance(one, Progressed)} == {0.5}


def test_no_jobs_no_events():
    assert results("square", []) == ({}, [])


def test_a_killed_worker_costs_one_more_attempt_and_nothing_else(tmp_path):
    logs = [tmp_path / f"{n}.log" for n in range(3)]
    ends, events = results("die_once", map(str, logs))
    assert {end.result for end in ends.values()} == {log.name for log in logs}
    assert sum(isinstance(one, Finished) for one in events) == 3
    for log in logs:
        assert log.read_text().split() == ["start", "start", "end"]


def test_a_job_that_always_kills_its_worker_is_given_up_and_the_rest_goes_on():
    ends, _ = results("die_always", range(4))
    assert isinstance(ends[1], Failed)
    assert "SIGKILL" in ends[1].message
    assert {job for job, end in ends.items() if isinstance(end, Finished)} == {0, 2, 3}


def test_errors_become_messages_and_do_not_end_the_worker():
    ends, _ = results("fail", range(4), workers=1)
    assert ends[0].message == "song.mp3: is empty (0 bytes)"
    assert "KeyError" in ends[1].message
    assert "Traceback" in ends[1].trace
    assert ends[2].result == 2


def test_stopping_early_ends_the_workers_and_lets_them_tidy_up(tmp_path):
    part = tmp_path / "song.part"
    events = run_jobs(WORK + "wait_with_a_file", [str(part)], 1)
    while not isinstance(next(events), Progressed):
        pass
    assert part.exists()
    began = time.monotonic()
    events.close()
    assert time.monotonic() - began < 10
    assert not part.exists()


def test_another_thread_can_end_all_of_it(tmp_path):
    part = tmp_path / "song.part"
    hear, stop = Pipe(duplex=False)
    seen = []
    for event in run_jobs(WORK + "wait_with_a_file", [str(part), str(part)], 1, stop=hear):
        seen.append(event)
        if isinstance(event, Progressed):
            threading.Thread(target=stop.send_bytes, args=(b"enough",)).start()
    assert not any(isinstance(one, Finished | Failed) for one in seen)
    assert [one.job for one in seen if isinstance(one, Started)] == [0]
    assert not part.exists()


def test_jobs_are_drawn_as_workers_become_free():
    drawn = []

    def endless():
        for n in range(10**9):
            drawn.append(n)
            yield n

    events = run_jobs(WORK + "square", endless(), 2)
    for event in events:
        if isinstance(event, Finished) and event.job == 5:
            break
    events.close()
    assert len(drawn) <= 9


def test_a_job_that_hangs_is_given_up_and_the_rest_goes_on():
    ends, _ = results("hang", [0.0, 60.0, 0.0], workers=1, patience=2.0)
    assert "no sign of life for 2 s" in ends[1].message
    assert isinstance(ends[2], Finished)
