"""What the network of `melody` learns from: songs whose tune is known, read as performances and as scores.

POP909's tune is its part MELODY; that of a song for voice and piano (`datasets.lieder`) is the voice, that of a
chorale the soprano. An example has one row a note, in order of onset: `seconds` and `quarters` (onset and duration),
`pitch`, `part` and `tune` (1 where the note is sung).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from descant.datasets import jsb, pop909
from descant.datasets.lieder import lieder
from descant.datasets.location import dataset_folder
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import split_of
from descant.harmony.melody_features import clusters, melody_features, usual_step
from descant.io.midi import read_midi
from descant.training.kept import Rows, kept
from descant.training.recipe import MASK, Example
from descant.types.arrays import BoolArray, FloatArray, IntArray

VERSION = 2  # of the rows: another number makes them again
GRID = 0.25  # quarters on which a played song stands when it is read as a score
SCORE_SECONDS = 0.5  # a quarter of a score

# How often, in an excerpt; parts are moved in played songs alone, since in a score of equal voices height is what tells
WRITTEN = 0.5  # a played song is read as a score
TUNE_MOVED = {-12: 0.22, -24: 0.05, 12: 0.03}  # the tune alone is so many semitones higher
REST_MOVED = 0.08  # all but the tune is an octave higher
DOUBLED = 0.1  # the tune has another part an octave below
ALONE, WITHOUT = 0.03, 0.15  # the tune stands alone; another part lacks
THINNED, LACKING = 0.2, 0.15  # notes lack, and which share of them
KEYS = 6  # semitones up or down
STEP_OCTAVES = 0.3  # spread of what is taken for the usual step


def melody_examples(split: str) -> Sequence[Example]:
    """The songs of `train` or `valid`, then the scores, kept once they are read. Raises MissingDataError."""
    return kept("melody_examples", f"{split}-{VERSION}", lambda: [*_songs(split), *map(score_rows, _scores(split))])


def score_rows(score: ScoreNotes) -> Rows:
    """The rows of a score whose first part is the tune."""
    quarters = np.stack([score.onset, score.duration], axis=1)
    return rows_of(SCORE_SECONDS * quarters, quarters, score.pitch, score.part, score.part == 0)


def _scores(split: str) -> Iterator[ScoreNotes]:
    yield from lieder(lambda name: split_of(name) == split)
    yield from (one.score for one in jsb.chorales(split))


def _songs(split: str) -> Iterator[Rows]:
    folder = dataset_folder(pop909.NAME, pop909.PUBLISHED) / "POP909"
    for song in pop909.song_ids(split):
        notes = read_midi(folder / song / f"{song}.mid")
        beats = pop909.read_beats(folder / song / "beat_midi.txt").time
        tunes = [at for at, part in enumerate(notes.parts) if part.name == pop909.MELODY]
        quarters = np.stack([_between(beats, notes.onset), _between(beats, notes.offset)], axis=1)
        quarters[:, 1] -= quarters[:, 0]
        seconds = np.stack([notes.onset, notes.offset - notes.onset], axis=1)
        part = np.asarray(notes.part)
        found = rows_of(seconds, quarters, notes.pitch, part, np.isin(part, tunes))
        if found["tune"].any():
            yield found


def rows_of(seconds: FloatArray, quarters: FloatArray, pitch: IntArray, part: IntArray, tune: BoolArray) -> Rows:
    """The rows of a song in their order."""
    order = np.lexsort((pitch, seconds[:, 0]))
    columns = {"seconds": seconds, "quarters": quarters, "pitch": pitch, "part": part, "tune": tune.astype(np.float32)}
    return {name: np.asarray(one)[order] for name, one in columns.items()}


def as_played(rows: Example) -> Rows:
    """A whole song as it was played: `frames`, and `tune` with what doubles it."""
    return _told(rows["seconds"], rows["pitch"], rows["tune"] > 0, 1.0)


def excerpt(rows: Example, notes: int, rng: np.random.Generator) -> Rows:
    """A random stretch of `notes` notes, varied, filled up to this size."""
    start = int(rng.integers(0, max(1, len(rows["pitch"]) - notes + 1)))
    part = {name: one[start : start + notes] for name, one in rows.items()}
    times, pitch, tune = varied(part, rng)
    found = _told(times[:notes], pitch[:notes], tune[:notes], 2.0 ** rng.normal(0.0, STEP_OCTAVES))
    found[MASK] = np.ones(len(found["tune"]), dtype=np.float32)
    return {
        name: np.pad(one, [(0, notes - len(one))] + [(0, 0)] * (one.ndim - 1)).astype(np.float32)
        for name, one in found.items()
    }


def varied(rows: Example, rng: np.random.Generator) -> tuple[FloatArray, IntArray, BoolArray]:
    """(times, pitch, tune) of the same music, in another key, with parts moved, doubled and left out, in order."""
    written = rng.random() < WRITTEN
    scored = bool(np.all(rows["seconds"] == SCORE_SECONDS * rows["quarters"]))
    quarters = rows["quarters"] if scored else np.maximum(np.round(rows["quarters"] / GRID), [-np.inf, 1]) * GRID
    times = quarters if written else rows["seconds"]
    pitch, tune = rows["pitch"] + int(rng.integers(-KEYS, KEYS + 1)), rows["tune"] > 0
    if not scored:
        moves, odds = (*TUNE_MOVED, 0), [*TUNE_MOVED.values(), 1 - sum(TUNE_MOVED.values())]
        pitch = pitch + np.where(tune, rng.choice(moves, p=odds), 12 * (rng.random() < REST_MOVED))
    kept = np.ones(len(pitch), dtype=bool)
    if rng.random() < ALONE:
        kept &= tune
    if rng.random() < WITHOUT:
        kept &= tune | (rows["part"] != rng.choice(rows["part"]))
    if rng.random() < THINNED:
        kept &= rng.random(len(pitch)) >= LACKING
    if not kept.any():
        kept[:] = True
    times, pitch, tune = times[kept], pitch[kept], tune[kept]
    if rng.random() < DOUBLED:
        times = np.concatenate([times, times[tune]])
        pitch = np.concatenate([pitch, pitch[tune] - 12])
        tune = np.append(tune, np.zeros(len(pitch) - len(tune), dtype=bool))
    pitch = np.clip(pitch, 0, 127)
    order = np.lexsort((pitch, times[:, 0]))
    return times[order], pitch[order], tune[order]


def _told(times: FloatArray, pitch: IntArray, tune: BoolArray, slower: float) -> Rows:
    """What the network is told of notes in order, and the truth: what doubles a note of the tune is the tune too."""
    onset = times[:, 0]
    group = np.searchsorted(clusters(onset), np.arange(len(onset)), side="right") * 128 + pitch
    return {
        "frames": melody_features(onset, times[:, 1], pitch, slower * usual_step(onset)),
        "tune": np.isin(group, group[tune]).astype(np.float32),
    }


def _between(beats: FloatArray, seconds: FloatArray) -> FloatArray:
    """Quarters at moments; beyond the beats time runs on as their median."""
    usual = float(np.median(np.diff(beats)))
    number = np.arange(len(beats), dtype=np.float64)
    inside = np.interp(seconds, beats, number)
    before, after = np.minimum(seconds - beats[0], 0.0), np.maximum(seconds - beats[-1], 0.0)
    found: FloatArray = inside + (before + after) / usual
    return found
