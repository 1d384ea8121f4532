"""What a follower of notes does when something goes wrong: how soon it is right again, and whether it says it is lost.

It is right again at the first note from which on it is within a quarter of the truth for eight notes, and does not call
itself lost; where that never happens the seconds to the end count, and the share of such performances is told. A false
alarm is each time that it calls itself lost in a performance in which nothing went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from descant.alignment.written import Written
from descant.evaluation.follow.note_disturbances import BROKEN, NOISY, Played, undisturbed, with_another
from descant.evaluation.follow.recordings import Followed
from descant.evaluation.follow.symbolic import FOLLOWERS, SETS, Follower, said_of
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task, each_piece
from descant.types.alignment import LOST
from descant.types.arrays import BoolArray

NEAR = 1.0  # quarters
HOLDS = 8  # notes
ANOTHER = "another piece"
SECONDS, NEVER = "seconds to recover", "not recovered"  # of each kind of break
RIGHT, LOST_SHARE = "within a quarter", "lost"  # shares of notes


def measure(request: Request) -> Iterator[Measured]:
    """Every follower on every performance and everything that goes wrong; what is missing is left out and told of."""
    asked = list(each_piece(SETS, replace(request, progress=lambda _: None), TASK.name))
    for at, (one, piece) in enumerate(asked):
        others = (other for of, other in asked[at + 1 :] + asked[:at] if of is one and other.piece != piece.piece)
        another = next(others, None)
        for name, make in FOLLOWERS.items():
            measures = disturbed(piece, another, make)
            yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, measures)
        request.progress((at + 1) / len(asked))


def disturbed(piece: Followed, other: Followed | None, make: Callable[[Written], Follower]) -> dict[str, float]:
    """What one follower does in one performance."""
    plain = undisturbed(piece)
    right, lost = _heard(plain, make(piece.written))
    alarms = int(np.sum(np.diff(lost.astype(int), prepend=0) == 1))
    found = {
        "false alarms": float(alarms),
        "hours": float(plain.time[-1] - plain.time[0]) / 3600.0,
        f"as played: {RIGHT}": float(right.mean()),
        f"as played: {LOST_SHARE}": float(lost.mean()),
    }
    for kind, change in BROKEN.items():
        broken = change(piece)
        found |= _recovery(kind, broken, _heard(broken, make(piece.written))[0])
    for kind, change in NOISY.items():
        right, lost = _heard(change(piece), make(piece.written))
        found |= {f"{kind}: {RIGHT}": float(right.mean()), f"{kind}: {LOST_SHARE}": float(lost.mean())}
    if other is not None:
        broken = with_another(piece, other)
        right, lost = _heard(broken, make(piece.written))
        foreign = np.flatnonzero(np.isnan(broken.quarter))
        found |= _recovery(ANOTHER, broken, right)
        found[f"{ANOTHER}: {LOST_SHARE}"] = float(lost[foreign[len(foreign) // 2 :]].mean())  # of its second half
    return found


def _heard(notes: Played, follower: Follower) -> tuple[BoolArray, BoolArray]:
    """Of each note whether the follower is right, and whether it says that it is lost."""
    said = said_of(notes, follower)
    lost = np.array([one.state == LOST for one in said])
    far = np.abs(np.array([one.quarter for one in said]) - notes.quarter)
    return (far <= NEAR) & ~lost, lost


def _recovery(kind: str, notes: Played, right: BoolArray) -> dict[str, float]:
    after = np.flatnonzero(notes.time >= notes.resumes - 1e-9)
    found = next((at for at in after.tolist() if right[at : at + HOLDS].all()), None)
    seconds = float(notes.time[-1 if found is None else found] - notes.resumes)
    return {f"{kind}: {SECONDS}": seconds, f"{kind}: {NEVER}": float(found is None)}


def pooled(group: Sequence[Measured]) -> Pooled:
    """Means over performances; of seconds the median and the worst too; of false alarms how many an hour."""
    found: dict[str, tuple[float, int]] = {}
    hours = sum(one.measures["hours"] for one in group)
    found["false alarms an hour"] = (sum(one.measures["false alarms"] for one in group) / hours, len(group))
    for metric in dict.fromkeys(metric for one in group for metric in one.measures if ": " in metric):
        values = [one.measures[metric] for one in group if metric in one.measures]
        found[metric] = (float(np.mean(values)), len(values))
        if metric.endswith(SECONDS):
            found[f"{metric}, median"] = (float(np.median(values)), len(values))
            found[f"{metric}, worst"] = (float(np.max(values)), len(values))
    return found


TASK = Task(name="symbolic recovery", baseline="dynamic_matcher", measure=measure, pooled=pooled)
