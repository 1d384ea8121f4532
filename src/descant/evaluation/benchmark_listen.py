"""How fast `descant listen` is, and how much memory it takes: always in a fresh process, as a user meets it.

Beside it, in the same run, a straightforward script that calls librosa's `beat_track`, `chroma_cqt` and `pyin` on the
same file. librosa compiles these at their first use on a machine; the script is run on a short clip before it is timed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import DescantError
from descant.io.audio import WRITE_FRAMES, open_audio
from descant.pipelines.pool import cores
from descant.types import Audio

RATE = 44_100  # Hz, of the songs made here
HELP_RUNS = 5
CLIP_SECONDS = 5.0
SCRIPT = """
import sys, librosa
samples, rate = librosa.load(sys.argv[1])
librosa.beat.beat_track(y=samples, sr=rate)
librosa.feature.chroma_cqt(y=samples, sr=rate)
librosa.pyin(samples, sr=rate, fmin=65.4, fmax=2093.0)
"""
# A process's peak memory counts what its parent held when it was started, so a small one stands between. It also sums,
# every 50 ms, the resident memory of the command and all processes below it, where /proc tells.
LAUNCHER = """
import json, os, subprocess, sys, threading, time

def held(pid):
    folder = f"/proc/{pid}"
    try:
        with open(f"{folder}/statm") as file:
            total = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for thread in os.listdir(f"{folder}/task"):
            with open(f"{folder}/task/{thread}/children") as file:
                total += sum(map(held, file.read().split()))
    except OSError:  # it has just ended, or there is no /proc
        return 0
    return total

def watch():
    global together
    while True:
        together = max(together, held(process.pid))
        time.sleep(0.05)

together = 0
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
threading.Thread(target=watch, daemon=True).start()
code = process.wait()
seconds = time.perf_counter() - start
try:
    import resource
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    largest, processor = used.ru_maxrss, used.ru_utime + used.ru_stime
except ImportError:
    largest = processor = None
print(json.dumps([seconds, largest, together, processor]))
sys.exit(code)
"""


@dataclass(frozen=True)
class Usage:
    """What a command took: seconds, and the peak memory in MiB; None where the system does not tell."""

    seconds: float
    largest: float | None  # of its largest process
    together: float | None  # of all its processes at one time; what they share counts once for each
    processor: float | None = None  # seconds of all cores and processes


@dataclass(frozen=True)
class Figure:
    """One measured figure. Values in `unit`: s, x real time, x faster, MiB; a count has none."""

    name: str
    value: float
    unit: str


def benchmark(file: Path | None = None, minutes: float = 3.0, long_hours: float = 0.0) -> list[Figure]:
    """Measure `descant listen` on a file, or on a synthesised stereo song of so many minutes.

    long_hours: also listen to a song of so many hours, made on disk; 0 leaves it out. Raises DescantError where a
    command fails.
    """
    with tempfile.TemporaryDirectory(prefix="descant-benchmark-") as name:
        folder = Path(name)
        song = file or write_song(folder / "song.wav", minutes * 60.0)
        duration = open_audio(song).duration
        figures = _listening(song, folder)
        clip = write_song(folder / "clip.wav", CLIP_SECONDS)
        run([sys.executable, "-c", SCRIPT, str(clip)])
        script = run([sys.executable, "-c", SCRIPT, str(song)]).seconds
        figures += [
            Figure("librosa beat_track + chroma_cqt + pyin", script, "s"),
            Figure("descant listen against that script", script / figures[0].value, "x faster"),
            Figure("descant --help, median of 5", statistics.median(_help() for _ in range(HELP_RUNS)), "s"),
        ]
        if long_hours > 0:
            figures += _listening(write_song(folder / "long.flac", long_hours * 3600.0), folder)
        return [Figure("cores", cores(), ""), Figure("length of the song", duration, "s"), *figures]


def json_lines(figures: list[Figure]) -> str:
    """The figures as JSON, one object a line."""
    return "".join(json.dumps(asdict(figure)) + "\n" for figure in figures)


def run(command: list[str]) -> Usage:
    """Run a command in a fresh process and measure it. Raises DescantError where the command fails."""
    done = subprocess.run([sys.executable, "-c", LAUNCHER, *command], capture_output=True, text=True)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:]
        raise DescantError(f"{' '.join(command[:4])} ... failed: {' '.join(last)}")
    seconds, largest, together, processor = json.loads(done.stdout)
    if largest is not None:
        largest /= 2**20 if sys.platform == "darwin" else 2**10  # bytes there
    return Usage(seconds, largest, together / 2**20 or None, processor)


def write_song(target: Path, seconds: float) -> Path:
    """descant's own tune, played on a SoundFont and repeated: stereo, 44.1 kHz, 16 bits, WAV or FLAC by the ending.

    Written in blocks, so that hours need no memory.
    """
    import soundfile

    tune = _tune()
    left = round(seconds * RATE)
    with soundfile.SoundFile(str(target), "w", RATE, 2, "PCM_16", format=target.suffix[1:].upper()) as out:
        while left > 0:
            for start in range(0, min(left, len(tune)), WRITE_FRAMES):
                out.write(tune[start : min(start + WRITE_FRAMES, left)])
            left -= len(tune)
    return target


def _tune() -> npt.NDArray[np.float32]:
    """The tune's samples, float32 (frames, 2)."""
    import soxr

    from descant.pipelines.demo_piece import demo_notes
    from descant.registry import find

    played: Audio = find("sampler")(demo_notes())
    return np.asarray(np.clip(soxr.resample(played.samples.T, played.sample_rate, RATE), -1.0, 1.0), dtype=np.float32)


def _listening(song: Path, folder: Path) -> list[Figure]:
    """Seconds, speed and memory of `descant listen` on a song, outputs written and all."""
    duration = open_audio(song).duration
    used = run([sys.executable, "-m", "descant", "listen", str(song), "--out", str(folder / f"out-{song.stem}")])
    what = f"descant listen, {duration / 60:.3g} minutes"
    figures = [Figure(what, used.seconds, "s"), Figure(what, duration / used.seconds, "x real time")]
    if used.largest is not None:
        figures.append(Figure(f"{what}: peak of the largest process", used.largest, "MiB"))
    if used.together is not None:
        figures.append(Figure(f"{what}: peak of all processes together", used.together, "MiB"))
    return figures


def _help() -> float:
    return run([sys.executable, "-m", "descant", "--help"]).seconds
