"""`descant evaluate`, as far as it goes without data; tests/evaluation does the rest."""

import subprocess
import sys


def evaluate(*arguments, data, suite="listen"):
    command = [sys.executable, "-m", "descant", "evaluate", suite, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"DESCANT_DATA": str(data), "PATH": ""}
    )


def test_without_data_it_says_what_to_do(tmp_path):
    done = evaluate(data=tmp_path)
    assert done.returncode == 2
    assert "the data set mdbdrums is not there; get it from https://" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_task_that_does_not_exist_is_refused(tmp_path):
    done = evaluate("--tasks", "beet", data=tmp_path)
    assert done.returncode == 2
    assert "no task is named 'beet'" in done.stderr


def test_a_transform_that_does_not_exist_is_refused_before_anything_is_measured(tmp_path):
    done = evaluate("--tasks", "pitch", "--use", "pitch=nonsense", data=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no transform is named 'nonsense'" in done.stderr


def test_ears_goes_on_without_data_and_says_what_is_left_out(tmp_path):
    done = evaluate("--tasks", "drum,section", "--json", "-", data=tmp_path, suite="ears")
    assert done.returncode == 0
    assert done.stdout == ""
    assert "drum: the takes are left out" in done.stderr
    assert "section: the songs are left out" in done.stderr
    assert "https://" in done.stderr


def test_ears_names_its_tasks(tmp_path):
    done = evaluate("--tasks", "rhythm", data=tmp_path, suite="ears")
    assert done.returncode != 0
    assert "note, piano" in done.stderr


def test_transcribe_goes_on_without_data_and_says_what_is_left_out(tmp_path):
    done = evaluate("--tasks", "metre,melody", "--json", "-", data=tmp_path, suite="transcribe")
    assert (done.returncode, done.stdout) == (0, "")
    assert "metre: the performances are left out" in done.stderr
    assert "melody: the songs are left out" in done.stderr


def test_transcribe_names_its_tasks(tmp_path):
    done = evaluate("--tasks", "rhythm", data=tmp_path, suite="transcribe")
    assert done.returncode == 2
    assert "metre, spelling, hand, voice, mv2h, melody, jianpu, audio" in done.stderr


def test_harmony_goes_on_without_data_and_says_what_is_left_out(tmp_path):
    done = evaluate("--json", "-", data=tmp_path, suite="harmony")
    assert (done.returncode, done.stdout) == (0, "")
    assert "chord sequence: pop909 is left out" in done.stderr
    assert "https://" in done.stderr


def test_harmony_names_its_tasks(tmp_path):
    done = evaluate("--tasks", "rhythm", data=tmp_path, suite="harmony")
    assert done.returncode == 2
    assert "choose from chord sequence" in done.stderr


def test_follow_goes_on_without_data_and_says_what_is_left_out(tmp_path):
    done = evaluate("--tasks", "symbolic following,singing", "--json", "-", data=tmp_path, suite="follow")
    assert (done.returncode, done.stdout) == (0, "")
    assert "symbolic following: vienna4x22 is left out" in done.stderr
    assert "singing: jsb is left out" in done.stderr
    assert "https://" in done.stderr


def test_follow_names_its_tasks(tmp_path):
    done = evaluate("--tasks", "rhythm", data=tmp_path, suite="follow")
    assert done.returncode == 2
    assert "choose from score following, recovery, symbolic following" in done.stderr


def test_compose_goes_on_without_data_and_says_what_is_left_out(tmp_path):
    done = evaluate("--json", "-", data=tmp_path, suite="compose")
    assert (done.returncode, done.stdout) == (0, "")
    assert "next token: jsb is left out" in done.stderr
    assert "https://" in done.stderr


def test_compose_names_its_tasks(tmp_path):
    done = evaluate("--tasks", "rhythm", data=tmp_path, suite="compose")
    assert done.returncode == 2
    assert "choose from next token" in done.stderr
