"""Analyses of AugmentedNet's validation or test pieces, one by one, by any system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from descant.datasets import roman_analyses
from descant.datasets.roman_analyses import RomanPiece
from descant.evaluation.roman_errors import roman_errors
from descant.evaluation.roman_frames import FRAME, RomanFrames, at, roman_frames
from descant.harmony.note_features import WrittenNotes
from descant.types.arrays import FloatArray, IntArray

# From notes to where each numeral starts, in quarters, and its class in each of HEADS, (chords, 6).
System = Callable[[WrittenNotes], tuple[FloatArray, IntArray]]


@dataclass(frozen=True)
class PieceResult:
    """One system on one piece."""

    piece: str  # AugmentedNet's name: bps-01-op002-no1-1
    system: str
    frames: RomanFrames
    errors: tuple[int, ...]  # frames, by the KINDS of `roman_errors`


def piece_results(
    split: str,
    systems: Mapping[str, System],
    missing: Callable[[str], None],
    count: int | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Iterator[PieceResult]:
    """Every system on each listed piece of `valid` or `test`, in AugmentedNet's order; on the first `count` if given.

    Tells `missing` the names of pieces that are not there, or whose score and analysis do not fit. Raises
    MissingDataError where the lists are not there.
    """
    listed = list(roman_analyses.listed(split).items())[:count]
    for number, (name, pair) in enumerate(listed):
        piece = None if pair is None else roman_analyses.read_piece(pair)
        if piece is None:
            missing(name)
            continue
        for at_system, (system, analyse) in enumerate(systems.items()):
            yield measured(name, piece, system, analyse)
            progress((number + (at_system + 1) / len(systems)) / len(listed))


def measured(name: str, piece: RomanPiece, system: str, analyse: System) -> PieceResult:
    """The counts of one piece."""
    end = float(np.max(piece.notes.onset + piece.notes.duration))
    meant = np.array([one.classes for one in piece.chords], dtype=np.int64)
    start, found = analyse(piece.notes)
    frame = np.arange(0.0, end - 1e-6, FRAME)
    errors = roman_errors(meant, at(piece.start, frame), found[at(start, frame)])
    return PieceResult(name, system, roman_frames(piece.start, meant, start, found, end), errors)
