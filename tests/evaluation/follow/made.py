"""Performances of pieces that we made, whose places are known."""

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.written import Written
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.evaluation.follow.practice_takes import Take, page_of
from descant.evaluation.follow.recordings import Followed
from descant.features import RATE
from descant.types import Audio, Notes
from tests.alignment.test_symbolic_follower import piece


class Formula(Followed):
    """Sounds by formula instead of SoundFonts, which not every machine has."""

    def score_sound(self):
        return _sound(self.page.onset, self.page.pitch)

    def sound(self):
        return _sound(self.take.onset, self.take.pitch)


def _sound(onset, pitch):
    samples = np.zeros(round((float(onset.max()) + 2.0) * RATE))
    time = np.arange(round(1.5 * RATE)) / RATE
    for start, key in zip(onset, pitch, strict=True):
        hz = 440.0 * 2 ** ((key - 69) / 12)
        tone = sum(0.4**k * np.sin(2 * np.pi * hz * (k + 1) * time) for k in range(4)) * np.exp(-4 * time)
        samples[round(start * RATE) :][: len(tone)] += 0.05 * tone
    noise = 1e-4 * np.random.default_rng(0).normal(size=len(samples))
    return Audio((samples + noise).astype(np.float32)[np.newaxis], RATE)


def performance(quarters: int = 80, seed: int = 0, second: float = 0.6, lead: float = 1.0) -> Followed:
    """Chords and eighths in a steady tempo, one piano, every onset known."""
    page = piece(quarters, seed)
    return performed(page, np.unique(page.onset), lead + second * np.unique(page.onset), f"made {seed}")


def performed(page: Written, quarter, times, name: str) -> Followed:
    onset = np.interp(page.onset, quarter, times)
    take = Notes(onset, onset + 0.2, page.pitch, np.full(len(page), 70))
    return Followed("made", name, name, "test", page, take, take, np.asarray(quarter), np.asarray(times))


def take(seed=0):
    """Twelve bars of a tune over half notes, played after performance rules."""
    rng = np.random.default_rng(seed)
    onset = np.concatenate([np.arange(0, 48, 0.5), np.arange(0, 48, 2.0)])
    pitch = np.concatenate(
        [72 + np.clip(np.cumsum(rng.integers(-3, 4, 96)), -9, 12), 48 + rng.integers(-6, 7, 24)]
    ).astype(np.int64)
    duration = np.where(pitch > 60, 0.5, 2.0)
    order = np.lexsort((pitch, onset))
    onset, pitch, duration = onset[order], pitch[order], duration[order]
    bars = np.arange(0.0, 48.0, 4.0)
    notes = ScoreNotes(
        "made up", onset, duration, pitch, (pitch <= 60).astype(np.int64), np.arange(48.0), bars, bpm=90.0
    )
    played = perform(notes, rng, pedal=False, rubato=0.3).notes
    page = page_of(onset, duration, pitch, bars, 1.0)
    answers = np.full(len(played), NONE)
    for key in np.unique(pitch):
        answers[played.pitch == key] = np.flatnonzero(pitch == key)[: (played.pitch == key).sum()]
    return Take("made/valid", "one", page, played.onset, played.pitch, played.velocity, answers, perfect=True)
