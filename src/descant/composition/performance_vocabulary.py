"""The performance vocabulary: a player's keys as 388 events, 10 ms fine.

128 keys go down, 128 come up, the clock moves on by 10 ms to 1 s in 100 steps, and 32 velocities hold for the keys
that go down after them. One instrument, no pedal, no bars. Events have one order: at one time keys come up before
others go down, both from low to high; a velocity is said where it changes; a long time is whole seconds and then what
is left of it.

Oore, Simon, Dieleman, Eck and Simonyan: This Time with Feeling: Learning Expressive Musical Performance, 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from descant.composition import loudness_bins
from descant.composition.vocabulary import Encoded, OffGrid, read
from descant.errors import InvalidValueError
from descant.types import Notes, Part
from descant.types.arrays import BoolArray, IntArray

KEYS = 128
STEPS_A_SECOND = 100
LONGEST_SHIFT = 100  # steps
DOWN, UP, SHIFT = 0, KEYS, 2 * KEYS  # the first token of each kind
LOUD = SHIFT + LONGEST_SHIFT
SIZE = LOUD + loudness_bins.BINS
USUAL = 20  # velocity bin of the note that closes a piece with none
LONGEST = 50_000.0  # seconds: half a day
CLOSE = 1e-5  # steps: nearer than that a note lies on the grid

_KEY = np.arange(KEYS)


class Playing(NamedTuple):
    """The grammar's state."""

    last: int  # the first token of the last event's kind; -1 at the beginning
    key: int = -1  # the last key that came up or went down at this time, whichever of the two it is about
    full: bool = False  # whether the clock was moved by a whole second, so that it may go on
    loudness: int = -1  # bin; -1 before any was said
    down: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PerformanceVocabulary:
    """The vocabulary; it has no options."""

    size: int = SIZE

    @property
    def names(self) -> tuple[str, ...]:
        """Keys by their MIDI numbers."""
        return (
            *(f"{key} down" for key in range(KEYS)),
            *(f"{key} up" for key in range(KEYS)),
            *(f"{10 * step} ms" for step in range(1, LONGEST_SHIFT + 1)),
            *(f"loudness {one}" for one in range(loudness_bins.BINS)),
        )

    @property
    def start(self) -> Playing:
        """Nothing has been played."""
        return Playing(-1)

    def allowed(self, state: Playing) -> BoolArray:
        """Events in their one order; keys come up only where they are down, and go down where they are not."""
        mask = np.zeros(SIZE, dtype=bool)
        down = np.zeros(KEYS, dtype=bool)
        down[list(state.down)] = True
        since = state.key if state.last in (DOWN, LOUD) else -1  # keys that go down rise
        can = ~down & (since < _KEY)
        if state.loudness >= 0:
            mask[DOWN:UP] = can
        if state.last == LOUD:
            return mask
        if can.any():
            mask[LOUD:] = True
            if state.loudness >= 0:
                mask[LOUD + state.loudness] = False
        if state.last in (SHIFT, UP):
            mask[UP:SHIFT] = down & (state.key < _KEY)
        if state.last != SHIFT or state.full:
            mask[SHIFT:LOUD] = True
        return mask

    def after(self, state: Playing, token: int) -> Playing:
        """The state after an event."""
        if token < UP:
            return state._replace(last=DOWN, key=token - DOWN, down=state.down | {token - DOWN})
        if token < SHIFT:
            return state._replace(last=UP, key=token - UP, down=state.down - {token - UP})
        if token < LOUD:
            return state._replace(last=SHIFT, key=-1, full=token == LOUD - 1)
        return state._replace(last=LOUD, key=state.key if state.last == DOWN else -1, loudness=token - LOUD)

    def complete(self, state: Playing) -> bool:
        """All keys are up, and the clock was not moved for nothing."""
        return not state.down and state.last in (-1, UP)

    def closing(self, state: Playing) -> int:
        """Keys come up one after another; where the clock was moved for nothing, a last one goes down."""
        allowed = self.allowed(state)
        up = np.flatnonzero(allowed[UP:SHIFT])
        if up.size:
            return UP + int(up[0])
        if state.last == LOUD or (not state.down and state.loudness >= 0):
            return DOWN + int(np.flatnonzero(allowed[DOWN:UP])[0])
        return SHIFT if state.down else LOUD + USUAL

    def encode(self, music: Notes) -> Encoded:
        """The tokens of one instrument's notes; pedals, bends, tempi and bars are left out.

        Of two notes that strike one key together the longer is kept; a key that is struck while it is down comes up
        just before. Raises InvalidValueError where several parts have notes, or they go on for more than half a day.
        """
        playing = np.unique(np.asarray(music.part))
        if len(playing) > 1:
            raise InvalidValueError(
                f"the performance vocabulary plays one instrument, and {len(playing)} parts have notes: choose one"
            )
        if music.duration > LONGEST:
            raise InvalidValueError(
                f"the notes go on for {music.duration:,.0f} s; {LONGEST:,.0f} s are the most: cut them"
            )
        start = np.round(music.onset * STEPS_A_SECOND).astype(np.int64)
        stop = np.maximum(np.round(music.offset * STEPS_A_SECOND).astype(np.int64), start + 1)
        order = np.lexsort((-stop, start, music.pitch))
        pitch = music.pitch[order]
        again = np.zeros(len(order), dtype=bool)
        again[1:] = (np.diff(pitch) == 0) & (np.diff(start[order]) == 0)
        kept = order[~again]
        start, stop, pitch, velocity = start[kept], stop[kept], music.pitch[kept], music.velocity[kept]
        struck = np.zeros(len(kept), dtype=bool)  # again, while it is down
        struck[:-1] = (np.diff(pitch) == 0) & (start[1:] < stop[:-1])
        ends = np.where(struck, np.roll(start, -1), stop)
        away = np.maximum(np.abs(music.onset[kept] - start / 100), np.abs(music.offset[kept] - stop / 100) * ~struck)
        loud = loudness_bins.to_bin(velocity)
        told = OffGrid(
            "seconds",
            moved=int(np.count_nonzero(away * STEPS_A_SECOND > CLOSE)),
            farthest=float(away.max(initial=0.0)),
            lost=int(np.count_nonzero(again)),
            cut=int(np.count_nonzero(struck)),
            touched=int(np.count_nonzero(velocity != loudness_bins.from_bin(loud))),
        )
        return Encoded(_events(start, ends, pitch, loud), told)

    def decode(self, tokens: Sequence[int] | IntArray, part: Part | None = None) -> Notes:
        """The notes, played by `part`, or else on a piano. Raises InvalidValueError where the grammar is broken."""
        row = np.asarray(tokens, dtype=np.int64)
        if not self.complete(read(self, row)):
            raise InvalidValueError("the tokens break off while keys are down; `closed` gives those that end the piece")
        now, loudness = 0, 0
        since: dict[int, tuple[int, int]] = {}  # of each key that is down: when it was struck, and how loud
        rows: list[tuple[int, int, int, int]] = []
        for token in row.tolist():
            if token < UP:
                since[token] = (now, loudness)
            elif token < SHIFT:
                struck, loud = since.pop(token - UP)
                rows.append((struck, now, token - UP, loud))
            elif token < LOUD:
                now += token - SHIFT + 1
            else:
                loudness = token - LOUD
        columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
        start, stop = columns[:, 0] / STEPS_A_SECOND, columns[:, 1] / STEPS_A_SECOND
        return Notes(start, stop, columns[:, 2], loudness_bins.from_bin(columns[:, 3]), parts=(part or Part(),))


def _events(start: IntArray, stop: IntArray, pitch: IntArray, loud: IntArray) -> IntArray:
    """Tokens of notes in steps, in their one order."""
    count = len(start)
    time = np.concatenate([stop, start])
    down = np.repeat([0, 1], count)
    key = np.concatenate([pitch, pitch])
    found: list[int] = []
    now, loudness = 0, -1
    for at in np.lexsort((key, down, time)).tolist():
        seconds, steps = divmod(int(time[at]) - now, LONGEST_SHIFT)
        found += [LOUD - 1] * seconds + ([SHIFT + steps - 1] if steps else [])
        now = int(time[at])
        if not down[at]:
            found.append(UP + int(key[at]))
            continue
        if loud[at - count] != loudness:
            loudness = int(loud[at - count])
            found.append(LOUD + loudness)
        found.append(DOWN + int(key[at]))
    return np.array(found, dtype=np.int64)
