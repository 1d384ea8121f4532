"""Songs of POP909 in bars: melody, bridge and piano on sixteenths of the song's own beats, at an even tempo.

Metres change where the song's bars have another number of beats; what comes before the first bar line is a bar of its
own, or several. Onsets and ends are moved to the nearest sixteenth; no note is shorter than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets import pop909
from descant.datasets.arrangement import Sheet, Spans, sheet_of
from descant.types import MeterChange, Notes, Part
from descant.types.arrays import FloatArray

BEAT = 0.5  # seconds
STEPS = 4  # a beat
TRACKS = ("melody", "bridge", "piano")


@dataclass(frozen=True, eq=False)
class SongBars:
    """A song on its grid."""

    id: str
    notes: Notes  # parts as in TRACKS, even those that have no notes
    chords: Spans  # in beats from the beginning of `notes`


def songs(split: str, folder: Path | None = None, structure: Path | None = None) -> Iterator[SongBars]:
    """The songs of a split. Raises MissingDataError."""
    return (in_bars(pop909.read_song(song, folder, structure)) for song in pop909.song_ids(split))


def in_bars(song: pop909.Pop909Song) -> SongBars:
    """A song on the grid."""
    sheet = sheet_of(song.notes, song.beats, song.chords)
    before = max(0, int(np.ceil(-np.round(sheet.onset * STEPS).min(initial=0) / STEPS)))
    names = [part.name.lower() for part in sheet.parts]
    track = np.array([TRACKS.index(name) if name in TRACKS else -1 for name in names])[sheet.part]
    there = track >= 0

    def grid(beats: FloatArray) -> FloatArray:
        return np.round((beats + before) * STEPS)

    start = grid(sheet.onset[there])
    stop = np.maximum(grid(sheet.offset[there]), start + 1)
    notes = Notes(
        start * BEAT / STEPS,
        stop * BEAT / STEPS,
        sheet.pitch[there],
        sheet.velocity[there],
        track[there],
        tuple(Part(name) for name in TRACKS),
        meters=_meters(sheet, before),
    )
    spans = sheet.chords
    return SongBars(song.id, notes, spans.moved(spans.start + before, spans.end + before))


def _meters(sheet: Sheet, before: int) -> tuple[MeterChange, ...]:
    """The metres, where they change."""
    lines = sheet.bars + before
    usual = int(np.bincount(np.diff(lines)).argmax()) if len(lines) > 1 else 4
    lead = int(lines[0]) if len(lines) else 0
    upbeat = lead % usual
    starts = [0, *range(upbeat, lead, usual), *lines.tolist()] if upbeat else [*range(0, lead, usual), *lines.tolist()]
    lengths = [*np.diff(starts).tolist(), usual]
    found: list[MeterChange] = []
    for at, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        if not at or length != lengths[at - 1]:
            found.append(MeterChange(start * BEAT, length, 4))
    return tuple(found)
