"""Jobs run in processes of their own, two at a time, and outlive the server; whatever becomes of them is told."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from descant.errors import BusyError, InvalidValueError, MissingDataError, UnwritableFileError
from descant.studio import jobs as module
from descant.studio import jobs_kept
from descant.studio.events import Events
from descant.studio.jobs import ENDED, Jobs
from tests.studio.served import REPOSITORY
from tests.studio.work import KINDS


@pytest.fixture
def jobs(tmp_path):
    opened = Jobs(tmp_path / "home", Events(), KINDS)
    yield opened
    opened.close()


def wait_for(check, seconds=20.0):
    end = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return value


def ended(jobs, job):
    wait_for(lambda: jobs.get(job.id).state in ENDED)
    return jobs.get(job.id)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # one that has ended and that nobody has asked for yet
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def pids(folder):
    return [int(one) for one in (folder / "pids").read_text().split()] if (folder / "pids").exists() else []


def held(jobs, folder, kind="hold"):
    """A job that has begun to wait for a file."""
    folder.mkdir(exist_ok=True)
    job = jobs.start(kind, {"folder": str(folder)}, title="waits", piece="0123456789ab")
    wait_for(lambda: pids(folder))
    return job


def test_a_job_gives_its_result(jobs):
    job = jobs.start("double", {"number": 21}, title="Twice")
    assert (job.state, job.share, job.result) == ("queued", 0.0, None)
    done = ended(jobs, job)
    assert (done.state, done.share, done.result, done.message) == ("done", 1.0, {"twice": 42}, "")


def test_failures_are_told_in_words(jobs):
    refused = jobs.start("refuse", {}, title="Refused")
    broken = jobs.start("break_down", {}, title="Broken")
    assert ended(jobs, refused).message == "song.mp3: is <b>not</b> music"
    assert "KeyError" in ended(jobs, broken).message
    assert {one.state for one in jobs.all()} == {"failed"}


def test_a_job_that_is_killed_fails_and_the_next_goes_on(jobs):
    killed = jobs.start("die", {}, title="Killed")
    after = jobs.start("double", {"number": 1}, title="After")
    assert "SIGKILL" in ended(jobs, killed).message
    assert ended(jobs, after).result == {"twice": 2}


def test_two_run_at_once_and_the_rest_waits_its_turn(jobs, tmp_path):
    first, second = held(jobs, tmp_path / "a"), held(jobs, tmp_path / "b")
    third = jobs.start("double", {"number": 1}, title="Third")
    time.sleep(0.3)
    assert [one.state for one in jobs.all()] == ["queued", "running", "running"]  # newest first
    (tmp_path / "a" / "go").touch()
    assert ended(jobs, third).state == "done"
    assert (jobs.get(first.id).state, jobs.get(second.id).state) == ("done", "running")


def test_cancelling_ends_the_process_and_what_it_started(jobs, tmp_path):
    job = held(jobs, tmp_path / "a", kind="parent")
    (pid,) = pids(tmp_path / "a")
    assert alive(pid)
    assert jobs.cancel(job.id).state == "cancelled"
    wait_for(lambda: not alive(pid))
    assert jobs.cancel(job.id).state == "cancelled"
    assert ended(jobs, jobs.start("double", {"number": 1}, title="After")).state == "done"


def test_a_waiting_job_is_cancelled_before_it_begins(jobs, tmp_path):
    held(jobs, tmp_path / "a")
    held(jobs, tmp_path / "b")
    waiting = jobs.start("hold", {"folder": str(tmp_path)}, title="never")
    assert jobs.cancel(waiting.id).state == "cancelled"
    (tmp_path / "a" / "go").touch()
    (tmp_path / "b" / "go").touch()
    wait_for(lambda: all(one.state in ENDED for one in jobs.all()))
    assert pids(tmp_path) == []


def test_a_job_goes_on_with_the_next_server(jobs, tmp_path):
    running = held(jobs, tmp_path / "a")
    held(jobs, tmp_path / "b")
    waiting = jobs.start("double", {"number": 4}, title="Waits")
    done_before = jobs.cancel(jobs.start("double", {"number": 4}, title="Cancelled").id)
    jobs.close()
    assert not any(alive(pid) for pid in pids(tmp_path / "a") + pids(tmp_path / "b"))
    (tmp_path / "a" / "go").touch()
    (tmp_path / "b" / "go").touch()
    later = Jobs(tmp_path / "home", Events(), KINDS)
    try:
        assert [later.get(one.id).state for one in (running, waiting)] == ["queued", "queued"]
        assert later.get(done_before.id) == done_before
        later.resume()
        assert ended(later, running).result == {"held": True}
        assert ended(later, running).piece == "0123456789ab"
        assert ended(later, waiting).result == {"twice": 8}
    finally:
        later.close()


SERVER = """
import sys, time
from pathlib import Path
from descant.studio.events import Events
from descant.studio.jobs import Jobs
from tests.studio.work import KINDS
if __name__ == "__main__":
    home, folder, name = sys.argv[1:]
    jobs = Jobs(Path(home), Events(), KINDS)
    jobs.resume()
    print(name or jobs.start("hold", {"folder": folder}, title="held").id, flush=True)
    time.sleep(60)
"""


def killed(tmp_path, name=""):
    """A server that is killed while its job is at work: the job's id."""
    script, before = tmp_path / "server.py", len(pids(tmp_path))
    script.write_text(SERVER)
    command = [sys.executable, script, tmp_path / "home", tmp_path, name]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        name = server.stdout.readline().strip()
        wait_for(lambda: len(pids(tmp_path)) > before)
        server.send_signal(signal.SIGKILL)
    wait_for(lambda: not alive(pids(tmp_path)[-1]))
    return name


