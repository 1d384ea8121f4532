"""What tests ask of a studio's client again and again."""

import time


def ended(client, job, seconds=60.0):
    """A job once it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = client.get(f"/api/jobs/{job}").json()
        if found["state"] in ("done", "failed", "cancelled"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"the job goes on: {found}")


def done(client, answer):
    """The result of a job that an answer has started."""
    assert answer.status_code == 202, answer.text
    job = ended(client, answer.json()["id"])
    assert job["state"] == "done", job["message"]
    return job["result"]


def error(answer, status):
    """The words of a refusal."""
    assert answer.status_code == status, answer.text
    words = answer.json()["error"]
    assert words
    assert "Traceback" not in words
    return words
