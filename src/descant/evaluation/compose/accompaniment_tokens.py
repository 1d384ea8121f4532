"""How many nats a token of an accompaniment costs each model, of songs that it has not seen; fewer is better.

The songs are POP909's on sixteenths (`datasets/song_bars.py`): bridge and piano as tokens of REMI, all of which count.
The Music Transformer hears the melody. So that it is seen whether it listens, it is also given another song's melody
from its beginning on, and none. Floors (`token_floors.py`) hear none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from descant import weights
from descant.composition.accompaniment_tokens import REMI, only_track
from descant.composition.music_transformer_accompaniment import TRACKS, WEIGHTS, Accompanist, nats
from descant.datasets import pop909, song_bars
from descant.errors import MissingDataError
from descant.evaluation.compose.next_token import NLL
from descant.evaluation.compose.token_floors import FLOORS, UNIGRAM
from descant.evaluation.fitted import pooled
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request, Task
from descant.types import Notes
from descant.types.arrays import IntArray

SONGS = 30  # held out
ANOTHER, NONE = f"{WEIGHTS}, another melody", f"{WEIGHTS}, no melody"


@dataclass(frozen=True, eq=False)
class Song:
    """What is heard, and what is to be written."""

    id: str
    melody: IntArray
    accompaniment: IntArray


def songs(split: str) -> list[Song]:
    """The songs of a split as tokens; of those held out the first SONGS. Raises MissingDataError."""
    found = islice(song_bars.songs(split), None if split == "train" else SONGS)
    return [Song(one.id, melody_of(one.notes), accompaniment_of(one.notes)) for one in found]


def melody_of(notes: Notes) -> IntArray:
    """The tokens of the first part."""
    return REMI.encode(only_track(notes, (0,))).tokens


def accompaniment_of(notes: Notes) -> IntArray:
    """The tokens of the other parts."""
    return REMI.encode(only_track(notes, range(1, 1 + len(TRACKS)))).tokens


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every song of the split."""
    try:
        train = [one.accompaniment for one in songs("train")]
        every = songs(request.split)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {pop909.NAME} is left out: {error}")
        return
    held_out = every[: request.count]

    def told(song: Song, system: str, costs: float) -> Measured:
        raw: tuple[float, int, dict[str, float]] = (costs, len(song.accompaniment), {})
        data = f"{pop909.NAME}/{request.split}"
        return Measured(TASK.name, data, song.id, None, system, {NLL: costs / raw[1]}, raw)

    for at, (name, fit) in enumerate(FLOORS.items()):
        costs = fit(REMI, train)
        yield from (told(song, name, float(costs(song.accompaniment).sum())) for song in held_out)
        request.progress((at + 1) / (len(FLOORS) + 3))
    try:
        weights.find(WEIGHTS)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {WEIGHTS} is left out: {error}")
        return
    for name, by in ((WEIGHTS, 0), (ANOTHER, 1), (NONE, None)):
        for at, song in enumerate(held_out):
            melody = np.zeros(0, dtype=np.int64) if by is None else every[(at + by) % len(every)].melody
            yield told(song, name, float(nats(Accompanist(melody), song.accompaniment).sum()))
    request.progress(1.0)


TASK = Task(name="accompaniment token", baseline=UNIGRAM, measure=measure, pooled=pooled(NLL))
