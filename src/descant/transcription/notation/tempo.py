"""Tempo marks: the tempo at the beginning, and where it becomes another for some bars. Rubato is not written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from descant.transcription.notation.given import given
from descant.transcription.notation.timeline import Timeline
from descant.types import Notes
from descant.types.score import FASTEST, Measure, TempoMark

BARS = 4  # for which a new tempo must last
CHANGE = 1.2  # times faster or slower than before


def tempo_marks(notes: Notes, line: Timeline, measures: Sequence[Measure]) -> Iterator[TempoMark]:
    """The marks of a page; of music on a grid those of its file."""
    places = np.array([float(one) for one in line.quarters])
    edges = np.array([float(one.start) for one in measures] + [float(measures[-1].end)])
    seconds = np.interp(edges, places, line.seconds)
    inside = edges[1:] <= places[-1] + 1e-9
    spans = np.maximum(np.diff(seconds), 1e-3)
    bpm = np.minimum(60 * np.diff(edges) / spans, FASTEST - 10)
    bpm = np.where(inside | (np.arange(len(bpm)) == 0), bpm, bpm[max(0, len(bpm) - 2)])
    exact = given(notes).exact
    now = 0.0
    for at, measure in enumerate(measures):
        if exact:
            here = float(bpm[at])
            changed = abs(here - now) > 0.5
        else:
            coming = bpm[at : at + BARS]
            here = float(np.median(bpm[at : at + 4 * BARS] if at == 0 else coming))
            ratio = coming / now if now else np.full(1, 9.0)
            changed = at == 0 or (len(coming) == BARS and bool(np.all(ratio > CHANGE) or np.all(ratio < 1 / CHANGE)))
        if changed and here > 0:
            now = here
            yield TempoMark(measure.start, _round(here, measure.time.beat), measure.time.beat)


def _round(bpm: float, beat: Fraction) -> float:
    """Quarters a minute such that the page's own count is whole."""
    return round(bpm / float(beat)) * float(beat) if bpm >= float(beat) else bpm
