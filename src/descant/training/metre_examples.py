"""Examples for what hears the metre in notes: scores played by rule, and songs that were played, as rows of clusters.

Each piece of When in Rome that may train is played several times, with more or less rubato; songs of POP909 join them,
and études written by rule, for the textures of the piano. Some performances get grace notes, as pages of concert music
have and these scores do not tell.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.analysis.note_clusters import clusters
from descant.analysis.pm2s_beats import GRID, METRES, PHASES, PLACES
from descant.datasets import etudes, pop909, when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.evaluation.ears.collections.scores import PERFORMED, split_of
from descant.types import Beats, Notes
from descant.types.arrays import FloatArray

OTHER = PHASES - 1  # phase of what stands on no plain place: a grace note, a quintuplet
IGNORED = -1  # metre of a piece of which it is not known
CLOSE = 0.6  # steps of the grid
PLAYED_CLOSE = 1.6  # of POP909, whose beats are computed and whose players are people
GRACED, GRACES = 0.5, 0.04  # share of performances with grace notes, and of their notes
LEFT_OUT = ("Piano_Sonatas/", "Quartets/")  # sonatas that ASAP tests, and analyses of unlike licences

Example = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Page:
    """A score and its metre at each note."""

    score: ScoreNotes
    start: FloatArray  # quarters at which metres begin
    metre: npt.NDArray[np.int64]  # index into METRES


def metre_examples(split: str, performances: int, songs: int, studies: int) -> list[Example]:
    """Every page of a split played `performances` times, and so many songs and études."""
    found = []
    seed = zlib.crc32(split.encode())
    for number, page in enumerate(_pages(split)):
        for time in range(performances):
            found.append(played(page, np.random.default_rng([seed, number, time])))
    for number in range(studies):
        rng = np.random.default_rng([seed, number])
        score = etudes.etude(rng)
        found.append(played(Page(score, np.zeros(1), np.array([IGNORED])), rng))
    for song in pop909.song_ids(split)[:songs]:
        found.append(_song(song))
    return [one for one in found if len(one["beat"]) > 8]


def played(page: Page, rng: np.random.Generator) -> Example:
    """One performance of a page."""
    performance = perform(page.score, rng, pedal=False, rubato=float(rng.uniform(0.0, 1.4)))
    notes = performance.notes
    quarter = written_places(page.score, notes)
    if rng.random() < GRACED:
        notes, quarter = with_graces(notes, quarter, rng)
    beats = page.score.beats
    length = np.diff(beats, append=2 * beats[-1:] - beats[-2:-1] if len(beats) > 1 else beats + 1)
    at = np.clip(np.searchsorted(beats, quarter + 1e-6, side="right") - 1, 0, len(beats) - 1)
    phase = GRID * (quarter - beats[at]) / length[at]
    metre = page.metre[np.clip(np.searchsorted(page.start, quarter + 1e-6, side="right") - 1, 0, None)]
    down = np.isin(np.round(beats[at] * 960), np.round(page.score.downbeats * 960))
    return _example(notes, phase, down, np.where(np.isnan(quarter), IGNORED, metre), CLOSE)


def written_places(score: ScoreNotes, notes: Notes) -> FloatArray:
    """Of each played note its onset in the score, quarters: the notes of a pitch are played in their order."""
    quarter = np.zeros(len(notes))
    for pitch in np.unique(notes.pitch):
        mine = np.flatnonzero(notes.pitch == pitch)
        written = score.onset[score.pitch == pitch]
        written = written[np.diff(written, prepend=-1.0) > 1e-6]
        quarter[mine] = written[: len(mine)]
    return quarter


def with_graces(notes: Notes, quarter: FloatArray, rng: np.random.Generator) -> tuple[Notes, FloatArray]:
    """The notes with short ones before some of them; their places are not a number."""
    chosen = np.flatnonzero((rng.random(len(notes)) < GRACES) & (notes.onset > 0.2))
    before = rng.uniform(0.05, 0.12, len(chosen))
    onset = np.concatenate([notes.onset, notes.onset[chosen] - before])
    offset = np.concatenate([notes.offset, notes.onset[chosen] + rng.uniform(-0.03, 0.02, len(chosen))])
    pitch = np.concatenate(
        [notes.pitch, np.clip(notes.pitch[chosen] + rng.choice([-2, -1, 1, 2], len(chosen)), 0, 127)]
    )
    velocity = np.concatenate([notes.velocity, notes.velocity[chosen]])
    place = np.concatenate([quarter, np.full(len(chosen), np.nan)])
    order = np.lexsort((pitch, onset))
    return Notes(onset[order], offset[order], pitch[order], velocity[order]), place[order]


def _song(name: str) -> Example:
    song = pop909.read_song(name)
    played = song.notes
    return beaten(Notes(played.onset, played.offset, played.pitch, played.velocity), song.beats)


def beaten(notes: Notes, beats: Beats) -> Example:
    """Played notes whose beats are known in seconds, and whose metre is not."""
    at = np.clip(np.searchsorted(beats.time, notes.onset + 0.06, side="right") - 1, 0, len(beats) - 2)
    phase = GRID * (notes.onset - beats.time[at]) / (beats.time[at + 1] - beats.time[at])
    phase[(phase < -6) | (phase > GRID)] = np.nan
    metre = np.full(len(notes), IGNORED)
    return _example(notes, phase, beats.position[at] == 1, metre, PLAYED_CLOSE)


def _example(
    notes: Notes, phase: FloatArray, down: npt.NDArray[np.bool_], metre: npt.NDArray[np.int64], close: float
) -> Example:
    """Rows of clusters with `beat`, `downbeat`, `phase` and `metre`; of a cluster's notes any real place counts."""
    heard = clusters(notes)
    places = np.array(PLACES)
    with np.errstate(invalid="ignore"):
        apart = np.abs(phase[:, None] - places)
    named = np.where(np.isnan(phase), OTHER, np.argmin(np.where(np.isnan(apart), 99.0, apart), axis=1))
    named[np.where(np.isnan(apart), 99.0, apart).min(axis=1) > close] = OTHER
    count = len(heard)
    phases = np.full(count, OTHER)
    np.minimum.at(phases, heard.of, named)
    first = np.zeros(count, dtype=bool)
    np.logical_or.at(first, heard.of, (named == 0) & down)
    told = np.full(count, IGNORED)
    np.maximum.at(told, heard.of, metre)
    return {
        "frames": heard.features,
        "time": heard.time,
        "beat": (phases == 0).astype(np.float32),
        "downbeat": first.astype(np.float32),
        "phase": phases.astype(np.int64),
        "metre": told.astype(np.int64),
    }


def _pages(split: str) -> Iterator[Page]:
    corpus: Path = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    elsewhere = when_in_rome.music21_scores()
    for analysis in sorted(corpus.rglob("analysis.txt")):
        name = analysis.parent.relative_to(corpus).as_posix()
        score = when_in_rome.score_of(analysis, elsewhere)
        if score is None or split_of(name) != split or name in PERFORMED or name.startswith(LEFT_OUT):
            continue
        piece = when_in_rome.read_piece(score, analysis.read_text(encoding="utf-8", errors="replace"), name)
        if piece is not None and piece.trainable and len(piece.score.beats) > 8 and len(piece.score.downbeats) > 2:
            yield Page(piece.score, *_metres(piece.measures))


def _metres(measures: Sequence[Measure]) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    named = [f"{one.numerator}/{one.denominator}" for one in measures]
    numbers = [METRES.index(one) if one in METRES else METRES.index("other") for one in named]
    return np.array([one.start for one in measures]), np.array(numbers)
