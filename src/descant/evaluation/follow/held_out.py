"""Performances of which one part is held out: what is heard of the others, and when its own notes truly came.

Concert performances (ASAP) lose one hand: the score's two tracks are the hands, and each played note is of the hand of
the written note that it answers. No recordings of quartets with known notes are at hand: Haydn's op. 20 is performed by
a model (`datasets/performance.py`), each part with its own small lapses, and loses one part.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.alignment.written import Written
from descant.datasets import haydn_op20
from descant.datasets.performance import ScoreNotes, perform
from descant.errors import MissingDataError
from descant.evaluation.ears.collections.performances import PLAYED, TUNED
from descant.evaluation.follow.recordings import TUNED_SECONDS, Followed, asap_performance
from descant.evaluation.transcribe.matching import UNMATCHED, nearest
from descant.types import Notes
from descant.types.arrays import BoolArray, FloatArray, IntArray

REACH = 0.75  # quarters from where a note is played, by the beats around it, to where it is written
FEWEST = 0.5  # of the notes, that must be found in the score
AROUND = 1.0  # seconds: a note that is not written is of the hand that plays nearest to it
RUBATO = 1.0


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A performance without one part."""

    id: str
    solo: Written  # what is listened to
    other: Written  # what is held out
    heard: Notes
    true: FloatArray  # seconds of each note of `other`; NaN where it was not played
    start: tuple[float, float]  # quarter and second of the first place that is known
    end: tuple[float, float]  # and of the last


def hands(split: str) -> Iterator[HeldOut]:
    """Either hand of every performance. Performances that cannot be divided are passed by. Raises MissingDataError."""
    for name in PLAYED if split == "test" else TUNED:
        try:
            piece = asap_performance(name, split, None if split == "test" else TUNED_SECONDS)
        except MissingDataError:
            if name == (PLAYED if split == "test" else TUNED)[0]:
                raise
            continue
        answers = answered(piece)
        parts = np.unique(piece.written.part).tolist()
        if len(parts) == 2 and np.mean(answers != UNMATCHED) >= FEWEST:
            for hand, part in zip(("right", "left"), parts, strict=True):
                yield without(piece, part, played_by(piece, answers), answers, f"{name}, {hand} hand")


def quartets(split: str) -> Iterator[HeldOut]:
    """Each movement without one of its parts, in turn: quartets of even number to test, of odd to tune on."""
    for number, (name, score, _) in enumerate(haydn_op20.pieces()):
        parts = np.unique(score.part).tolist()
        if (int(name[5]) % 2 == 0) == (split == "test") and len(parts) == 4:
            piece = performed(name, score)
            answers = answered(piece)
            yield without(piece, parts[number % 4], np.asarray(piece.take.part), answers, name)


def performed(name: str, score: ScoreNotes) -> Followed:
    """A quartet as a model performs it."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    one = perform(score, rng, pedal=False, rubato=RUBATO, programs=(40, 40, 41, 42))
    page = Written(score.onset, score.duration, score.pitch, score.part)
    inside = (one.quarter >= page.onset[0]) & (one.quarter <= page.onset[-1])
    quarter, second = one.quarter[inside], one.second[inside]
    return Followed(haydn_op20.NAME, name, name, "", page, one.notes, one.notes, quarter, second)


def answered(piece: Followed) -> IntArray:
    """Of each played note the written one that it answers, or UNMATCHED."""
    place = np.interp(piece.take.onset, piece.second, piece.quarter, left=-np.inf, right=-np.inf)
    return nearest(place, piece.take.pitch, piece.written.onset, piece.written.pitch, REACH)


def played_by(piece: Followed, answers: IntArray) -> IntArray:
    """Of each played note the part of the written one, or, where it answers none, of what is played nearest to it."""
    take, known = piece.take, np.flatnonzero(answers != UNMATCHED)
    part = piece.written.part[answers]
    for note in np.flatnonzero(answers == UNMATCHED).tolist():
        near = known[np.abs(take.onset[known] - take.onset[note]) < AROUND]
        if len(near):
            part[note] = part[near[np.argmin(np.abs(take.pitch[near] - take.pitch[note]))]]
    return part


def without(piece: Followed, part: int, by: IntArray, answers: IntArray, name: str) -> HeldOut:
    """A performance that loses a part; `by` says whose each played note is."""
    true = np.full(len(piece.written), np.nan)
    matched = answers != UNMATCHED
    true[answers[matched]] = piece.take.onset[matched]
    held: BoolArray = piece.written.part == part
    return HeldOut(
        name,
        piece.written.only(~held),
        piece.written.only(held),
        piece.take.only(by != part),
        true[held],
        (float(piece.quarter[0]), float(piece.second[0])),
        (float(piece.quarter[-1]), float(piece.second[-1])),
    )
