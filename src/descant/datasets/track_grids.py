"""Songs of POP909 and Bach's chorales as grids of tracks by time (`composition/get_score.py`).

A song is told in its own beats: between beats time is even, and a column is a quarter of a beat. Its chords are
POP909's `chord_midi.txt`, whose changes lie on those beats, while those of `chord_audio.txt` were heard in the
recordings and lie beside them. What finds no lane is left out: two notes of the bridge and four of the piano begin
together at most.

A chorale has four tracks of a lane and no row of chords, for the set names none. Its notes are runs of one pitch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.composition.get_score import COLUMNS_A_QUARTER
from descant.composition.getmusic import CHORALE, POP
from descant.composition.jsb_raster import JsbRaster
from descant.composition.vocabulary import OffGrid
from descant.datasets import jsb, pop909
from descant.datasets.arrangement import SHORTEST, sheet_of
from descant.types import Chords, Notes
from descant.types.arrays import FloatArray, IntArray

BEAT = 0.5  # seconds of a beat where time is made even
USUAL_BAR = 16  # columns


@dataclass(frozen=True, eq=False)
class TrackGrid:
    """A piece on a grid."""

    id: str
    grid: IntArray  # (columns, rows) of the vocabulary's tokens
    place: IntArray  # (columns,) columns from the bar line
    off_grid: OffGrid  # what the grid says differently


def songs(split: str, folder: Path | None = None, structure: Path | None = None) -> Iterator[TrackGrid]:
    """The songs of a split of POP909 as grids of POP. Raises MissingDataError."""
    return (song_grid(pop909.read_song(song, folder, structure)) for song in pop909.song_ids(split))


def chorales(split: str, folder: Path | None = None) -> Iterator[TrackGrid]:
    """The chorales of a split of JSB as grids of CHORALE; where bars begin is not known. Raises MissingDataError."""
    return (chorale_grid(one) for one in jsb.chorales(split, folder))


def song_grid(song: pop909.Pop909Song) -> TrackGrid:
    """A song in its own beats."""
    sheet = sheet_of(song.notes, song.beats, song.chords)
    first = min(float(edges.min(initial=0.0)) for edges in (sheet.onset, sheet.chords.start))
    before = max(0, int(np.ceil(-first)))  # beats that the song begins before its first one

    def seconds(beats: FloatArray) -> FloatArray:
        return BEAT * (beats + before)

    onset, offset = seconds(sheet.onset), seconds(sheet.offset)
    notes = Notes(onset, np.maximum(offset, onset + SHORTEST), sheet.pitch, sheet.velocity, sheet.part, sheet.parts)
    spans = sheet.chords.moved(seconds(sheet.chords.start), seconds(sheet.chords.end))
    found = POP.encode(in_order(notes), Chords(spans.start, spans.end, spans.label))
    grid = POP.grid(found.tokens)
    beat, part = np.divmod(np.arange(len(grid)), COLUMNS_A_QUARTER)
    return TrackGrid(
        song.id, grid, COLUMNS_A_QUARTER * positions(sheet.positions, beat - before) + part, found.off_grid
    )


def in_order(notes: Notes) -> Notes:
    """The parts as the tracks of POP, which are named as they are; parts of other names are left out."""
    names = [track.part.name for track in POP.tracks]
    track = np.array([names.index(part.name.lower()) if part.name.lower() in names else -1 for part in notes.parts])
    part = track[np.asarray(notes.part)]
    there = part >= 0
    columns = (notes.onset[there], notes.offset[there], notes.pitch[there], notes.velocity[there], part[there])
    return Notes(*columns, tuple(track.part for track in POP.tracks))


def positions(known: IntArray, beat: IntArray) -> IntArray:
    """How many beats these are from the bar line; beyond the known ones, and where none is known, bars are of four."""
    inside = np.clip(beat, 0, len(known) - 1)
    told = known[inside] > 0
    nearest = np.where(told, known[inside] - 1, inside)
    return np.where(told & (beat == inside), nearest, (nearest + beat - inside) % 4)


def chorale_grid(chorale: jsb.Chorale) -> TrackGrid:
    """A chorale to its end, each run of one pitch a note."""
    raster = JsbRaster()
    found = CHORALE.encode(raster.decode(raster.flatten(chorale.grid)))
    grid = CHORALE.grid(found.tokens)
    grid = np.pad(grid, [(0, len(chorale.grid) - len(grid)), (0, 0)])
    return TrackGrid(chorale.id, grid, np.arange(len(grid)) % USUAL_BAR, found.off_grid)
