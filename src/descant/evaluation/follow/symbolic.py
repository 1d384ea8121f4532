"""Following notes: how far from its true moment each onset of the score is reached, in milliseconds.

An onset is reached when the follower first says so, at a note that it has just heard; nothing is put right afterwards.
The truth is the mean of the notes that begin there (Vienna 4x22), or the marked beat, where notes begin (ASAP).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np

from descant.alignment.symbolic_follower import AT_ONCE, SymbolicFollower
from descant.alignment.written import Written
from descant.datasets import asap, vienna4x22
from descant.evaluation.follow.dynamic_matcher import DynamicMatcher
from descant.evaluation.follow.note_disturbances import Played, undisturbed
from descant.evaluation.follow.recordings import Followed, asap_performances, vienna
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.types import Position
from descant.types.arrays import FloatArray

WITHIN = (25, 50, 100, 200)  # ms
STEADY = "steady tempo"


class Follower(Protocol):
    """What is asked: where each note belongs, as it is struck."""

    def push(self, time: float, pitch: int) -> Position: ...


FOLLOWERS: dict[str, Callable[[Written], Follower]] = {
    "symbolic_follower": SymbolicFollower,
    "dynamic_matcher": DynamicMatcher,
}


def _vienna(split: str) -> Iterator[Followed]:
    return vienna() if split == "test" else iter(())


SETS = (PieceSet(vienna4x22.NAME, _vienna), PieceSet(asap.NAME, asap_performances))


def measure(request: Request) -> Iterator[Measured]:
    """Every follower on every performance; a set that is missing is left out and told of."""
    for one, piece in each_piece(SETS, request, TASK.name):
        asked = with_notes(piece)
        true = np.interp(asked, piece.quarter, piece.second)
        for name, reached in reached_by_all(piece, asked).items():
            errors = 1000.0 * np.abs(reached - true)
            yield Measured(TASK.name, f"{one.name}/{request.split}", piece.id, None, name, in_ms(errors), errors)


def with_notes(piece: Followed) -> FloatArray:
    """The places whose moments are known, at which notes begin."""
    onsets = np.unique(piece.written.onset)
    near = np.abs(onsets[np.clip(np.searchsorted(onsets, piece.quarter - AT_ONCE), 0, len(onsets) - 1)] - piece.quarter)
    return piece.quarter[near < AT_ONCE]


def reached_by_all(piece: Followed, asked: FloatArray) -> dict[str, FloatArray]:
    """When each follower, and who keeps the page's tempo from the first place on, reaches places of the score."""
    notes = undisturbed(piece)
    page = piece.written.seconds(asked)
    found: dict[str, FloatArray] = {STEADY: float(piece.second[0]) + page - piece.written.seconds(piece.quarter[0])}
    for name, make in FOLLOWERS.items():
        said = said_of(notes, make(piece.written))
        found[name] = reached([one.quarter for one in said], notes.time, asked)
    return found


def said_of(notes: Played, follower: Follower) -> list[Position]:
    """What a follower says of each note."""
    return [follower.push(time, pitch) for time, pitch in zip(notes.time.tolist(), notes.pitch.tolist(), strict=True)]


def reached(said: Sequence[float], time: FloatArray, asked: FloatArray, slack: float = AT_ONCE / 2) -> FloatArray:
    """When places are first said to be reached, but for `slack` quarters; the last moment for those that never are."""
    at = np.searchsorted(np.maximum.accumulate(said), asked - slack)
    found: FloatArray = time[np.minimum(at, len(time) - 1)]
    return found


def in_ms(errors: FloatArray) -> dict[str, float]:
    """Mean and median of errors in ms, and the shares within 25, 50, 100 and 200 ms."""
    shares = {f"within_{limit}_ms": float(np.mean(errors <= limit)) for limit in WITHIN}
    return {"mean_ms": float(np.mean(errors)), "median_ms": float(np.median(errors)), **shares}


def pooled(group: Sequence[Measured]) -> Pooled:
    """The same of all places of all pieces together; n is their number."""
    errors = np.concatenate([one.raw for one in group])
    return {name: (value, len(errors)) for name, value in in_ms(errors).items()}


TASK = Task(name="symbolic following", baseline=STEADY, measure=measure, pooled=pooled, listed="mean_ms")
