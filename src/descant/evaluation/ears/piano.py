"""Notes of solo piano; beside the systems, Onsets and Frames without the gate that is its idea."""

from __future__ import annotations

from dataclasses import replace

from descant.evaluation.comparators.basic_pitch_onnx import BASIC_PITCH
from descant.evaluation.ears import note
from descant.transcription.onsets_and_frames import onsets_and_frames

UNGATED = "onsets-and-frames, no gate"

TASK = replace(
    note.TASK,
    name="piano",
    collections=("performances",),
    systems=(
        "onsets-and-frames",
        UNGATED,
        "autoregressive-multistate",
        "basic-pitch",
        "by-instrument",
        "harmonic-nmf",
        BASIC_PITCH.name,
    ),
    own={UNGATED: lambda hearing: onsets_and_frames(hearing.sound, gate=False)},
)
