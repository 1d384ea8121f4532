"""The benchmark's parts: fresh processes, their time and memory, and songs of any length."""

import json
import sys

import pytest

from descant.errors import DescantError
from descant.evaluation import benchmark_listen
from descant.io.audio import open_audio


def test_measures_a_fresh_process():
    code = "import time; held = b'x' * 200_000_000; time.sleep(0.2)"
    used = benchmark_listen.run([sys.executable, "-c", code])
    assert 0.2 < used.seconds < 20
    assert used.largest is None or 190 < used.largest < 400
    assert used.together is None or 190 < used.together < 400


def test_processes_at_one_time_count_together():
    child = "import time; held = b'x' * 100_000_000; time.sleep(0.5)"
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}])"
    code = f"import subprocess, sys; [one.wait() for one in ({start}, {start})]"
    used = benchmark_listen.run([sys.executable, "-c", code])
    assert used.largest is None or 95 < used.largest < 150
    assert used.together is None or 190 < used.together < 300


def test_a_command_that_fails_is_told_of():
    with pytest.raises(DescantError, match="oh no"):
        benchmark_listen.run([sys.executable, "-c", "raise SystemExit('oh no')"])


@pytest.mark.parametrize("name", ["song.wav", "song.flac"])
def test_writes_a_song_of_the_wanted_length(tmp_path, name):
    song = open_audio(benchmark_listen.write_song(tmp_path / name, 100.0))
    assert (song.sample_rate, song.channels) == (44_100, 2)
    assert song.duration == pytest.approx(100.0)


def test_figures_are_json_lines():
    [line] = benchmark_listen.json_lines([benchmark_listen.Figure("help", 0.2, "s")]).splitlines()
    assert json.loads(line) == {"name": "help", "value": 0.2, "unit": "s"}
