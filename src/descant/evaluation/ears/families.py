"""Families of instruments as General MIDI groups its programmes, and when each of them sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.evaluation.pedal import pedal_extended
from descant.types import Notes

FRAMES_A_SECOND = 10
# Eight programmes each, in this order; the last ones, effects and percussion among them, are not asked for.
FAMILIES = (
    "piano",
    "chromatic percussion",
    "organ",
    "guitar",
    "bass",
    "strings",
    "ensemble",
    "brass",
    "reed",
    "pipe",
    "synth lead",
    "synth pad",
    "drums",
)
PROGRAMS_EACH = 8
DRUMS = len(FAMILIES) - 1


@dataclass(frozen=True, eq=False)
class Scores:
    """How likely each family is, on any scale: (families,) in the clip, (tenths of a second, families) over time."""

    clip: npt.NDArray[np.float64]
    frames: npt.NDArray[np.float64]


def sounding(notes: Notes) -> npt.NDArray[np.bool_]:
    """Whether each family sounds, (tenths of a second, families), with the pedal's help."""
    notes = pedal_extended(notes)
    active = np.zeros((int(np.ceil(notes.duration * FRAMES_A_SECOND)), len(FAMILIES)), dtype=bool)
    family = np.where(notes.drum, DRUMS, notes.program // PROGRAMS_EACH)
    for onset, offset, number in zip(notes.onset, notes.offset, family.tolist(), strict=True):
        if number < len(FAMILIES) - 1 or number == DRUMS:
            active[int(onset * FRAMES_A_SECOND) : int(np.ceil(offset * FRAMES_A_SECOND)), number] = True
    return active
