"""Songs for one voice and piano: scores of the OpenScore Lieder Corpus, as When in Rome holds them.

Kept are those with three staves, the voice and a piano's two, whose voice sings one note at a time. The scores are
CC0.

Gotham and Jonas: The OpenScore Lieder Corpus, Music Encoding Conference 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from descant.datasets import when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.musicxml_notes import read_musicxml
from descant.datasets.score_notes import ScoreNotes
from descant.errors import MissingDataError, UnreadableFileError

NAME = "openscore_lieder"
LICENCE = "CC0"
FOLDER = "OpenScore-LiederCorpus"
STAVES = 3


def lieder(wanted: Callable[[str], bool]) -> Iterator[ScoreNotes]:
    """The songs, of which part 0 is the voice, whose names in When in Rome are wanted. Raises MissingDataError."""
    corpus = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    found = sorted((corpus / FOLDER).rglob("score.mxl"))
    if not found:
        raise MissingDataError(f"{corpus / FOLDER}: no scores; get them from {when_in_rome.PUBLISHED}")
    for path in found:
        name = path.parent.relative_to(corpus).as_posix()
        if not wanted(name):
            continue
        try:
            score, _ = read_musicxml(path, name)
        except UnreadableFileError:
            continue
        if len(score.onset) and score.part.max() == STAVES - 1 and sung_singly(score):
            yield score


def sung_singly(score: ScoreNotes) -> bool:
    """Whether the voice has two notes or more, of which no two begin together."""
    onset = score.onset[score.part == 0]
    return len(onset) > 1 and bool(np.all(np.diff(onset) > 0))
