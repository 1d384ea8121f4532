"""A score's own sound, for followers that compare it with what they hear: played as written, time 0 its beginning.

A long score is played in stretches, so that memory grows with the mono sound alone. The player brings each stretch to
full scale, so each is brought back to the loudness of the last one where the two overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from descant.features.stream import RATE, Samples
from descant.registry import find
from descant.types import Audio, Notes, Score

STRETCH = 120.0  # seconds
OVERLAP = 4.0  # seconds
LONGEST_NOTE = 20.0  # seconds: what began longer before a stretch is not played in it
SILENT = 1e-4  # of full scale: no loudness to compare
PEAK = 0.9


def score_sound(score: Score | Notes) -> Audio:
    """Mono, at RATE. score: each measure is played once."""
    notes: Notes = score if isinstance(score, Notes) else find("as-written")(score, repeats=False)
    sound: Samples = np.zeros(0, dtype=np.float32)
    parts = list(_stretches(notes.duration))
    for start, stop in parts:
        played = _played(notes, start, stop, rings=stop == parts[-1][1])
        at = round(start * RATE)
        common = len(sound) - at
        if common > 0:
            fade = np.linspace(0.0, 1.0, common, dtype=np.float32)
            loud, own = _loudness(sound[at:]), _loudness(played[:common])
            played *= np.float32(loud / own if min(loud, own) > SILENT else 1.0)
            played[:common] = fade * played[:common] + (1 - fade) * sound[at:]
        sound = np.concatenate([sound[:at], played])
    peak = float(np.abs(sound).max(initial=0.0))
    return Audio(sound * np.float32(PEAK / peak) if peak > PEAK else sound, RATE)


def _stretches(duration: float) -> Iterator[tuple[float, float]]:
    """Where each begins and ends, seconds; a last one that is short belongs to the one before."""
    count = max(1, round(duration / STRETCH))
    for at in range(count):
        yield max(0.0, at * STRETCH - OVERLAP), duration if at + 1 == count else (at + 1) * STRETCH


def _played(notes: Notes, start: float, stop: float, *, rings: bool) -> Samples:
    """What is heard between two times; rings: and after the last note."""
    import soxr

    early = max(0.0, start - LONGEST_NOTE)
    sounding = notes.only((notes.onset >= early) & (notes.onset < stop) & (notes.offset > start))
    moved = replace(
        sounding,
        onset=sounding.onset - early,
        offset=sounding.offset - early,
        bends=tuple(replace(one, time=max(0.0, one.time - early)) for one in notes.bends if one.time < stop),
        controls=tuple(replace(one, time=max(0.0, one.time - early)) for one in notes.controls if one.time < stop),
        tempos=(),
        meters=(),
    )
    audio: Audio = find("sampler")(moved)
    mono = np.asarray(soxr.resample(audio.samples.mean(axis=0), audio.sample_rate, RATE), dtype=np.float32)
    first, last = round((start - early) * RATE), round((stop - early) * RATE)
    heard = mono[first:] if rings else mono[first:last]
    missing = max(0, last - first - len(heard))
    found: Samples = np.concatenate([heard, np.zeros(missing, dtype=np.float32)])
    return found


def _loudness(sound: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))
