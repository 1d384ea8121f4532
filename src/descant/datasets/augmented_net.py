"""AugmentedNet's corrected scores: first movements of Beethoven's piano sonatas, variations by Mozart and Beethoven.

They come with AugmentedNet's list of splits, corrected by hand where a score and its analysis did not agree (MIT).

Nápoles López, Gotham and Fujinaga: AugmentedNet: A Roman Numeral Analysis Network with Synthetic Training Examples and
Additional Tonal Tasks, ISMIR 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import Measure, read_musicxml
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError

NAME = "augnet_splits"
PUBLISHED = "https://github.com/napulen/AugmentedNet"
LICENCE = "MIT"
SETS = ("BPS", "Tavern")  # its quartets are DCML's, its chorales are those of `when_in_rome`
TWICE = ("Tavern/Mozart/K398krn",)  # the same piece as another file


def pieces(folder: Path | None = None) -> Iterator[tuple[str, ScoreNotes, tuple[Measure, ...]]]:
    """(name, notes, measures) of every score, by name, such as `BPS/bps_02_01` for the first movement of the second
    sonata. Raises MissingDataError where there is none.
    """
    folder = dataset_folder(NAME, PUBLISHED, folder) / "rawdata" / "corrections"
    found = sorted(path for name in SETS for path in (folder / name).rglob("*.mxl"))
    if not found:
        raise MissingDataError(f"{folder}: no scores; get them from {PUBLISHED}")
    for path in found:
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name not in TWICE:
            yield name, *read_musicxml(path, name)
