"""Which notes are the tune: in pop songs played on one piano, in songs for voice and piano, in chorales.

POP909's tune is its part MELODY, that of a song for voice and piano the voice, that of a chorale the soprano. Loudness
is told only of POP909, as it was played; scores are as loud everywhere, a quarter half a second. A note is right if
one of the tune's begins within 50 ms of it at its pitch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.datasets import jsb, pop909
from descant.datasets.lieder import NAME as LIEDER
from descant.datasets.lieder import lieder
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import split_of
from descant.evaluation.measured import Measured, plain
from descant.evaluation.measures import Measures
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.evaluation.transcribe.collections.songs import melody_of
from descant.evaluation.transcribe.desk import one_piano
from descant.evaluation.transcribe.systems import PICKERS, SKYLINE
from descant.types import Notes
from descant.types.arrays import BoolArray

QUARTER = 0.5  # seconds
VELOCITY = 64
HEADLINE = "F-measure_no_offset"


@dataclass(frozen=True, eq=False)
class Tuned:
    """A piece whose tune is known."""

    id: str
    notes: Notes  # without drums, as of one piano
    tune: BoolArray


def songs(split: str) -> Iterator[Tuned]:
    """POP909's arrangements."""
    for one in pop909.song_ids(split):
        notes = pop909.read_song(one).notes
        yield Tuned(one, one_piano(notes), melody_of(notes))


def voices(split: str) -> Iterator[Tuned]:
    """Songs for voice and piano."""
    for score in lieder(lambda name: split_of(name) == split):
        yield of_score(score)


def chorales(split: str) -> Iterator[Tuned]:
    """Chorales of the JSB set."""
    for one in jsb.chorales(split):
        yield of_score(one.score)


def of_score(score: ScoreNotes) -> Tuned:
    """A score whose first part is the tune."""
    onset, velocity = QUARTER * score.onset, np.full(len(score.onset), VELOCITY)
    notes = Notes(onset, onset + QUARTER * score.duration, score.pitch, velocity)
    return Tuned(score.name, notes, score.part == 0)  # both are in order of onset, then pitch


SETS = (PieceSet(pop909.NAME, songs), PieceSet(LIEDER, voices), PieceSet(jsb.NAME, chorales))


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every set; a set that is missing is left out and told of."""
    for one, piece in each_piece(SETS, request, TASK.name):
        for name, system in PICKERS.items():
            measures = rates(piece, system(piece.notes))
            yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, measures)


def rates(piece: Tuned, chosen: BoolArray) -> Measures:
    """F-measure, precision and recall of the chosen notes, by mir_eval."""
    from mir_eval import transcription

    right = (0.0, 0.0, 0.0)
    if piece.tune.any() and chosen.any():
        spans = np.stack([piece.notes.onset, piece.notes.offset], axis=1)
        hertz = 440.0 * 2.0 ** ((piece.notes.pitch - 69) / 12)
        right = transcription.precision_recall_f1_overlap(
            spans[piece.tune], hertz[piece.tune], spans[chosen], hertz[chosen], offset_ratio=None
        )[:3]
    precision, recall, f_measure = (float(one) for one in right)
    return {HEADLINE: f_measure, "Precision_no_offset": precision, "Recall_no_offset": recall}


TASK = Task(name="tune", baseline=SKYLINE, measure=measure, pooled=plain, listed=HEADLINE)
