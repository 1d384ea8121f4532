"""How much a piece copies: the longest passage that it shares with others, all four voices together, in any key.

A piece is read as pairs of neighbouring frames, each pair counted from its first pitch: so many pairs in a row are the
same as elsewhere where all voices are, up to transposition. All passages of the others are in one suffix automaton,
which a piece runs through once (Blumer, Blumer, Haussler, Ehrenfeucht, Chen and Seiferas: The Smallest Automaton
Recognizing the Subwords of a Text, 1985). A state keeps where its passage ends in two pieces at most, so that a piece
that is among the others itself can be left out. Across a silence of all voices the key may change.

Frames are (steps, 4) MIDI numbers, REST where a voice is silent (`jsb_raster.py`). What shares a single frame shares
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from descant.types.arrays import IntArray

SILENT = 127  # in pairs
NOWHERE = (-1, -1)

End = tuple[int, int]  # a piece, and the number of a pair in it


@dataclass(frozen=True)
class Shared:
    """The longest passage that is in another piece too; of equals the first."""

    steps: int = 0
    start: int = 0  # step
    piece: int = -1  # which of the others; -1 where nothing is shared
    there: int = 0  # its first step in that piece


@dataclass
class Passages:
    """Every passage of some pieces: make it with `Passages.of`. State 0 is the empty passage."""

    after: list[dict[bytes, int]] = field(default_factory=lambda: [{}])
    length: list[int] = field(default_factory=lambda: [0])  # of a state's longest passage, in pairs
    link: list[int] = field(default_factory=lambda: [-1])  # to the state of the longest end of it that is elsewhere too
    ends: list[tuple[End, End]] = field(default_factory=lambda: [(NOWHERE, NOWHERE)])  # in two different pieces

    @classmethod
    def of(cls, pieces: Sequence[IntArray]) -> Passages:
        """The automaton of all of them."""
        found = cls()
        for piece, frames in enumerate(pieces):
            last = 0
            for at, pair in enumerate(_pairs(frames)):
                last = found._extend(last, pair, (piece, at))
        for state in sorted(range(1, len(found.link)), key=found.length.__getitem__, reverse=True):
            for end in found.ends[state]:
                found._add(found.link[state], end)
        return found

    def longest(self, frames: IntArray, but: int | None = None) -> Shared:
        """What a piece shares with the pieces, `but` one of them."""
        best, state, here = Shared(), 0, 0
        for at, pair in enumerate(_pairs(frames)):
            while state and pair not in self.after[state]:
                state = self.link[state]
                here = self.length[state]
            if pair in self.after[state]:
                state, here = self.after[state][pair], here + 1
            while state and self._end(state, but) == NOWHERE:
                state = self.link[state]
                here = self.length[state]
            if here and here + 1 > best.steps:
                piece, end = self._end(state, but)
                best = Shared(here + 1, at - here + 1, piece, end - here + 1)
        return best

    def _end(self, state: int, but: int | None) -> End:
        """Where a state's passage ends, in another piece than `but`."""
        first, second = self.ends[state]
        return second if first[0] == but else first

    def _add(self, state: int, end: End) -> None:
        """One more place where a state's passage ends; a third piece is not kept."""
        first, second = self.ends[state]
        if first == NOWHERE:
            self.ends[state] = (end, NOWHERE)
        elif second == NOWHERE and end[0] != first[0]:
            self.ends[state] = (first, end)

    def _state(self, after: dict[bytes, int], length: int, link: int) -> int:
        self.after.append(after)
        self.length.append(length)
        self.link.append(link)
        self.ends.append((NOWHERE, NOWHERE))
        return len(self.link) - 1

    def _extend(self, last: int, pair: bytes, end: End) -> int:
        """The state of a passage that is one pair longer than that of `last`."""
        known = self.after[last].get(pair)
        if known is not None:  # another piece begins like that
            state = known if self.length[known] == self.length[last] + 1 else self._split(last, pair)
        else:
            state = self._state({}, self.length[last] + 1, 0)
            while last >= 0 and pair not in self.after[last]:
                self.after[last][pair] = state
                last = self.link[last]
            if last >= 0:
                known = self.after[last][pair]
                fits = self.length[known] == self.length[last] + 1
                self.link[state] = known if fits else self._split(last, pair)
        self._add(state, end)
        return state

    def _split(self, last: int, pair: bytes) -> int:
        """A state for what both `last`'s passage and a longer one end with."""
        known = self.after[last][pair]
        state = self._state(dict(self.after[known]), self.length[last] + 1, self.link[known])
        self.link[known] = state
        while last >= 0 and self.after[last].get(pair) == known:
            self.after[last][pair] = state
            last = self.link[last]
        return state


def _pairs(frames: IntArray) -> list[bytes]:
    """Each frame with the next, counted from the first pitch that is sung in them."""
    both = np.concatenate([frames[:-1], frames[1:]], axis=1)
    sung = both >= 0
    first = np.take_along_axis(both, sung.argmax(axis=1)[:, None], axis=1)
    return [one.tobytes() for one in np.where(sung, both - first, SILENT).astype(np.int8)]
