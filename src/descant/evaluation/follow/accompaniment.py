"""How far the accompaniment is from where the players themselves put its notes: a part is held out, and played.

Beside it stand the piece's mean tempo, with the start given, and the follower without the tempo model: a note is played
when a note that is heard reaches its place, or when the position passes it that the follower tells between notes, by a
tempo of its own. All are asked again with notes that are told of late, as a transcriber tells them. Asynchronies are
those of notes that were played; the shares within 50 and 100 ms are of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from descant.alignment.accompaniment import Accompanist
from descant.alignment.symbolic_follower import AT_ONCE, SymbolicFollower
from descant.datasets import asap, haydn_op20
from descant.evaluation.follow.held_out import HeldOut, hands, quartets
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import PieceSet, Request, Task, each_piece
from descant.types.alignment import ENDED, FOLLOWING
from descant.types.arrays import FloatArray

LATE = 0.1  # seconds
WITHIN = (50, 100)  # ms
TICK, LONGEST = 0.01, 10.0  # seconds between two looks at a position; that it is looked at without a new note
STEADY, ALONE, BETWEEN, MODEL = "steady tempo", "follower alone", "follower, between notes", "tempo model"
SETS = (PieceSet(asap.NAME, hands), PieceSet(haydn_op20.NAME, quartets))
HELD_OUT = {asap.NAME: "one hand", haydn_op20.NAME: "one part, performed by a model"}


def steady(piece: HeldOut, late: float) -> FloatArray:  # noqa: ARG001 (it does not listen)
    """When each note is played at the mean tempo, from the first place on that is known."""
    first, last = piece.solo.seconds([piece.start[0], piece.end[0]]).tolist()
    pace = (piece.end[1] - piece.start[1]) / (last - first)
    found: FloatArray = piece.start[1] + pace * (piece.solo.seconds(piece.other.onset) - first)
    return found


@lru_cache(maxsize=1)
def reached(piece: HeldOut) -> tuple[FloatArray, FloatArray]:
    """When the follower says that each note's place is reached; NaN where it never does.

    First if it is asked with every note that is heard, then if also every TICK until the next one.
    """
    follower = SymbolicFollower(piece.solo)
    found, done = np.full((2, len(piece.other)), np.nan), [0, 0]
    times = piece.heard.onset.tolist()
    for time, pitch, following in zip(times, piece.heard.pitch.tolist(), [*times[1:], np.inf], strict=True):
        follower.push(time, pitch)
        for now in np.arange(time, min(following, time + LONGEST), TICK).tolist() or [time]:
            said = follower.at(now)
            if said.state in (FOLLOWING, ENDED):
                place = int(np.searchsorted(piece.other.onset, said.quarter + AT_ONCE))
                for way in (0, 1) if now == time else (1,):
                    found[way, done[way] : place] = now
                    done[way] = max(done[way], place)
    return found[0], found[1]


def alone(piece: HeldOut, late: float) -> FloatArray:
    """When the follower says, with a note that it hears, that each note's place is reached."""
    return reached(piece)[0] + late


def between(piece: HeldOut, late: float) -> FloatArray:
    """The same with what the follower says between notes."""
    return reached(piece)[1] + late


def model(piece: HeldOut, late: float) -> FloatArray:
    """When the accompanist first plays each note; NaN where he leaves it out."""
    player, cues = Accompanist(piece.solo, piece.other, late), []
    notes = (piece.heard.onset.tolist(), piece.heard.pitch.tolist(), piece.heard.velocity.tolist())
    for time, pitch, velocity in zip(*notes, strict=True):
        cues += player.due(time + late)
        player.hear(time, pitch, velocity)
    cues += player.due(np.inf)
    found = np.full(len(piece.other), np.nan)
    for one in reversed(cues):
        found[one.note] = one.time
    return found


SYSTEMS: dict[str, Callable[[HeldOut, float], FloatArray]] = {
    STEADY: steady,
    ALONE: alone,
    BETWEEN: between,
    MODEL: model,
}


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every piece; a set that is missing is left out and told of."""
    for one, piece in each_piece(SETS, request, TASK.name):
        data, asked = f"{one.name}/{request.split}, {HELD_OUT[one.name]}", ~np.isnan(piece.true)
        for late in (0.0, LATE):
            for name, system in SYSTEMS.items():
                errors = 1000.0 * np.abs(system(piece, late) - piece.true)[asked]
                told = f"{data}, told {LATE:g} s late" if late else data
                yield Measured(TASK.name, told, piece.id, None, name, asynchrony(errors), errors)


def asynchrony(errors: FloatArray) -> dict[str, float]:
    """Of errors in ms, NaN for notes that were left out."""
    played = errors[~np.isnan(errors)]
    found = {"mean_ms": float(played.mean()), "median_ms": float(np.median(played))} if len(played) else {}
    shares = {f"within_{limit}_ms": float(np.mean(errors <= limit)) for limit in WITHIN}
    return {**found, **shares, "played": float(np.mean(~np.isnan(errors)))}


def pooled(group: Sequence[Measured]) -> Pooled:
    """The same of all notes of all pieces together; n is their number."""
    errors = np.concatenate([one.raw for one in group])
    return {name: (value, len(errors)) for name, value in asynchrony(errors).items()}


TASK = Task(name="accompaniment", baseline=ALONE, measure=measure, pooled=pooled, listed="median_ms")
