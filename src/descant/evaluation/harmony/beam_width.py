"""What a wider beam brings the modular analysis, and what it takes, on AugmentedNet's validation or test pieces.

Seconds are those of the search over all pieces together, after the networks have read the notes; they vary with the
machine, and are to be compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from descant.datasets import roman_analyses
from descant.errors import MissingDataError
from descant.evaluation.beam_widths import by_beam
from descant.evaluation.harmony.roman_numeral import DATA
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task


def measure(request: Request) -> Iterator[Measured]:
    """One answer for each width, from all pieces together."""
    try:
        pieces = list(islice(roman_analyses.pieces(request.split), request.count))
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {DATA} is left out: {error}")
        return
    for row in by_beam(pieces):
        measures = {**row.frames.rates, "seconds": row.seconds}
        name = f"modular_harmony, beam {row.beam}"
        yield Measured(TASK.name, f"{DATA}/{request.split}", request.split, None, name, measures, len(pieces))


def pooled(group: Sequence[Measured]) -> Pooled:
    """What was measured, n the number of pieces."""
    return {name: (value, group[0].raw) for name, value in group[0].measures.items()}


TASK = Task(name="beam width", baseline="modular_harmony, beam 1", measure=measure, pooled=pooled)
