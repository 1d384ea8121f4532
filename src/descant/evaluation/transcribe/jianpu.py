"""A melody alone as numbered notation: its places in bars, its key, and its numbers."""

from __future__ import annotations

import numpy as np

from descant.evaluation.measures import Measures
from descant.evaluation.transcribe import metre
from descant.evaluation.transcribe.desk import Desk
from descant.evaluation.transcribe.page import FIFTHS, Page
from descant.evaluation.transcribe.systems import MUSIC21, WRITERS
from descant.evaluation.transcribe.task import Task
from descant.io.score.jianpu import degree
from descant.types.arrays import IntArray
from descant.types.score import KeySignature, SpelledPitch

HEADLINE = "jianpu"
LETTERS = {number: letter for letter, number in FIFTHS.items()}


def measure(desk: Desk, name: str) -> Measures:
    """The measures of metre; and the share of notes whose number, octave and alteration are those of the true key."""
    passage, page = desk.passage, desk.page(name)
    found = metre.of_page(passage, page)
    truth = passage.truth
    if not passage.keyed or truth.fifths is None or page.fifths is None:
        return found
    true, written = (numbers(one, passage.notes.pitch) for one in (truth, page))
    right = (page.known & (true == written).all(axis=1))[truth.known]
    return {**found, HEADLINE: float(np.mean(right))}


def numbers(page: Page, pitch: IntArray) -> IntArray:
    """(number, octave, alteration) of each note under its key signature; pitch: MIDI numbers."""
    assert page.fifths is not None, "only pages with spelling have numbers"
    rows = zip(pitch.tolist(), page.fifths.tolist(), page.sharps.tolist(), page.known.tolist(), strict=True)
    found = [
        degree(spelled(key, place), KeySignature(sharps)) if known else (0, 0, 0) for key, place, sharps, known in rows
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def spelled(key: int, fifths: int) -> SpelledPitch:
    """The pitch of a MIDI number on the line of fifths."""
    alter, letter = divmod(fifths + 1, 7)
    return SpelledPitch(LETTERS[letter - 1], (key - alter) // 12 - 1, alter)


TASK = Task(
    name="jianpu",
    collections=("melodies",),
    systems=WRITERS,
    baseline=MUSIC21,
    headline=HEADLINE,
    measure=measure,
)
