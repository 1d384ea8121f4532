"""Four excerpts for piano, each by 22 pianists, matched to the score note by note (Vienna 4x22): to test only."""

from __future__ import annotations

import numpy as np

from descant.datasets import vienna4x22
from descant.datasets.location import dataset_folder, require_file
from descant.evaluation.transcribe.clock import Clock
from descant.evaluation.transcribe.page import Bar, Page
from descant.evaluation.transcribe.passage import Collection, Passage
from descant.types import Beats
from descant.types.score import TimeSignature


def ids(split: str) -> tuple[str, ...]:
    """All performances."""
    folder = dataset_folder(vienna4x22.NAME, vienna4x22.PUBLISHED) / "match"
    return tuple(path.stem for path in sorted(folder.glob("*.match"))) if split == "test" else ()


def load(split: str, name: str) -> Passage:
    """One performance."""
    folder = dataset_folder(vienna4x22.NAME, vienna4x22.PUBLISHED)
    played = vienna4x22.read_match(require_file(folder / "match" / f"{name}.match", vienna4x22.PUBLISHED))
    truth = page_of(played)
    return Passage(f"{vienna4x22.NAME}/{split}", name, played.notes, truth, beats_of(truth, played))


def page_of(played: vienna4x22.ViennaPerformance) -> Page:
    """The page that was played from, an entry a played note."""
    time = TimeSignature((played.meter[0],), played.meter[1])
    length, last = float(time.length), int(played.written_measure.max())
    first = float(played.written_onset.min())
    lines = np.arange(-1, last) * length
    bars = tuple(Bar(line, max(first, line), line + length, time, played.sharps) for line in lines.tolist())
    count = len(played.notes)
    answered = np.flatnonzero(played.played != vienna4x22.UNMATCHED)
    written = np.zeros(count, dtype=np.int64)
    written[played.played[answered]] = answered
    known = np.zeros(count, dtype=bool)
    known[played.played[answered]] = True
    return Page(
        known=known,
        onset=played.written_onset[written],
        duration=(played.written_offset - played.written_onset)[written],
        bar=played.written_measure[written],  # the upbeat is measure 0
        bars=bars,
        fifths=played.written_fifths[written],
        staff=played.written_staff[written],
        voice=played.written_voice[written],
    )


def beats_of(truth: Page, played: vienna4x22.ViennaPerformance) -> Beats:
    """The beats of the page when they were played."""
    places = np.concatenate([one.beats for one in truth.bars])
    position = np.concatenate(
        [np.round((one.beats - one.line) / float(one.time.beat)).astype(np.int64) + 1 for one in truth.bars]
    )
    times = Clock(truth, played.notes.onset).seconds(places)
    kept = (times >= 0) & (times <= played.notes.duration) & (np.diff(times, prepend=-np.inf) > 0)
    return Beats(times[kept], position[kept])


EXCERPTS = Collection("excerpts", ids, load, (vienna4x22,))
