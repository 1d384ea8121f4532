"""Notes of a whole recording: the transcriber that suits what plays, and the drums' strokes beside it.

A recording in which the tags hear a piano and hardly anything else is given to the piano transcriber, which listens to
it once more; any other to the one for all instruments. Where the tags hear drums, their strokes join the notes as a
part of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from descant.features import Sound, get
from descant.features.extent import Extent
from descant.registry import find, needs
from descant.types import Notes, Tags
from descant.types.annotations import INSTRUMENT

PIANO, DRUMS = "piano", "drums"  # labels of tags
PIANIST, DRUMMER, ANY = "onsets-and-frames", "drums", "basic-pitch"

AROUND = 1.0  # seconds before and after the drums' spans in which a stroke still counts
LEAST = 1.0  # seconds of drums, below which there are none


@needs(Extent(), *dict.fromkeys(feature for name in (ANY, DRUMMER) for feature in find(name).needs))
def by_instrument(sound: Sound, tags: Tags) -> Notes:
    """The notes by `onsets-and-frames` or `basic-pitch`, with those of `drums`, as the tags advise."""
    piano = tags.solo(get(sound, Extent())) == PIANO
    notes = find(PIANIST if piano else ANY).function(sound)
    return joined(notes, struck(find(DRUMMER).function(sound), tags))


def struck(strokes: Notes, tags: Tags) -> Notes:
    """The strokes in and around the spans in which drums sound."""
    mine = np.array([label == DRUMS for label in tags.label], dtype=bool)
    start, end = tags.start[mine] - AROUND, tags.end[mine] + AROUND
    if tags.seconds(INSTRUMENT).get(DRUMS, 0.0) < LEAST:
        start = end = np.zeros(0)
    inside = ((strokes.onset[:, None] >= start) & (strokes.onset[:, None] <= end)).any(axis=1)
    return strokes.only(inside)


def joined(notes: Notes, strokes: Notes) -> Notes:
    """Both together, the strokes' parts after the others; nothing changes where there are no strokes."""
    if not len(strokes):
        return notes
    assert notes.part is not None
    assert strokes.part is not None
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(notes, name), getattr(strokes, name)])
        for name in ("onset", "offset", "pitch", "velocity", "confidence")
    }
    part = np.concatenate([notes.part, strokes.part + len(notes.parts)])
    return replace(notes, part=part, parts=(*notes.parts, *strokes.parts), **columns)
