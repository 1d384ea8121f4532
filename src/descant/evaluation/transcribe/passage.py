"""A passage to be written down with what is true of it, and collections of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from descant.evaluation.ears.recording import DataSet
from descant.evaluation.transcribe.page import Page
from descant.features import Sound
from descant.types import Beats, Notes
from descant.types.arrays import BoolArray


@dataclass(frozen=True, eq=False)
class Passage:
    """Performed notes, one piano part, and the true page."""

    data: str  # set and split, as rows name it: asap/test
    id: str
    notes: Notes
    truth: Page
    beats: Beats  # the true ones, seconds
    keyed: bool = True  # whether the true key signatures are known
    melody: BoolArray | None = None  # which notes are the melody
    sound: Sound | None = None  # of the same notes, where they are to be heard
    rendered: str | None = None  # the SoundFont that played them


@dataclass(frozen=True)
class Collection:
    """Passages of one kind."""

    name: str
    ids: Callable[[str], Sequence[str]]  # of a split, `test` or `valid`, in a fixed order; none where it has none
    load: Callable[[str, str], Passage]  # split and id
    sets: tuple[DataSet, ...]  # that it is made from
