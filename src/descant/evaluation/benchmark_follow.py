"""How much of a processor followers take: sound comes 10 ms at a time, as from a microphone; the score is a tune.

The memory of a long score is that of a fresh process, which follows the tune in a score that repeats it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from descant.evaluation.benchmark_listen import Figure, run
from descant.features.stream import RATE, Samples
from descant.io.audio import write_audio
from descant.io.midi import write_midi
from descant.pipelines.demo_piece import demo_notes
from descant.pipelines.listeners import SYSTEMS, listener
from descant.pipelines.played_out import PlayedOut, played_out
from descant.pipelines.score_sound import score_sound
from descant.types import Notes

FRAME = 0.01  # seconds


def benchmark(long_hours: float = 0.0) -> list[Figure]:
    """For each system, what it takes to make ready, and then for each frame of a tune that descant wrote.

    long_hours: also the memory for a score of so many hours. Raises DescantError where its command fails.
    """
    notes = demo_notes()
    sound = score_sound(notes)
    figures = [one for name in SYSTEMS for one in _followed(name, played_out(notes), sound.samples)]
    if long_hours > 0:
        with tempfile.TemporaryDirectory(prefix="descant-benchmark-") as folder:
            score = write_midi(repeated(notes, long_hours * 3600.0), Path(folder) / "score.mid")
            take = write_audio(sound, Path(folder) / "take.wav")
            used = run([sys.executable, "-m", "descant", "follow", str(score), "--audio", str(take)])
        what = f"a score of {60 * long_hours:g} minutes, {sound.duration:.0f} s of sound"
        figures.append(Figure(f"{what}, {SYSTEMS[0]}", used.seconds, "s"))
        if used.largest is not None:
            figures.append(Figure(f"{what}, {SYSTEMS[0]}: peak memory", used.largest, "MiB"))
    return figures


def repeated(notes: Notes, seconds: float) -> Notes:
    """The notes again and again, for at most so long, and once at least."""
    count = max(1, int(seconds / notes.duration))
    later = np.repeat(notes.duration * np.arange(count), len(notes))
    return replace(
        notes,
        onset=np.tile(notes.onset, count) + later,
        offset=np.tile(notes.offset, count) + later,
        pitch=np.tile(notes.pitch, count),
        velocity=np.tile(notes.velocity, count),
        part=np.tile(np.asarray(notes.part), count),
        confidence=np.tile(np.asarray(notes.confidence), count),
    )


def _followed(name: str, played: PlayedOut, samples: Samples) -> list[Figure]:
    begun = time.process_time()
    ear = listener(played, RATE, name)
    ready = time.process_time() - begun
    size, taken = round(FRAME * RATE), []
    for at in range(0, samples.shape[1], size):
        start = time.process_time()
        ear.push(samples[:, at : at + size])
        taken.append(time.process_time() - start)
    told = np.array(taken[len(taken) // 10 :])  # once what is done at first use is done
    return [
        Figure(f"{name}: latency at most, sound in blocks of 10 ms", 1000 * (ear.latency + FRAME), "ms"),
        Figure(f"{name}: CPU to be ready, for each minute of the score", 60 * ready / (samples.shape[1] / RATE), "s"),
        Figure(f"{name}: CPU for 10 ms of sound, median", 1000 * float(np.median(told)), "ms"),
        Figure(f"{name}: CPU for 10 ms of sound, 99 of 100", 1000 * float(np.percentile(told, 99)), "ms"),
        Figure(f"{name}: CPU, share of real time", 100 * float(told.mean()) / FRAME, "%"),
    ]
