"""What an item must be: a tempo, a key, a metre, instruments, years, words of its tags. True or false, never nearly.

Each condition says of all items at once whether they meet it (n,), and of one item in a few words why. What is not
known of an item meets no condition, not even that of an instrument's absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from descant.io.times import clock
from descant.library.item import NO_KEY
from descant.retrieval.columns import KEYS, Columns
from descant.retrieval.metadata import quoted
from descant.types.arrays import BoolArray
from descant.types.instruments import INSTRUMENTS

HEARD = 0.05  # of an item's duration: an instrument that sounds for less may as well be a mistake


class Condition(Protocol):
    """What is asked of every item."""

    @property
    def told(self) -> str:
        """What is asked, for people: `tempo 118 to 122`."""

    def met(self, columns: Columns) -> BoolArray:
        """Of each item, whether it is so."""

    def reason(self, columns: Columns, at: int) -> str:
        """Of the item at a place of the columns, what it is: `121 bpm`."""


@dataclass(frozen=True)
class Within:
    """A number that lies between two others, or is at most or at least one, or is below or above it."""

    field: str  # tempo, year, duration, loudness
    low: float = -np.inf
    high: float = np.inf
    open: bool = False  # neither end belongs to it

    @property
    def told(self) -> str:
        if self.low == self.high:
            return f"{self.field} {self._end(self.low)}"
        if np.isfinite(self.low) and np.isfinite(self.high):
            return f"{self.field} {self._end(self.low)} to {self._end(self.high)}"
        if np.isfinite(self.low):
            return f"{self.field} {'above' if self.open else 'at least'} {self._end(self.low)}"
        return f"{self.field} {'below' if self.open else 'at most'} {self._end(self.high)}"

    def met(self, columns: Columns) -> BoolArray:
        value = columns.number(self.field)
        if self.open:
            return (value > self.low) & (value < self.high)
        return (value >= self.low) & (value <= self.high)

    def reason(self, columns: Columns, at: int) -> str:
        return _number(self.field, float(columns.number(self.field)[at]))

    def excludes(self, other: Within) -> bool:
        """Whether no number can be within both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return self.field == other.field and (low > high or (low == high and (self.open or other.open)))

    def _end(self, value: float) -> str:
        return clock(round(value)) if self.field == "duration" else f"{value:g}"


@dataclass(frozen=True)
class InKey:
    """A key, or any key of a mode."""

    tonic: int | None = None  # pitch class
    mode: str = "major"

    @property
    def told(self) -> str:
        return f"a {self.mode} key" if self.tonic is None else f"key {KEYS[self._codes()[0]]}"

    def met(self, columns: Columns) -> BoolArray:
        return _among(columns.key, self._codes(), len(KEYS))

    def reason(self, columns: Columns, at: int) -> str:
        return KEYS[int(columns.key[at])] if columns.key[at] != NO_KEY else "key unknown"

    def named(self, columns: Columns) -> BoolArray:
        """Where a title is believed: the key is not known, or one that is often mistaken for the one asked for."""
        if self.tonic is None:
            return np.zeros(len(columns), dtype=np.bool_)
        minor = self.mode == "minor"
        relative = (self.tonic + (3 if minor else 9)) % 12 + 12 * (not minor)
        parallel = self.tonic + 12 * (not minor)
        fifths = [(self.tonic + step) % 12 + 12 * minor for step in (5, 7)]
        return _among(columns.key, [NO_KEY, relative, parallel, *fifths], len(KEYS))

    def _codes(self) -> list[int]:
        first = 12 * (self.mode == "minor")
        return list(range(first, first + 12)) if self.tonic is None else [first + self.tonic]


@dataclass(frozen=True)
class InMeter:
    """One of some metres."""

    signatures: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"metre {' or '.join(self.signatures)}"

    def met(self, columns: Columns) -> BoolArray:
        wanted = [code for code, name in enumerate(columns.meters) if name in self.signatures]
        return _among(columns.meter, wanted, len(columns.meters))

    def reason(self, columns: Columns, at: int) -> str:
        return columns.meters[int(columns.meter[at])]


