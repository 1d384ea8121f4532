"""How long notes sound when the sustain pedal is down: what a listener, or a transcriber, can hear of their ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.types import Notes

SUSTAIN = 64  # control number
DOWN = 64  # the pedal is down from this value on


def pedal_extended(notes: Notes) -> Notes:
    """The notes with each offset moved to where the sound ends: the pedal's release, or the key's next stroke.

    As in Hawthorne et al. (Onsets and Frames: Dual-Objective Piano Transcription, ISMIR 2018).
    """
    assert notes.part is not None
    offset = notes.offset.copy()
    for part in np.unique(notes.part).tolist():
        mine = np.flatnonzero(notes.part == part)
        for down, up in _held(notes, part):
            caught = mine[(notes.offset[mine] > down) & (notes.offset[mine] < up)]
            offset[caught] = up
        for pitch in np.unique(notes.pitch[mine]).tolist():
            strokes = mine[notes.pitch[mine] == pitch]
            later = np.append(notes.onset[strokes[1:]], np.inf)
            # Two strokes at one moment stay as they are written.
            cut = np.where(later > notes.onset[strokes], later, np.inf)
            offset[strokes] = np.maximum(np.minimum(offset[strokes], cut), notes.onset[strokes] + 1e-3)
    return replace(notes, offset=offset)


def _held(notes: Notes, part: int) -> list[tuple[float, float]]:
    """The spans in seconds in which a part's pedal is down; one that is never released ends with the last note."""
    spans = []
    since: float | None = None
    for control in notes.controls:
        if control.part != part or control.number != SUSTAIN:
            continue
        if control.value >= DOWN and since is None:
            since = control.time
        elif control.value < DOWN and since is not None:
            spans.append((since, control.time))
            since = None
    return spans if since is None else [*spans, (since, max(since, notes.duration))]
