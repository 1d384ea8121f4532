"""ChordGNN on AugmentedNet's validation or test pieces, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import RomanPiece
from descant.evaluation.roman_frames import RomanFrames, roman_frames
from descant.harmony import chord_gnn
from descant.harmony.chord_gnn import Told
from descant.types.arrays import IntArray


@dataclass(frozen=True)
class PieceResult:
    """One piece of the list."""

    name: str  # AugmentedNet's: bps-01-op002-no1-1
    frames: RomanFrames | None  # None where the piece is not there, or its score and analysis do not fit


def piece_results(split: str, progress: Callable[[float], None] = lambda _: None) -> list[PieceResult]:
    """Every listed piece of `valid` or `test`, in AugmentedNet's order.

    Raises MissingDataError where the lists or the weights are not there.
    """
    listed = roman_analyses.listed(split)
    found: list[PieceResult] = []
    for at, (name, pair) in enumerate(listed.items()):
        progress(at / len(listed))
        piece = None if pair is None else roman_analyses.read_piece(pair)
        found.append(PieceResult(name, None if piece is None else _measured(piece)))
    return found


def counted(piece: RomanPiece, told: Told) -> RomanFrames:
    """The counts of one piece from what the network says of it."""
    meant = np.array([one.classes for one in piece.chords], dtype=np.int64)
    found: IntArray = chord_gnn.classes()[chord_gnn.best_path(told)]
    return roman_frames(piece.start, meant, told.time, found, told.end)


def _measured(piece: RomanPiece) -> RomanFrames:
    return counted(piece, chord_gnn.told(piece.notes))
