"""What a wider beam brings the modular analysis, and what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from descant.datasets.roman_analyses import RomanPiece
from descant.evaluation.roman_frames import RomanFrames, pooled, roman_frames
from descant.harmony import modular_harmony

WIDTHS = (1, 5, 10, 25, 50)


@dataclass(frozen=True)
class BeamRow:
    """All pieces with one width of the beam."""

    beam: int
    frames: RomanFrames
    seconds: float  # of the search, after CTM and CCM


def by_beam(pieces: Sequence[RomanPiece], widths: Sequence[int] = WIDTHS) -> list[BeamRow]:
    """A row for each width."""
    told = [modular_harmony.told(one.notes) for one in pieces]
    meant = [np.array([one.classes for one in piece.chords], dtype=np.int64) for piece in pieces]
    rows: list[BeamRow] = []
    for beam in widths:
        start = perf_counter()
        found = [modular_harmony.analysis(one, beam) for one in told]
        seconds = perf_counter() - start
        counts = [
            roman_frames(piece.start, true, one.start, one.classes, one.end)
            for piece, true, one in zip(pieces, meant, found, strict=True)
        ]
        rows.append(BeamRow(beam, pooled(counts), seconds))
    return rows
