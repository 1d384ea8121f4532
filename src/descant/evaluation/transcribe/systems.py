"""What is measured: functions from notes to a page, and from notes to the melody among them, by name.

The system that should win comes first; beside it stands what it would write if it were told the true beats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from descant.evaluation.transcribe.baselines.melody_by_rule import melody_by_rule
from descant.evaluation.transcribe.baselines.music21_import import music21_import
from descant.evaluation.transcribe.baselines.plain_grid import plain_grid
from descant.evaluation.transcribe.baselines.skyline import skyline
from descant.harmony.melody import melody
from descant.pipelines.transcribe import notated
from descant.transcription.notation.notated import Notated
from descant.types import Beats, Notes
from descant.types.arrays import BoolArray

Copyist = Callable[[Notes, Beats | None], Notated]
Picker = Callable[[Notes], BoolArray]

NOTATE, PLAIN_GRID, MUSIC21, SKYLINE = "notate", "plain-grid", "music21", "skyline"
BY_RULE = "melody by rule"

COPYISTS: Mapping[str, Copyist] = {
    NOTATE: notated,
    PLAIN_GRID: lambda notes, _: plain_grid(notes),
    MUSIC21: lambda notes, _: music21_import(notes),
}
CEILINGS: Mapping[str, Copyist] = {f"{NOTATE}, true beats": notated}  # the beats that these are given are the true ones
WRITERS = (*COPYISTS, *CEILINGS)
PICKERS: Mapping[str, Picker] = {"melody": melody, BY_RULE: melody_by_rule, SKYLINE: skyline}