@dataclass(frozen=True)
class Plays:
    """An instrument that is heard, of one of some classes."""

    word: str  # as it was asked for: violin
    classes: tuple[str, ...]  # of INSTRUMENTS

    @property
    def told(self) -> str:
        return _with_classes(self.word, self.classes)

    def met(self, columns: Columns) -> BoolArray:
        found: BoolArray = self._shares(columns) >= HEARD
        return found

    def reason(self, columns: Columns, at: int) -> str:
        label = max(self.classes, key=lambda one: columns.share[at, INSTRUMENTS.index(one)])
        return f"{label} {100 * columns.share[at, INSTRUMENTS.index(label)]:.0f} % of the time"

    def _shares(self, columns: Columns) -> BoolArray:
        shares: BoolArray = columns.share[:, [INSTRUMENTS.index(one) for one in self.classes]].max(axis=1)
        return shares


@dataclass(frozen=True)
class Without:
    """An instrument that is not heard, where it was listened for."""

    word: str
    classes: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"no {_with_classes(self.word, self.classes)}"

    def met(self, columns: Columns) -> BoolArray:
        return columns.listened & ~Plays(self.word, self.classes).met(columns)

    def reason(self, columns: Columns, at: int) -> str:
        del columns, at
        return f"no {self.word}"


@dataclass(frozen=True)
class OfKind:
    """An audio file, a MIDI file, a score or a tune."""

    kind: str

    @property
    def told(self) -> str:
        return f"kind {self.kind}"

    def met(self, columns: Columns) -> BoolArray:
        return columns.of_kind(self.kind)

    def reason(self, columns: Columns, at: int) -> str:
        del columns, at
        return self.kind


@dataclass(frozen=True)
class Says:
    """Words, one after the other, in a field of the tags."""

    field: str  # title, artist, album, genre, composer
    words: str

    @property
    def told(self) -> str:
        return f"{self.field} “{self.words}”"

    def met(self, columns: Columns) -> BoolArray:
        return columns.saying(f"{self.field} : {quoted(self.words)}")

    def reason(self, columns: Columns, at: int) -> str:
        del columns, at
        return self.told


@dataclass(frozen=True)
class AnyOf:
    """One of several things that exclude each other: "in C or D minor"."""

    conditions: tuple[Condition, ...]

    @property
    def told(self) -> str:
        return " or ".join(one.told for one in self.conditions)

    def met(self, columns: Columns) -> BoolArray:
        found: BoolArray = np.any([one.met(columns) for one in self.conditions], axis=0)
        return found

    def named(self, columns: Columns) -> BoolArray:
        """Where a title is believed: see `InKey`."""
        keys = [one.named(columns) for one in self.conditions if isinstance(one, InKey)]
        found: BoolArray = np.any(keys, axis=0) if keys else np.ones(len(columns), dtype=np.bool_)
        return found

    def reason(self, columns: Columns, at: int) -> str:
        return next(one.reason(columns, at) for one in self.conditions if one.met(columns)[at])


def _among(codes: npt.NDArray[Any], wanted: Sequence[int], count: int) -> BoolArray:
    """Which codes, from 0 to `count` or -1 for none, are among some."""
    table = np.zeros(count + 1, dtype=np.bool_)
    table[list(wanted)] = True
    found: BoolArray = table[codes]
    return found


def _number(field: str, value: float) -> str:
    match field:
        case "tempo":
            return f"{value:.0f} bpm"
        case "duration":
            return clock(round(value))
        case "loudness":
            return f"{value:.1f} LUFS"
        case _:
            return f"{value:g}"


def _with_classes(word: str, classes: tuple[str, ...]) -> str:
    return word if classes == (word,) else f"{word} ({' or '.join(classes)})"
