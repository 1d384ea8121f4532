"""Prints what performances are like beside POP909's: a table of docs/models/music_transformer_performance.md.

    python tools/performance_statistics.py

PIECES first minutes of validation songs, and as many minutes played from nothing, with the seeds 0, 1 and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np

from descant.composition.frames_before import profile
from descant.composition.music_transformer_performance import continued, key_heard
from descant.datasets.song_performances import performances
from descant.types import Notes

LENGTH = 60.0  # seconds
PIECES = 10
STEP = 0.05  # seconds: how finely silence and polyphony are looked at
SOON = 0.3  # seconds between strokes of one key that make the second a repetition


def first_minute(notes: Notes) -> Notes:
    """From the first note on."""
    there = notes.only(notes.onset < notes.onset[0] + LENGTH)
    onset, offset = (column - notes.onset[0] for column in (there.onset, there.offset))
    return Notes(onset, np.minimum(offset, LENGTH), there.pitch, there.velocity)


def sounding(notes: Notes) -> np.ndarray:
    """How many keys are down, every STEP."""
    at = np.arange(0.0, LENGTH, STEP)[:, None]
    return np.count_nonzero((notes.onset <= at) & (at < notes.offset), axis=1)


def repeated(notes: Notes) -> float:
    order = np.lexsort((notes.onset, notes.pitch))
    return float(np.mean((np.diff(notes.pitch[order]) == 0) & (np.diff(notes.onset[order]) < SOON)))


def in_key(notes: Notes) -> float:
    return float(np.corrcoef(profile(key_heard(notes)), np.bincount(notes.pitch % 12, minlength=12))[0, 1])


MEASURES: dict[str, Callable[[Notes], float]] = {
    "notes a second": lambda notes: len(notes) / LENGTH,
    "keys down, where any is": lambda notes: float(sounding(notes)[sounding(notes) > 0].mean()),
    "silence, %": lambda notes: float(100 * np.mean(sounding(notes) == 0)),
    "lowest twentieth, MIDI pitch": lambda notes: float(np.quantile(notes.pitch, 0.05)),
    "highest twentieth, MIDI pitch": lambda notes: float(np.quantile(notes.pitch, 0.95)),
    "different pitches": lambda notes: len(np.unique(notes.pitch)),
    "length, median, seconds": lambda notes: float(np.median(notes.offset - notes.onset)),
    f"struck again within {SOON:g} s, %": lambda notes: 100 * repeated(notes),
    "velocity": lambda notes: float(notes.velocity.mean()),
    "correlation with its key": in_key,
}


def main() -> None:
    """The mean of every measure over the pieces."""
    songs = [first_minute(notes) for _, notes in islice(performances("valid"), PIECES)]
    played = [continued(None, LENGTH, seed) for seed in range(PIECES)]
    print("| | POP909 | music_transformer_performance |\n|---|---:|---:|")
    for name, measure in MEASURES.items():
        one, other = (np.mean([measure(notes) for notes in pieces]) for pieces in (songs, played))
        print(f"| {name} | {one:.2f} | {other:.2f} |")


if __name__ == "__main__":
    main()
