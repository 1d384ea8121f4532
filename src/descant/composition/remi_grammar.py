"""The tokens of REMI and the order they stand in. States are `Reading`s.

A piece is its instruments, then its bars. A bar is `bar`, its metre where that changes, and what stands in it from left
to right: a position, the tempo where it changes there, and the notes, track by track, each track's from low to high: a
pitch, a duration and a velocity. Of equal pitches the shorter comes first, then the softer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from descant.composition.bar_lines import LONGEST, METERS, TICKS, USUAL, bar_ticks
from descant.composition.loudness_bins import BINS
from descant.types.arrays import BoolArray

SLOWEST, FASTEST = 20, 300  # quarters a minute
BPM = 120  # until a tempo is said
TRACKS = 128
LONGEST_DURATION = 4 * TICKS  # ticks; what lasts longer begins with as many `longer` as go before

_SIZES = {
    "bar": 1,
    "meter": len(METERS),
    "position": LONGEST * TICKS,
    "tempo": FASTEST - SLOWEST + 1,
    "program": 128,
    "kit": 128,
    "track": TRACKS,
    "pitch": 128,
    "longer": 1,
    "duration": LONGEST_DURATION,
    "loudness": BINS,
}
_EDGES = dict(zip(_SIZES, pairwise(accumulate(_SIZES.values(), initial=0)), strict=True))
BAR, METER, POSITION, TEMPO, PROGRAM, KIT, TRACK, PITCH, LONGER, DURATION, LOUDNESS = (
    low for low, _ in _EDGES.values()
)
SIZE = sum(_SIZES.values())
KIND = tuple(kind for kind, size in _SIZES.items() for _ in range(size))  # of each token

_SAID = {  # what stands after a kind's name
    "meter": [f" {beats}/{unit}" for beats, unit in METERS],
    "tempo": [f" {bpm}" for bpm in range(SLOWEST, FASTEST + 1)],
    "duration": [f" {ticks}" for ticks in range(1, LONGEST_DURATION + 1)],
    "bar": [""],
    "longer": [""],
}
NAMES = tuple(
    kind + said for kind, size in _SIZES.items() for said in _SAID.get(kind, [f" {number}" for number in range(size)])
)


class Reading(NamedTuple):
    """What was read: the grammar's state."""

    kind: str = ""  # of the last token
    tracks: int = 0
    meter: int = -1  # index into METERS
    position: int = -1  # ticks
    tempo: int = BPM
    track: int = -1
    note: tuple[int, int, int] = (-1, 0, 0)  # the last one of this track here: pitch, duration and loudness
    pitch: int = -1
    duration: int = 0  # as far as it was said


@dataclass(frozen=True)
class RemiGrammar:
    """Which tokens may follow which; it has no options."""

    size: int = SIZE
    names: tuple[str, ...] = NAMES

    @cached_property
    def start(self) -> Reading:
        """Before the first token."""
        return Reading()

    def allowed(self, state: Reading) -> BoolArray:
        """The tokens that keep the one order."""
        mask = np.zeros(SIZE, dtype=bool)
        match state.kind:
            case "" | "program" | "kit":
                mask[BAR] = state.tracks > 0
                mask[PROGRAM : KIT + 128] = state.tracks < TRACKS
            case "bar":
                mask[METER:POSITION] = True
                if state.meter >= 0:
                    mask[METER + state.meter] = False
                    self._go_on(mask, state)
            case "meter":
                self._go_on(mask, state)
            case "position":
                mask[TEMPO:PROGRAM] = True
                mask[TEMPO + state.tempo - SLOWEST] = False
                mask[TRACK : TRACK + state.tracks] = True
            case "tempo":
                mask[TRACK : TRACK + state.tracks] = True
                self._go_on(mask, state)
            case "track":
                mask[PITCH:LONGER] = True
            case "pitch" | "longer":
                mask[LONGER] = True
                least = state.note[1] - state.duration if state.pitch == state.note[0] else 1
                mask[DURATION + max(0, least - 1) : LOUDNESS] = True
            case "duration":
                same = (state.pitch, state.duration) == state.note[:2]
                mask[LOUDNESS + (state.note[2] if same else 0) :] = True
            case _:
                mask[PITCH + state.note[0] : LONGER] = True
                mask[TRACK + state.track + 1 : TRACK + state.tracks] = True
                self._go_on(mask, state)
        return mask

    def _go_on(self, mask: BoolArray, state: Reading) -> None:
        """A later place in the bar, or the next bar."""
        mask[BAR] = True
        mask[POSITION + state.position + 1 : POSITION + bar_ticks(METERS[state.meter])] = True

    def after(self, state: Reading, token: int) -> Reading:
        """The state after a token."""
        kind = KIND[token]
        number = token - _EDGES[kind][0]
        now = state._replace(kind=kind)
        match kind:
            case "bar":
                return now._replace(position=-1)
            case "program" | "kit":
                return now._replace(tracks=state.tracks + 1)
            case "meter":
                return now._replace(meter=number)
            case "position":
                return now._replace(position=number, track=-1)
            case "tempo":
                return now._replace(tempo=SLOWEST + number)
            case "track":
                return now._replace(track=number, note=(-1, 0, 0))
            case "pitch":
                return now._replace(pitch=number, duration=0)
            case "longer":
                return now._replace(duration=state.duration + LONGEST_DURATION)
            case "duration":
                return now._replace(duration=state.duration + number + 1)
            case _:
                return now._replace(note=(state.pitch, state.duration, number))

    def complete(self, state: Reading) -> bool:
        """Whether nothing was begun: a bar in which nothing stands is none at the end."""
        return state.kind in ("program", "kit", "meter", "tempo", "loudness")

    def closing(self, state: Reading) -> int:
        """What was begun is said in the simplest way: a piano, a bar of 4/4, a short note."""
        allowed = self.allowed(state)
        match state.kind:
            case "bar" if state.meter < 0:
                return METER + METERS.index(USUAL)
            case "bar":
                return POSITION
            case "track":
                return PITCH + 60
            case "pitch" | "longer" if not allowed[DURATION:LOUDNESS].any():
                return LONGER
            case "pitch" | "longer":
                return DURATION + int(np.argmax(allowed[DURATION:LOUDNESS]))
            case "duration":
                return LOUDNESS + int(np.argmax(allowed[LOUDNESS:]))
            case "position":
                return TRACK
            case _:
                return PROGRAM
