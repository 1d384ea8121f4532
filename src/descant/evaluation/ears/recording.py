"""A recording with what is true of it, and collections of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from descant.features import Sound
from descant.types import Beats, Chords, Keys, Notes, Sections


@dataclass(frozen=True, eq=False)
class Recording:
    """A sound and its truth; what is not known of it is None."""

    data: str  # set and split, as rows name it: pop909/test
    id: str
    sound: Sound
    rendered: str | None = None  # the SoundFont of synthesised sound
    notes: Notes | None = None
    beats: Beats | None = None
    beats_again: Beats | None = None  # a second source's
    chords: Chords | None = None
    chords_again: Chords | None = None  # a second source's
    keys: Keys | None = None
    local_keys: Keys | None = None
    sections: tuple[Sections, ...] = ()  # one an annotator


class DataSet(Protocol):
    """A module of `datasets`."""

    NAME: str
    PUBLISHED: str


@dataclass(frozen=True)
class Collection:
    """Recordings of one kind."""

    name: str
    ids: Callable[[str], Sequence[str]]  # of a split, `test` or `valid`, in a fixed order; none where it has none
    load: Callable[[str, str], Recording]  # split and id
    sets: tuple[DataSet, ...]  # that it is made from
