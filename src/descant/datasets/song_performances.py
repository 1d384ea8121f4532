"""Songs of POP909 as one piano player has them: melody, bridge and accompaniment together.

The players' onsets lie on sixteenths of a steady beat; how long and how loud a note is, they played. What two parts
strike together is one note, the longer of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from descant.datasets import pop909
from descant.types import Notes, Part


def performances(split: str, folder: Path | None = None, structure: Path | None = None) -> Iterator[tuple[str, Notes]]:
    """The songs of a split by their names. Raises MissingDataError."""
    return ((song, one_player(pop909.read_song(song, folder, structure).notes)) for song in pop909.song_ids(split))


def one_player(notes: Notes) -> Notes:
    """All notes in a single part, a piano's."""
    part = np.zeros(len(notes.onset), dtype=np.int64)
    return Notes(notes.onset, notes.offset, notes.pitch, notes.velocity, part, (Part(),))
