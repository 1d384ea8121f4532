"""Songs, preludes and quartets whose keys were analysed by people (When in Rome), played by rule.

What may be trained on is decided here too: one piece in twenty is kept to test, another one to tune, and what ASAP's
performances test is not trained on either.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

import numpy as np

from descant.datasets import when_in_rome
from descant.datasets.excerpt import excerpt
from descant.datasets.location import dataset_folder, require_file
from descant.datasets.performance import perform
from descant.datasets.when_in_rome import split_of
from descant.errors import MissingDataError
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered
from descant.types import Keys
from descant.types.annotations import segments_from_boundaries

SECONDS = 120.0  # of each, from its start
TOO_SHORT = "Textbooks/"  # examples of a few bars
PERFORMED = ("Keyboard_Other/Bach,_Johann_Sebastian/The_Well-Tempered_Clavier_I/21",)  # BWV 866, in `performances`


def may_train(piece: str) -> bool:
    """Whether no test hears this piece of When in Rome."""
    return split_of(piece) == "train" and piece not in PERFORMED


@cache
def ids(split: str) -> tuple[str, ...]:
    """The pieces of a split whose score fits its analysis."""
    folder = _corpus()
    names = (path.parent.relative_to(folder).as_posix() for path in sorted(folder.rglob("score.mxl")))
    mine = (name for name in names if split_of(name) == split and not name.startswith(TOO_SHORT))
    return tuple(name for name in mine if _piece(name) is not None)


def load(split: str, name: str) -> Recording:
    """The start of one piece, on a piano."""
    piece = _piece(name)
    assert piece is not None, "only pieces that can be read are named"
    played = perform(piece.score, np.random.default_rng(zlib.crc32(name.encode())), pedal=True, rubato=0.5)
    end = min(played.notes.duration, SECONDS)
    edges = np.minimum(np.append(played.seconds(piece.key_start), end), end)
    edges[0] = 0.0
    start, stop, label = segments_from_boundaries(edges, piece.key)
    sound = rendered(excerpt(played.notes, 0.0, SECONDS), split, f"scores/{zlib.crc32(name.encode()):08x}")
    data = f"{when_in_rome.NAME}/{split}"
    return Recording(data, name, sound, SOUNDFONTS[split], local_keys=Keys(start, stop, label))


def _piece(name: str) -> when_in_rome.WhenInRomePiece | None:
    folder = _corpus() / name
    found = [path for path in (folder / "analysis.txt", folder / "analysis.rntxt") if path.is_file()]
    if not found:
        return None
    score = require_file(folder / "score.mxl", when_in_rome.PUBLISHED)
    return when_in_rome.read_piece(score, found[0].read_text(encoding="utf-8", errors="replace"), name)


def _corpus() -> Path:
    folder = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    if not folder.is_dir():
        raise MissingDataError(f"{folder}: missing; get the set again from {when_in_rome.PUBLISHED}")
    return folder


SCORES = Collection("scores", ids, load, (when_in_rome,))
