"""Notes of a singing voice."""

from __future__ import annotations

from dataclasses import replace

from descant.evaluation.ears import note

TASK = replace(note.TASK, name="voice", collections=("voices",))
