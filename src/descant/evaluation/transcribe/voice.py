"""Which note follows which in a voice.

McLeod and Steedman: HMM-based Voice Separation of MIDI Performance, Journal of New Music Research 45(1), 2016. There
each voice is one note at a time; here each note of a chord is followed by each note of the next one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.systems import PLAIN_GRID, WRITERS
from descant.evaluation.transcribe.task import Task
from descant.types.arrays import BoolArray, FloatArray, IntArray

HEADLINE = "voice F-measure"


def measure(desk: Desk, name: str) -> Measures:
    """Precision, recall and F-measure of pairs of notes that follow each other in a voice, rests or not."""
    truth, page = desk.passage.truth, desk.page(name)
    if truth.voice is None or page.voice is None:
        return {}
    true = successions(truth.voice, truth.onset, truth.known)
    found = successions(page.voice, page.onset, page.known & truth.known)
    right = len(true & found)
    return {
        HEADLINE: 2 * right / max(len(true) + len(found), 1),
        "voice precision": right / max(len(found), 1),
        "voice recall": right / max(len(true), 1),
    }


def successions(voice: IntArray, onset: FloatArray, asked: BoolArray) -> set[tuple[int, int]]:
    """Pairs of notes: each note with those that its voice begins next."""
    pairs: set[tuple[int, int]] = set()
    for one in np.unique(voice[asked]).tolist():
        mine = np.flatnonzero(asked & (voice == one))
        places, where = np.unique(np.round(onset[mine], 6), return_inverse=True)
        chords = [mine[where == at].tolist() for at in range(len(places))]
        for chord, following in pairwise(chords):
            pairs.update((note, after) for note in chord for after in following)
    return pairs


TASK = Task(
    name="voice",
    collections=("excerpts", "scores"),
    systems=WRITERS,
    baseline=PLAIN_GRID,
    headline=HEADLINE,
    measure=measure,
)
