"""What a user owns: any data set that mirdata loads, named `mirdata:ballroom`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from descant.datasets import mirdata_sets
from descant.errors import MissingDataError
from descant.evaluation.ears.recording import Collection, Recording
from descant.io.audio import open_audio

PREFIX = "mirdata:"


def collection(name: str) -> Collection:
    """The collection of this name. Raises MissingDataError where the name is of no such form."""
    if not name.startswith(PREFIX):
        raise MissingDataError(f"no data set is named {name!r}; name one that mirdata loads: {PREFIX}ballroom")
    return Collection(name, lambda split: _ids(name), lambda split, track: _load(name, track), ())  # noqa: ARG005


def _ids(name: str) -> Sequence[str]:
    return tuple(_items(name))


def _load(name: str, track: str) -> Recording:
    item = _items(name)[track]
    keys = item.keys
    return Recording(
        name,
        track,
        open_audio(item.audio),
        notes=item.notes,
        beats=item.beats,
        chords=item.chords,
        keys=keys if keys is not None and keys.overall != "N" else None,
        local_keys=keys if keys is not None and len(keys.start) > 1 else None,
        sections=(item.sections,) if item.sections is not None else (),
    )


@cache
def _items(name: str) -> dict[str, mirdata_sets.MirdataItem]:
    return {item.id: item for item in mirdata_sets.items(name.removeprefix(PREFIX))}
