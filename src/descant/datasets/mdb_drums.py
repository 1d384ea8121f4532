"""MDB Drums: short recordings of real bands with beats set by hand.

23 clips from MedleyDB; the beats and their positions in the bar stand in `annotations/beats`, the whole band in
`full_mix`. Only clips of which both are there are read.

Southall, Wu, Lerch and Hockman: MDB Drums: An Annotated Subset of MedleyDB for Automatic Drum Transcription, ISMIR
2017.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from descant.datasets.location import dataset_folder, require_file
from descant.errors import MissingDataError
from descant.types import Beats

NAME = "mdbdrums"
PUBLISHED = "https://github.com/CarlSouthall/MDBDrums"
LICENCE = "CC BY-NC-SA 4.0: for evaluation only"


@dataclass(frozen=True, eq=False)
class MdbDrumsClip:
    """A recording and its beats."""

    id: str  # such as MusicDelta_Rock
    audio: Path
    beats: Beats


def full_mixes(folder: Path | None = None) -> Iterator[MdbDrumsClip]:
    """The clips with the whole band, by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder)
    mixes = sorted((folder / "full_mix").glob("*_MIX.*"))
    if not mixes:
        raise MissingDataError(f"{folder}: no recordings in full_mix; get them from {PUBLISHED}")
    for audio in mixes:
        annotation = folder / "annotations" / "beats" / f"{audio.stem}.beats"
        yield MdbDrumsClip(audio.stem.removesuffix("_MIX"), audio, read_beats(require_file(annotation, PUBLISHED)))


def read_beats(path: Path) -> Beats:
    """A `.beats` file: in each line the time in seconds and the position in the bar."""
    table = np.loadtxt(path, ndmin=2)
    return Beats(table[:, 0], table[:, 1].astype(np.int64))
