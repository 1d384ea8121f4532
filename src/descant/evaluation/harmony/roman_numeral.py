"""Roman numerals against a human's, on AugmentedNet's published validation or test pieces.

Figures are shares of the time, in frames of a 32nd note, over all pieces and over those of each collection. The floor
is one chord for each measure or beat by templates, in the key that Krumhansl's profiles tell. ChordGNN trained on more
pieces than may train what is shipped is measured where its weights are: `descant train chord_gnn_comparison`, then
`descant export chord_gnn_comparison --out FOLDER` and that folder in DESCANT_WEIGHTS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from descant import weights
from descant.errors import MissingDataError
from descant.evaluation import roman_errors, roman_frames
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.roman_pieces import System, piece_results
from descant.evaluation.rows import ERROR
from descant.evaluation.task import Request, Task
from descant.harmony import chord_gnn, modular_harmony
from descant.harmony.note_features import WrittenNotes
from descant.harmony.templates import template_numerals
from descant.types.arrays import FloatArray, IntArray

DATA = "augmented_net"
COMPARISON = "chord_gnn_comparison"
BASELINE = "templates"  # of chords and keys


def _graph(notes: WrittenNotes, name: str) -> tuple[FloatArray, IntArray]:
    told = chord_gnn.told(notes, name)
    return told.time, chord_gnn.classes()[chord_gnn.best_path(told)]


def _modular(notes: WrittenNotes) -> tuple[FloatArray, IntArray]:
    found = modular_harmony.analysis(modular_harmony.told(notes))
    return found.start, found.classes


SYSTEMS: dict[str, System] = {
    BASELINE: template_numerals,
    "modular_harmony": _modular,
    "chord_gnn": partial(_graph, name=chord_gnn.WEIGHTS),
}


def measure(request: Request) -> Iterator[Measured]:
    """Every system on every piece; pieces that are missing are told of."""
    systems = dict(SYSTEMS)
    try:
        weights.find(COMPARISON)
        systems[COMPARISON] = partial(_graph, name=COMPARISON)
    except MissingDataError:
        request.left_out.append(f"{TASK.name}: {COMPARISON} is left out: its weights are not shipped")

    def missing(name: str) -> None:
        request.left_out.append(f"{TASK.name}: {name} is left out: its score or its analysis is not there")

    try:
        for one in piece_results(request.split, systems, missing, request.count, request.progress):
            data, collection = f"{DATA}/{request.split}", one.piece.partition("-")[0]
            raw = (one.frames, one.errors)
            yield Measured(TASK.name, data, one.piece, None, one.system, one.frames.rates, raw)
            yield Measured(TASK.name, f"{data}, {collection}", one.piece, None, one.system, {}, raw)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {DATA} is left out: {error}")


def pooled(group: Sequence[Measured]) -> Pooled:
    """Each measure's share of the time, and each kind of error's; n the number of pieces."""
    frames = roman_frames.pooled([one.raw[0] for one in group])
    found = {name: (value, len(group)) for name, value in frames.rates.items()}
    for at, kind in enumerate(roman_errors.KINDS):
        wrong = sum(one.raw[1][at] for one in group)
        found[ERROR + kind] = (wrong / max(frames.frames, 1), len(group))
    return found


TASK = Task(name="roman numeral", baseline=BASELINE, measure=measure, pooled=pooled, listed="roman")
