"""Errors put into performances and found again in recordings: rendered on a piano of a SoundFont, then transcribed.

As in `practice`, on some of the takes that were made by rule, so that all else that is found is false: what is misheard
is told as an error. The baseline is a plain edit distance on what is transcribed without the score; beside it stands
what practice makes of the same notes. The sound is synthesised. Loudness and skips are not told here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from descant.alignment.note_matching import NONE
from descant.alignment.practice import EARLY, EXTRA, LATE, MISSED, WRONG, Finding, practised
from descant.datasets import jsb
from descant.errors import MissingDataError
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.evaluation.follow.edit_distance import edits
from descant.evaluation.follow.practice import EDITS, PRACTICE, rates
from descant.evaluation.follow.practice_takes import Take, made_up, pace_of
from descant.evaluation.follow.take_errors import Spoiled, spoiled
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.features import Sound
from descant.pipelines.heard_take import PIANIST, heard_take
from descant.registry import find
from descant.types import Notes, Score

KINDS = (WRONG, MISSED, EXTRA, EARLY, LATE)
EVERY = 3  # takes, of which one is heard
SHARE = 0.02  # of the notes, spoiled in each of seven ways
NEAR = 0.1  # seconds within which an extra note is the one that was put in
SHORTEST, GAP = 0.08, 0.02  # seconds: of a note, and before its key is struck again
EXTRA_LENGTH = 0.3  # seconds
PIANO = Score((), ())  # a score for piano, as far as the transcriber wants to know

Heard = tuple[Notes, tuple[Finding, ...]]


def _practice(take: Take, sound: Sound) -> Heard:
    notes, sure = heard_take(PIANO, sound)
    return notes, practised(take.page, notes.onset, notes.pitch, notes.velocity, sure).findings


def _transcribed(take: Take, sound: Sound) -> Heard:
    notes: Notes = find(PIANIST)(sound)
    return notes, practised(take.page, notes.onset, notes.pitch, notes.velocity).findings


def _edits(take: Take, sound: Sound) -> Heard:
    notes: Notes = find(PIANIST)(sound)
    return notes, edits(take.page, notes.onset, notes.pitch, notes.velocity)[0]


SYSTEMS: dict[str, Callable[[Take, Sound], Heard]] = {
    PRACTICE: _practice,
    "practice without faint notes": _transcribed,
    EDITS: _edits,
}


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on what is heard of every take."""
    try:
        takes = list(islice(islice(made_up(request.split), 0, None, EVERY), request.count))
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {jsb.NAME} is left out: {error}")
        return
    for at, take in enumerate(takes):
        one = spoiled(take, SHARE)
        sound = rendered(played(take, one), request.split, f"practice/{take.id.replace('/', '-')}")
        for name, system in SYSTEMS.items():
            heard, found = system(take, sound)
            raw = {kind: _counted(kind, found, heard, one) for kind in KINDS}
            data = f"{take.data}, heard"
            yield Measured(TASK.name, data, take.id, SOUNDFONTS[request.split], name, {}, raw)
        request.progress((at + 1) / len(takes))


def played(take: Take, one: Spoiled) -> Notes:
    """Notes with ends: as long as they are written, or until their key is struck again."""
    known = one.answers != NONE
    pace = pace_of(take.page, one.onset, one.answers)
    length = np.where(known, take.page.notes.duration[one.answers] * pace, EXTRA_LENGTH)
    offset = one.onset + np.maximum(length, SHORTEST)
    for pitch in np.unique(one.pitch).tolist():
        mine = np.flatnonzero(one.pitch == pitch)
        offset[mine[:-1]] = np.minimum(offset[mine[:-1]], one.onset[mine[1:]] - GAP)
    return Notes(one.onset, np.maximum(offset, one.onset + GAP), one.pitch, one.velocity)


def _counted(kind: str, found: Sequence[Finding], heard: Notes, one: Spoiled) -> tuple[int, int, int]:
    """How many of a kind are right, are told, and are there: by the written note, an extra one by pitch and time."""
    told = [finding for finding in found if finding.kind == kind]
    true = [error for error in one.errors if error.kind == kind]
    if kind != EXTRA:
        right = len({finding.note for finding in told} & {error.note for error in true})
        return right, len(told), len(true)
    left = [(int(one.pitch[error.played]), float(one.onset[error.played])) for error in true]
    for finding in told:
        pitch, time = int(heard.pitch[finding.played]), float(heard.onset[finding.played])
        near = next((error for error in left if error[0] == pitch and abs(error[1] - time) <= NEAR), None)
        if near is not None:
            left.remove(near)
    return len(true) - len(left), len(told), len(true)


def pooled(group: Sequence[Measured]) -> Pooled:
    """The rates of each kind over all takes, n the errors that are there."""
    return rates(KINDS, [one.raw for one in group])


TASK = Task(name="practice heard", baseline=EDITS, measure=measure, pooled=pooled)
