"""Errors put into performances, found again; which note answers which; and what a take's score is worth.

Errors of each kind, by precision, recall and F-measure over all takes. A note's error is found where the same note is
told to have the same error, a skipped or repeated bar where at least half of what is told and of the bar is the same.
What is found in a person's take before any errors are put in is set aside, as nobody knows whether the player meant it;
how often that happens is told as "found before, a hundred notes". Takes that were made by rule have no errors before,
so there everything else that is found is false.

A take's score is held against the share of its notes that are spoiled, from none to eight in a hundred of each kind:
over all takes together, where what the players did themselves counts too, and within each take. The baseline is a plain
edit distance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import KINDS, MISSED, OF_NOTES, REPEATED, SKIPPED, Finding, PracticePage, practised
from descant.datasets import asap, jsb, vienna4x22
from descant.errors import DescantError
from descant.evaluation.follow.edit_distance import edits
from descant.evaluation.follow.practice_takes import Take, asap_takes, made_up, vienna
from descant.evaluation.follow.take_errors import SHARE, Error, Spoiled, spoiled, with_jumps
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.measures import retrieval
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.types.arrays import FloatArray, IntArray

PRACTICE, EDITS = "practice", "edit distance"
SHARES = (0.0, 0.005, SHARE, 0.02, 0.04, 0.08)  # of the notes, spoiled in each of seven ways
RANKED = "rank correlation of score and errors"  # over all spoiled takes together
RANKED_WITHIN = "rank correlation within a take"  # the mean of those of each take
BEFORE = "found before, a hundred notes"
MEAN = "mean F-measure"

Found = tuple[tuple[Finding, ...], float]
System = Callable[[PracticePage, FloatArray, IntArray, IntArray], Found]


def _practice(page: PracticePage, onset: FloatArray, pitch: IntArray, velocity: IntArray) -> Found:
    try:
        found = practised(page, onset, pitch, velocity)
    except DescantError:
        return (), 0.0
    return found.findings, found.score


SYSTEMS: dict[str, System] = {PRACTICE: _practice, EDITS: edits}
SETS = (
    PieceSet(asap.NAME, asap_takes),
    PieceSet(f"{jsb.NAME}, performed by rule", made_up),
    PieceSet(vienna4x22.NAME, vienna),
)


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on every take; a set that is missing is left out and told of."""
    for _, take in each_piece(SETS, request, TASK.name):
        for name, system in SYSTEMS.items():
            yield Measured(TASK.name, take.data, take.id, None, name, {}, _raw(take, system))


def _raw(take: Take, system: System) -> tuple[dict[str, tuple[int, int, int]], list[tuple[float, float]], int, int]:
    """(right, told, true) of each kind, (errors a note, score) of each degree of spoiling, false ones before, notes."""
    before, whole = system(take.page, take.onset, take.pitch, take.velocity)
    spoils = {share: spoiled(take, share) for share in SHARES[1:]}
    scores = [(0.0, whole)]
    hits = dict.fromkeys(KINDS, (0, 0, 0))
    for share, one in spoils.items():
        found, score = system(take.page, one.onset, one.pitch, one.velocity)
        scores.append((len(one.errors) / len(take.onset), score))
        if share == SHARE:
            told = _new(found, before, one) if not take.perfect else found
            hits |= {kind: counted(kind, told, one.errors) for kind in OF_NOTES}
    jumps = with_jumps(take)
    if jumps is not None:
        found, _ = system(take.page, jumps.onset, jumps.pitch, jumps.velocity)
        hits |= {kind: counted(kind, found, jumps.errors) for kind in (REPEATED, SKIPPED)}
    return hits, scores, sum(one.kind in OF_NOTES for one in before), len(take.onset)


def _new(found: Iterable[Finding], before: Iterable[Finding], take: Spoiled) -> tuple[Finding, ...]:
    """What was not found in the take as the player left it."""
    known = {(one.kind, one.note, one.played) for one in before}
    told = []
    for one in found:
        was = int(take.was[one.played]) if one.played != NONE else NONE
        if (one.kind, one.note, was) not in known:
            told.append(one)
    return tuple(told)


def counted(kind: str, found: Sequence[Finding], errors: Sequence[Error]) -> tuple[int, int, int]:
    """How many of a kind are right, are told, and are there."""
    told = [one for one in found if one.kind == kind]
    true = [one for one in errors if one.kind == kind]
    if kind in (SKIPPED, REPEATED):
        left = list(true)
        for one in told:
            near = next((error for error in left if _half_shared(one, error)), None)
            if near is not None:
                left.remove(near)
        return len(true) - len(left), len(told), len(true)
    if kind == MISSED:
        right = {one.note for one in told} & {one.note for one in true}
    else:
        right = {one.played for one in told} & {one.played for one in true}
    return len(right), len(told), len(true)


def _half_shared(one: Finding, error: Error) -> bool:
    shared = min(one.until, error.until) - max(one.quarter, error.quarter)
    return shared >= 0.5 * (max(one.until, error.until) - min(one.quarter, error.quarter))


def rates(kinds: Sequence[str], counts: Sequence[Mapping[str, tuple[int, int, int]]]) -> Pooled:
    """F-measure, precision and recall of each kind over all takes, and the mean F-measure of the kinds of notes.

    n is the number of errors that are there.
    """
    found: dict[str, tuple[float, int]] = {}
    for kind in kinds:
        right, told, true = np.sum([one[kind] for one in counts], axis=0).tolist()
        if true:
            found |= {f"{kind} {name}": (value, true) for name, value in retrieval(right, told, true).items()}
    of_notes = [found[f"{kind} F-measure"] for kind in OF_NOTES if f"{kind} F-measure" in found]
    if of_notes:
        found[MEAN] = (float(np.mean([value for value, _ in of_notes])), sum(true for _, true in of_notes))
    return found


def pooled(group: Sequence[Measured]) -> Pooled:
    """The rates over all takes; the rank correlations over spoiled takes; what was found before."""
    found = dict(rates(KINDS, [one.raw[0] for one in group]))
    points = np.array([one.raw[1] for one in group])  # (takes, degrees, 2)
    found[RANKED] = (_ranked(points.reshape(-1, 2)), points.shape[0] * points.shape[1])
    found[RANKED_WITHIN] = (float(np.mean([_ranked(one) for one in points])), len(points))
    before, notes = sum(one.raw[2] for one in group), sum(one.raw[3] for one in group)
    found[BEFORE] = (100 * before / notes, len(group))
    return found


def _ranked(points: FloatArray) -> float:
    """Spearman's correlation of errors a note and points lost; 0 where the score never changes."""
    from scipy.stats import spearmanr

    return float(spearmanr(points[:, 0], -points[:, 1]).statistic) if len(np.unique(points[:, 1])) > 1 else 0.0


TASK = Task(name="practice", baseline=EDITS, measure=measure, pooled=pooled)
