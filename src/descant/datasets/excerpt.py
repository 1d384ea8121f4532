"""A part of a performance, as it would be cut from its recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.types import Beats, ControlChange, Notes, Part


def excerpt(notes: Notes, start: float, end: float) -> Notes:
    """The notes that begin from `start` to before `end` (seconds), moved to begin at 0; none sounds beyond `end`.

    Controls keep the value they had at `start`, the pedal is released at the end. The tempo map is left out.
    """
    kept = (notes.onset >= start) & (notes.onset < end)
    state: dict[tuple[int, int], ControlChange] = {}
    inside: list[ControlChange] = []
    for one in notes.controls:
        if one.time < start:
            state[one.part, one.number] = replace(one, time=0.0)
        elif one.time < end:
            inside.append(replace(one, time=one.time - start))
    release = [ControlChange(part, end - start, number, 0) for part, number in _pedals([*state.values(), *inside])]
    return Notes(
        notes.onset[kept] - start,
        np.minimum(notes.offset[kept], end) - start,
        notes.pitch[kept],
        notes.velocity[kept],
        np.asarray(notes.part)[kept],
        notes.parts,
        controls=(*state.values(), *inside, *release),
    )


def beats_between(beats: Beats, start: float, end: float) -> Beats:
    """The beats from `start` to before `end`, moved to begin at 0."""
    kept = (beats.time >= start) & (beats.time < end)
    return Beats(beats.time[kept] - start, beats.position[kept])


def only_parts(notes: Notes, names: tuple[str, ...]) -> Notes:
    """The notes of the parts with these names, pedal and all."""
    wanted = [at for at, part in enumerate(notes.parts) if part.name in names]
    kept = np.isin(np.asarray(notes.part), wanted)
    number = {part: at for at, part in enumerate(wanted)}
    return Notes(
        notes.onset[kept],
        notes.offset[kept],
        notes.pitch[kept],
        notes.velocity[kept],
        np.array([number[part] for part in np.asarray(notes.part)[kept].tolist()], dtype=np.int64),
        tuple(notes.parts[at] for at in wanted),
        controls=tuple(replace(one, part=number[one.part]) for one in notes.controls if one.part in number),
    )


def with_programs(notes: Notes, programs: dict[int, int]) -> Notes:
    """The notes with other General MIDI programmes for the parts named by number."""
    parts = [replace(part, program=programs.get(at, part.program)) for at, part in enumerate(notes.parts)]
    return replace(notes, parts=tuple(parts))


def together(first: Notes, second: Notes) -> Notes:
    """Both performances at once, each with its own parts."""
    count = len(first.parts)
    parts: tuple[Part, ...] = (*first.parts, *second.parts)
    return Notes(
        np.concatenate([first.onset, second.onset]),
        np.concatenate([first.offset, second.offset]),
        np.concatenate([first.pitch, second.pitch]),
        np.concatenate([first.velocity, second.velocity]),
        np.concatenate([np.asarray(first.part), np.asarray(second.part) + count]),
        parts,
        controls=(*first.controls, *(replace(one, part=one.part + count) for one in second.controls)),
    )


def _pedals(controls: list[ControlChange]) -> list[tuple[int, int]]:
    """(part, number) of every pedal used."""
    return sorted({(one.part, one.number) for one in controls if one.number in (64, 66, 67)})