def test_a_killed_server_leaves_no_process_and_its_job_goes_on(tmp_path):
    name = killed(tmp_path)
    (tmp_path / "go").touch()
    later = Jobs(tmp_path / "home", Events(), KINDS)
    later.resume()
    try:
        assert ended(later, later.get(name)).result == {"held": True}
    finally:
        later.close()
    assert len(pids(tmp_path)) == 2


def test_a_job_that_has_brought_servers_down_is_given_up(tmp_path):
    name = ""
    for _ in range(module.MOST_STARTS):
        name = killed(tmp_path, name)
    jobs = Jobs(tmp_path / "home", Events(), KINDS)
    jobs.resume()
    assert ended(jobs, jobs.get(name)).message == "held: was interrupted too often"
    jobs.close()


def test_a_job_goes_on_however_often_the_studio_is_closed(tmp_path):
    name = ""
    for start in range(module.MOST_STARTS + 2):
        jobs = Jobs(tmp_path / "home", Events(), KINDS)
        name = name or jobs.start("hold", {"folder": str(tmp_path)}, title="Long").id
        jobs.resume()
        wait_for(lambda start=start: len(pids(tmp_path)) == start + 1)
        jobs.close()
    (tmp_path / "go").touch()
    jobs = Jobs(tmp_path / "home", Events(), KINDS)
    jobs.resume()
    assert ended(jobs, jobs.get(name)).result == {"held": True}
    jobs.close()


def test_an_ended_job_is_forgotten_and_a_running_one_is_not(jobs, tmp_path):
    running = held(jobs, tmp_path / "a")
    with pytest.raises(InvalidValueError, match="still running; cancel it first"):
        jobs.forget(running.id)
    jobs.cancel(running.id)
    jobs.forget(running.id)
    with pytest.raises(MissingDataError):
        jobs.get(running.id)
    jobs.close()
    assert Jobs(tmp_path / "home", Events(), KINDS).all() == []


def test_old_jobs_are_not_shown_and_older_ones_are_not_kept(jobs, tmp_path, monkeypatch):
    job = jobs.start("double", {"number": 1}, title="Old")
    ended(jobs, job)
    monkeypatch.setattr(module, "TOLD", -1.0)
    assert jobs.all() == []
    assert jobs.get(job.id).state == "done"
    jobs.close()
    monkeypatch.setattr(jobs_kept, "KEPT", -1.0)
    with pytest.raises(MissingDataError):
        Jobs(tmp_path / "home", Events(), KINDS).get(job.id)


def test_what_cannot_be_written_down_fails_and_the_queue_goes_on(jobs):
    assert "not JSON serializable" in ended(jobs, jobs.start("no_json", {}, title="A set")).message
    assert ended(jobs, jobs.start("double", {"number": 1}, title="After")).state == "done"


def test_a_full_disk_refuses_new_jobs_but_those_that_run_end_and_can_be_cancelled(jobs, tmp_path, monkeypatch):
    def full(*_):
        raise UnwritableFileError("no space left")

    for name in "ab":
        (tmp_path / name).mkdir()
    first = jobs.start("hold", {"folder": str(tmp_path / "a")}, title="Ends")
    second = jobs.start("hold", {"folder": str(tmp_path / "b")}, title="Cancelled")
    wait_for(lambda: {jobs.get(one.id).state for one in (first, second)} == {"running"})
    monkeypatch.setattr(jobs._file, "save", full)
    with pytest.raises(UnwritableFileError, match="no space left"):
        jobs.start("double", {"number": 1}, title="New")
    assert len(jobs.all()) == 2
    assert jobs.cancel(second.id).state == "cancelled"
    (tmp_path / "a" / "go").touch()
    assert ended(jobs, first).state == "done"
    monkeypatch.undo()
    assert ended(jobs, jobs.start("double", {"number": 1}, title="After")).state == "done"


def test_a_damaged_file_is_told_of(tmp_path):
    (tmp_path / "jobs.db").write_bytes(b"no database" * 1000)
    with pytest.raises(UnwritableFileError, match=r"jobs\.db.*remove the file"):
        Jobs(tmp_path, Events(), KINDS)


def test_too_many_jobs_and_unknown_kinds_are_refused(jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_QUEUED", 1)
    held(jobs, tmp_path / "a")
    held(jobs, tmp_path / "b")
    jobs.start("double", {"number": 1}, title="Waits")
    with pytest.raises(BusyError):
        jobs.start("double", {"number": 1}, title="Too many")
    with pytest.raises(InvalidValueError, match="'cook'"):
        jobs.start("cook", {}, title="Soup")


def test_what_happens_to_a_job_is_told_and_often_moves_are_told_seldom(tmp_path):
    async def told():
        events = Events()
        jobs = Jobs(tmp_path, events, KINDS)
        stream = events.stream(list)
        lines = [await anext(stream)]
        began = time.monotonic()
        jobs.start("double", {"number": 21}, title="Twice", piece="0123456789ab")
        while '"state": "done"' not in "".join(lines) or 'event: piece\ndata: {"id": "0123456789ab"}' not in lines[-1]:
            lines.append(await anext(stream))
        took = time.monotonic() - began
        await stream.aclose()
        jobs.close()
        return lines, took, len(events)

    lines, took, left = asyncio.run(told())
    assert lines[0] == "event: jobs\ndata: []\n\n"
    assert len(lines) <= took / 0.2 + 2
    assert left == 0
