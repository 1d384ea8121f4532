"""Takes to practise with: performances whose score is known, note by note or by its beats."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import PracticePage
from descant.alignment.written import Written
from descant.datasets import asap, asap_score, jsb, vienna4x22
from descant.datasets.performance import perform
from descant.evaluation.ears.collections.performances import PLAYED, TUNED
from descant.evaluation.transcribe.matching import nearest
from descant.types import Notes
from descant.types.arrays import FloatArray, IntArray

SECONDS = 90.0  # of each performance of ASAP
UNLIKE = ("Scriabin/Sonatas/5/ChernovA06M",)  # whose beats are not those of its score
NEAR = 0.5  # quarters within which a performed note of the right pitch answers a written one


@dataclass(frozen=True, eq=False)
class Take:
    """A performance and its score."""

    data: str
    id: str
    page: PracticePage
    onset: FloatArray  # seconds, in order
    pitch: IntArray
    velocity: IntArray
    answers: IntArray  # of each performed note the written one that it answers, or NONE
    perfect: bool  # whether the player made no errors: then what is found before any are put in is false


def page_of(onset: FloatArray, duration: FloatArray, pitch: IntArray, bars: FloatArray, beat: float) -> PracticePage:
    """A page of nothing but notes. bars: where they begin."""
    end = float(np.max(onset + duration))
    begun = np.unique(np.concatenate([[0.0], bars[(bars > 0) & (bars < end)]]))
    nothing = np.zeros(len(onset), dtype=bool)
    return PracticePage(
        Written(onset, duration, pitch, np.zeros(len(onset), dtype=np.int64)),
        np.append(begun, max(end, begun[-1] + beat)),
        np.full(len(begun), beat),
        np.arange(len(begun)),
        nothing,
        nothing,
        nothing,
        np.zeros(0),
    )


def _once(onset: FloatArray, pitch: IntArray) -> IntArray:
    """The notes in order, those that two voices share once."""
    order = np.lexsort((pitch, onset))
    same = (np.diff(onset[order]) == 0) & (np.diff(pitch[order]) == 0)
    kept: IntArray = order[np.append(True, ~same)]
    return kept


def vienna(split: str) -> Iterator[Take]:
    """Vienna 4x22: every performance, whose notes people matched to the score; none to tune on.

    Raises MissingDataError.
    """
    if split != "test":
        return
    for one in vienna4x22.performances():
        begin = one.written_onset.min()
        kept = _once(one.written_onset, one.written_pitch)
        onset = one.written_onset[kept] - begin
        first = [one.written_onset[one.written_measure == bar].min() - begin for bar in np.unique(one.written_measure)]
        page = page_of(
            onset,
            (one.written_offset - one.written_onset)[kept],
            one.written_pitch[kept],
            np.array(first),
            4 / one.meter[1],
        )
        answers = np.full(len(one.notes), NONE)
        for note, played in enumerate(one.played[kept].tolist()):
            if played != vienna4x22.UNMATCHED:
                answers[played] = note
        yield _take(f"{vienna4x22.NAME}/test", one.id, page, one.notes, answers, perfect=False)


def asap_takes(split: str) -> Iterator[Take]:
    """The beginnings of ASAP's performances. Raises MissingDataError."""
    for name in PLAYED if split == "test" else TUNED:
        if name in UNLIKE:
            continue
        score, played = asap_score.read_score(name), asap.read_performance(name).notes
        inside = score.seconds < SECONDS
        end = float(score.beats[inside][-1])
        kept = _once(score.onset, score.pitch)
        kept = kept[score.onset[kept] < end]
        page = page_of(score.onset[kept], score.duration[kept], score.pitch[kept], score.downbeats, 1.0)
        notes = played.only(played.onset < score.seconds[inside][-1] - 0.02)
        answers = answered(page.notes, notes, score.beats, score.seconds)
        yield _take(f"{asap.NAME}/{split}", name, page, notes, answers, perfect=False)


def made_up(split: str) -> Iterator[Take]:
    """Chorales of JSB played on a piano after performance rules. Raises MissingDataError."""
    for one in jsb.chorales(split)[::3]:
        score = one.score
        kept = _once(score.onset, score.pitch)
        rng = np.random.default_rng(zlib.crc32(one.id.encode()))
        played = perform(score, rng, pedal=False, rubato=0.7)
        page = page_of(score.onset[kept], score.duration[kept], score.pitch[kept], np.arange(0.0, score.end, 4.0), 1.0)
        answers = answered(page.notes, played.notes, played.quarter, played.second)
        yield _take(f"{jsb.NAME}/{split}, performed by rule", one.id, page, played.notes, answers, perfect=True)


def answered(score: Written, notes: Notes, quarter: FloatArray, second: FloatArray) -> IntArray:
    """Of each performed note the nearest written one of its pitch, by a map from the score to the performance."""
    return nearest(np.interp(notes.onset, second, quarter), notes.pitch, score.onset, score.pitch, NEAR)


def _take(data: str, name: str, page: PracticePage, notes: Notes, answers: IntArray, *, perfect: bool) -> Take:
    return Take(data, name, page, notes.onset, notes.pitch, notes.velocity, answers, perfect)


def pace_of(page: PracticePage, onset: FloatArray, answers: IntArray) -> float:
    """Seconds a quarter, over all notes that answer one."""
    known = answers != NONE
    quarter = page.notes.onset[answers[known]]
    return float(np.ptp(onset[known]) / max(np.ptp(quarter), 1.0))
