"""Notes of solo piano."""

from __future__ import annotations

from dataclasses import replace

from descant.evaluation.comparators.basic_pitch_onnx import BASIC_PITCH
from descant.evaluation.ears import note

TASK = replace(
    note.TASK,
    name="piano",
    collections=("performances",),
    systems=("onsets-and-frames", "autoregressive-multistate", "basic-pitch", "harmonic-nmf", BASIC_PITCH.name),
)
