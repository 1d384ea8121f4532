"""How often what accompanies goes with the chords that the song has: those of POP909, which no system is told of.

Of all notes of bridge and piano that are struck on a beat, the share that are tones of the beat's annotated chord
(`chord_midi.txt`), in the first BARS bars of the first SONGS songs of the split. Beside what the Music Transformer
writes to the song's melody stand the song's own accompaniment, another song's, as it is and moved to this song's key,
and the share that any note would have by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from descant import weights
from descant.composition.accompaniment_tokens import only_track
from descant.composition.frames_before import key_of
from descant.composition.music_transformer_accompaniment import TRACKS, WEIGHTS, accompaniment
from descant.datasets import pop909, song_bars
from descant.datasets.accompaniment import harmony
from descant.datasets.song_bars import BEAT, STEPS, SongBars
from descant.errors import MissingDataError
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.types import Notes

OWN, OTHER, MOVED, CHANCE = "POP909", "another song's", "another song's, in its key", "chance"
RATE = "chord tones on beats"
SONGS, BARS, BEATS = 24, 24, 4
SEED = 0


@dataclass(frozen=True)
class Rate:
    """How many of how many notes."""

    right: float
    notes: int


def rate(song: SongBars, notes: Notes) -> Rate:
    """Of the notes that are struck on a beat that has a chord."""
    tones = tones_of(song)
    step = np.round(notes.onset / BEAT * STEPS).astype(np.int64)
    beat, within = np.divmod(step, STEPS)
    asked = [
        (tones[at], pitch % 12)
        for at, pitch in zip(beat[within == 0], notes.pitch[within == 0], strict=True)
        if at < len(tones) and tones[at]
    ]
    return Rate(sum(pitch in chord for chord, pitch in asked), len(asked))


def by_chance(song: SongBars, notes: Notes) -> Rate:
    """As if each of these notes were any."""
    tones = tones_of(song)
    step = np.round(notes.onset / BEAT * STEPS).astype(np.int64)
    sizes = [len(tones[at // STEPS]) for at in step if at % STEPS == 0 and at // STEPS < len(tones)]
    return Rate(sum(size / 12 for size in sizes), sum(size > 0 for size in sizes))


def tones_of(song: SongBars) -> list[tuple[int, ...]]:
    """Of every beat asked about; none where there is no chord."""
    found = [harmony(song.chords.at(beat) or "N") for beat in range(BARS * BEATS)]
    return [one.tones if one else () for one in found]


def opening(notes: Notes) -> Notes:
    """As far as it is asked about."""
    return notes.only(notes.onset < BARS * BEATS * BEAT)


def accompanying(notes: Notes) -> Notes:
    """Bridge and piano of a song."""
    return only_track(notes, range(1, 1 + len(TRACKS)))


def in_key_of(notes: Notes, song: Notes) -> Notes:
    """Moved by the least number of semitones to the tonic of a song."""
    tonics = [key_of(np.bincount(one.pitch % 12, minlength=12).astype(float)) % 12 for one in (notes, song)]
    by = (tonics[1] - tonics[0] + 5) % 12 - 5
    return replace(notes, pitch=np.clip(notes.pitch + by, 0, 127))


def measure(request: Request) -> Iterator[Measured]:
    """Every accompaniment of every song."""
    try:
        songs = list(islice(song_bars.songs(request.split), SONGS))
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {pop909.NAME} is left out: {error}")
        return
    shipped = _shipped(request)
    for at, song in enumerate(songs[: request.count]):
        other = opening(accompanying(songs[(at + 1) % len(songs)].notes))
        own = opening(accompanying(song.notes))
        rates = {
            OWN: rate(song, own),
            OTHER: rate(song, other),
            MOVED: rate(song, in_key_of(other, song.notes)),
            CHANCE: by_chance(song, own),
        }
        if shipped:
            rates[WEIGHTS] = rate(song, accompaniment(opening(only_track(song.notes, (0,))), SEED))
        for system, one in rates.items():
            figures = {RATE: one.right / max(1, one.notes)}
            yield Measured(TASK.name, f"{pop909.NAME}/{request.split}", song.id, None, system, figures, one)
        request.progress((at + 1) / len(songs))


def _shipped(request: Request) -> bool:
    try:
        weights.find(WEIGHTS)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {WEIGHTS} is left out: {error}")
        return False
    return True


def pooled(group: Sequence[Measured]) -> Pooled:
    """Over all notes."""
    notes = sum(one.raw.notes for one in group)
    return {RATE: (sum(one.raw.right for one in group) / max(1, notes), notes)}


TASK = Task(name="accompaniment chords", baseline=MOVED, measure=measure, pooled=pooled)
