"""Examples for what hears the metre in notes: scores played by rule, and songs that were played, as rows of clusters.

Songs and keyboard music of When in Rome, the sonatas and variations of AugmentedNet and Haydn's quartets op. 20 are
played several times, each time at another tempo, with more or less rubato; chorales and madrigals, which are many and
alike, once. Songs of POP909 join them, and études written by rule, for the textures of the piano. Some performances get
grace notes, as pages of concert music have and these scores do not tell; some are of one line or some parts alone; some
lack notes and have others, as what is heard in a recording does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.analysis.note_clusters import clusters
from descant.analysis.pm2s_beats import GRID, METRES, PHASES, PLACES
from descant.datasets import augmented_net, etudes, haydn_op20, pop909, when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import split_of
from descant.evaluation.ears.collections.scores import PERFORMED
from descant.types import Beats, Notes
from descant.types.arrays import FloatArray

OTHER = PHASES - 1  # phase of what stands on no plain place: a grace note, a quintuplet
IGNORED = -1  # metre of a piece of which it is not known
CLOSE = 0.6  # steps of the grid
PLAYED_CLOSE = 1.6  # of POP909, whose beats are computed and whose players are people
GRACED, GRACES = 0.5, 0.04  # share of performances with grace notes, and of their notes
LEFT_OUT = ("Piano_Sonatas/", "Quartets/")  # sonatas come from AugmentedNet; quartets' analyses have unlike licences
CHORAL = "Early_Choral/"
PLAYED_ELSEWHERE = ("BPS/bps_21_01", "BPS/bps_26_01")  # what ASAP tests, or tunes on
LONG = 2500  # notes; so much more often a longer piece is played
ALONE, SOME = 0.15, 0.2  # shares of performances of one line, and of some parts
KEPT = 0.6  # share of the parts, then
HEARD = 0.25  # share of performances as they may be heard in a recording
UNHEARD, MISHEARD = 0.12, 0.04  # shares of their notes that are lacking and that are wrong, at most
MELODIES = 0.4  # share of songs whose melody alone is an example too
# Tempi. Half of all pieces are as fast as their beats may be, the others as their notes are.
SLOWEST, QUICKEST = 36.0, 170.0  # quarters a minute
USUAL_STEP, STEP_OCTAVES = 0.2, 0.55  # seconds between onsets: median and spread
LEAST_STEP = 0.07  # seconds between onsets: only one in twenty is nearer
BOUNDS = (14.0, 280.0)  # quarters a minute

Example = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Page:
    """A score and its metre at each note."""

    score: ScoreNotes
    start: FloatArray  # quarters at which metres begin
    metre: npt.NDArray[np.int64]  # index into METRES


def metre_examples(split: str, performances: int, songs: int, studies: int) -> list[Example]:
    """Every page of a split played `performances` times or more, and so many songs and études."""
    found = []
    seed = zlib.crc32(split.encode())
    for number, page in enumerate(_pages(split)):
        times = 1 if page.score.name.startswith(CHORAL) else performances * (1 + len(page.score) // LONG)
        for time in range(times):
            found.append(played(page, np.random.default_rng([seed, number, time])))
    for number in range(studies):
        rng = np.random.default_rng([seed, number])
        score = etudes.etude(rng)
        found.append(played(Page(score, np.zeros(1), np.array([IGNORED])), rng))
    for number, song in enumerate(pop909.song_ids(split)[:songs]):
        found += _song(song, np.random.default_rng([seed, number]))
    return [one for one in found if len(one["beat"]) > 8]


def played(page: Page, rng: np.random.Generator) -> Example:
    """One performance of a page."""
    score = replace(page.score, bpm=a_tempo(page.score, rng)) if page.score.bpm is None else page.score
    kind = rng.random()
    if kind < ALONE:
        score = one_line(score, rng)
    elif kind < ALONE + SOME:
        score = some_parts(score, rng)
    performance = perform(score, rng, pedal=False, rubato=float(rng.uniform(0.0, 1.4)))
    notes = performance.notes
    quarter = written_places(score, notes)
    if rng.random() < GRACED:
        notes, quarter = with_graces(notes, quarter, rng)
    if rng.random() < HEARD:
        notes, quarter = as_heard(notes, quarter, rng)
    return on_page(page, notes, quarter)


def on_page(page: Page, notes: Notes, quarter: FloatArray) -> Example:
    """Notes whose places on a page are known, quarters; not a number where they have none."""
    beats = page.score.beats
    length = np.diff(beats, append=2 * beats[-1:] - beats[-2:-1] if len(beats) > 1 else beats + 1)
    at = np.clip(np.searchsorted(beats, quarter + 1e-6, side="right") - 1, 0, len(beats) - 1)
    phase = GRID * (quarter - beats[at]) / length[at]
    metre = page.metre[np.clip(np.searchsorted(page.start, quarter + 1e-6, side="right") - 1, 0, None)]
    down = np.isin(np.round(beats[at] * 960), np.round(page.score.downbeats * 960))
    return _example(notes, phase, down, np.where(np.isnan(quarter), IGNORED, metre), CLOSE)


def a_tempo(score: ScoreNotes, rng: np.random.Generator) -> float:
    """Quarters a minute: as beats usually go, or as notes do, since slow movements are written in short ones."""
    steps = np.diff(np.unique(np.round(score.onset, 6)))
    steps = steps if len(steps) else np.ones(1)
    if rng.random() < 0.5:
        bpm = float(np.exp(rng.uniform(np.log(SLOWEST), np.log(QUICKEST))))
    else:
        bpm = 60 * float(np.median(steps)) / (USUAL_STEP * 2 ** rng.normal(0.0, STEP_OCTAVES))
    fastest = 60 * float(np.quantile(steps, 0.05)) / LEAST_STEP
    return float(np.clip(min(bpm, fastest), *BOUNDS))


def one_line(score: ScoreNotes, rng: np.random.Generator) -> ScoreNotes:
    """One part of the score, of a chord its highest note."""
    part = int(rng.choice(np.unique(score.part)))
    mine = np.flatnonzero(score.part == part)
    return score.only(mine[np.diff(score.onset[mine], append=np.inf) > 1e-6])  # notes of one onset rise


def some_parts(score: ScoreNotes, rng: np.random.Generator) -> ScoreNotes:
    """Some parts of the score, one at least."""
    parts = np.unique(score.part)
    kept = parts[rng.random(len(parts)) < KEPT]
    return score.only(np.flatnonzero(np.isin(score.part, kept if len(kept) else parts)))


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


def as_heard(notes: Notes, quarter: FloatArray, rng: np.random.Generator) -> tuple[Notes, FloatArray]:
    """The notes as a recording may be heard: some lacking, some doubled at an octave or a twelfth at any time."""
    kept = np.flatnonzero(rng.random(len(notes)) > rng.uniform(0.0, UNHEARD))
    wrong = np.flatnonzero(rng.random(len(notes)) < rng.uniform(0.0, MISHEARD))
    late = rng.uniform(0.0, 1.0, len(wrong)) * (notes.offset[wrong] - notes.onset[wrong])
    onset = np.concatenate([notes.onset[kept], notes.onset[wrong] + late])
    offset = np.concatenate([notes.offset[kept], notes.offset[wrong] + 0.02])
    up = rng.choice([-12, 12, 19, 24], len(wrong))
    pitch = np.concatenate([notes.pitch[kept], np.clip(notes.pitch[wrong] + up, 0, 127)])
    velocity = np.concatenate([notes.velocity[kept], np.maximum(notes.velocity[wrong] // 2, 1)])
    place = np.concatenate([quarter[kept], np.where(late < 0.02, quarter[wrong], np.nan)])
    order = np.lexsort((pitch, onset))
    return Notes(onset[order], offset[order], pitch[order], velocity[order]), place[order]


def _song(name: str, rng: np.random.Generator) -> Iterator[Example]:
    """A song, and for some of them its melody alone as well."""
    song = pop909.read_song(name)
    played = song.notes
    yield beaten(Notes(played.onset, played.offset, played.pitch, played.velocity), song.beats)
    if rng.random() < MELODIES:
        mine = played.part == [part.name for part in played.parts].index(pop909.MELODY)
        columns = (getattr(played, column)[mine] for column in ("onset", "offset", "pitch", "velocity"))
        yield beaten(Notes(*columns), song.beats)


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
    if split == "train":
        for name, notes, measures in augmented_net.pieces():
            if name not in PLAYED_ELSEWHERE:
                yield Page(notes, *_metres(measures))
        for _, notes, measures in haydn_op20.pieces():
            yield Page(notes, *_metres(measures))


def _metres(measures: Sequence[Measure]) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    named = [f"{one.numerator}/{one.denominator}" for one in measures]
    numbers = [METRES.index(one) if one in METRES else METRES.index("other") for one in named]
    return np.array([one.start for one in measures]), np.array(numbers)
