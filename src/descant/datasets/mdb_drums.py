"""MDB Drums: short recordings of real bands with beats and drum strokes set by hand.

23 clips from MedleyDB; the beats and their positions in the bar stand in `annotations/beats`, the drum strokes in
`annotations/class`, the whole band in `full_mix` and the drums alone in `drum_only`. Only clips whose recording is
there are read.

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
from descant.types.arrays import FloatArray

NAME = "mdbdrums"
PUBLISHED = "https://github.com/CarlSouthall/MDBDrums"
LICENCE = "CC BY-NC-SA 4.0: for evaluation only"

# The set's classes in the order of `descant.types.drums.DRUM_CLASSES`; OT (tambourine, sticks) is none of them.
CLASSES = ("KD", "SD", "HH", "TT", "CY")


@dataclass(frozen=True, eq=False)
class MdbDrumsClip:
    """A recording and its beats."""

    id: str  # such as MusicDelta_Rock
    audio: Path
    beats: Beats


@dataclass(frozen=True, eq=False)
class MdbDrumsStem:
    """The drums of a clip alone, and their strokes."""

    id: str  # such as MusicDelta_Rock
    audio: Path
    onsets: tuple[FloatArray, ...]  # seconds; one array for each of `descant.types.drums.DRUM_CLASSES`


def full_mixes(folder: Path | None = None) -> Iterator[MdbDrumsClip]:
    """The clips with the whole band, by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder)
    mixes = sorted((folder / "full_mix").glob("*_MIX.*"))
    if not mixes:
        raise MissingDataError(f"{folder}: no recordings in full_mix; get them from {PUBLISHED}")
    for audio in mixes:
        annotation = folder / "annotations" / "beats" / f"{audio.stem}.beats"
        yield MdbDrumsClip(audio.stem.removesuffix("_MIX"), audio, read_beats(require_file(annotation, PUBLISHED)))


def drum_stems(folder: Path | None = None) -> Iterator[MdbDrumsStem]:
    """The clips with the drums alone, by name. Raises MissingDataError where there is none."""
    folder = dataset_folder(NAME, PUBLISHED, folder)
    stems = sorted((folder / "drum_only").glob("*_Drum.*"))
    if not stems:
        raise MissingDataError(f"{folder}: no recordings in drum_only; get them from {PUBLISHED}")
    for audio in stems:
        clip = audio.stem.removesuffix("_Drum")
        annotation = folder / "annotations" / "class" / f"{clip}_class.txt"
        yield MdbDrumsStem(clip, audio, read_strokes(require_file(annotation, PUBLISHED)))


def read_strokes(path: Path) -> tuple[FloatArray, ...]:
    """A `_class.txt` file: in each line the time in seconds and the class; the times of each class, in order."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(np.array(sorted({float(time) for time, name in rows if name == kind})) for kind in CLASSES)


def read_beats(path: Path) -> Beats:
    """A `.beats` file: in each line the time in seconds and the position in the bar."""
    table = np.loadtxt(path, ndmin=2)
    return Beats(table[:, 0], table[:, 1].astype(np.int64))
