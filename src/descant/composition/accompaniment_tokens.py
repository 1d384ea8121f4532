"""A melody as tokens to be read, and where in the piece tokens of REMI stand: what an accompanist is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from descant.composition.bar_lines import METERS, TICKS, bar_ticks
from descant.composition.placed import Placed
from descant.composition.remi import Remi
from descant.composition.remi_grammar import KIND
from descant.errors import InvalidValueError
from descant.types import MeterChange, Notes, Part
from descant.types.arrays import IntArray
from descant.types.clock import Clock

STEP = TICKS // 4  # ticks of a sixteenth
BPM = 120.0  # at which all is read and written; the tempo is laid on afterwards
SAID = ("bar", "meter", "position", "pitch", "longer", "duration")  # of a melody: neither its velocity nor its player
SEEN = 64  # sixteenths: nothing that is told of is attended to from farther away
NOWHERE = 1_000_000  # sixteenths: where what nobody looks at is
REMI = Remi()


def places(tokens: Iterable[int]) -> IntArray:
    """After each token the sixteenth, from the beginning, that what comes next stands at or after."""
    state, bar, found = REMI.start, 0, []
    for token in tokens:
        before = bar_ticks(METERS[state.meter]) if state.meter >= 0 else 0
        state = REMI.after(state, int(token))
        bar += before * (state.kind == "bar")
        found.append((bar + max(0, state.position)) // STEP)
    return np.array(found, dtype=np.int64)


def told(tokens: IntArray) -> tuple[IntArray, IntArray]:
    """The tokens of a melody that are read, and where they stand."""
    said = np.isin([KIND[token] for token in tokens.tolist()], SAID)
    return tokens[said], places(tokens)[said]


def on_sixteenths(piece: Placed) -> Notes:
    """The notes of a piece on sixteenths at BPM, all in one part, with its metres up to the last of them.

    Raises InvalidValueError where there are none, or drums alone.
    """
    pitched = np.array([not piece.parts[part].drum for part in piece.part.tolist()], dtype=bool)
    sounding = piece.only(pitched & (piece.end > piece.onset))
    if not len(sounding.onset):
        raise InvalidValueError("there is no melody: no note with a pitch")
    clock = Clock.of_quarters(((0.0, BPM),))
    start = np.round(4 * sounding.onset)
    stop = np.maximum(np.round(4 * sounding.end), start + 1)
    return Notes(
        clock.seconds(start / 4),
        clock.seconds(stop / 4),
        sounding.pitch,
        sounding.velocity,
        parts=(Part(),),
        meters=tuple(MeterChange(float(clock.seconds(at)), *how) for at, *how in piece.meters if 4 * at < stop.max()),
    )


def only_track(notes: Notes, tracks: Iterable[int]) -> Notes:
    """The notes of these parts, which are numbered from 0 on."""
    kept = list(tracks)
    part = np.asarray(notes.part)
    found = notes.only(np.isin(part, kept))
    renumbered = np.searchsorted(kept, np.asarray(found.part))
    return replace(found, part=renumbered, parts=tuple(notes.parts[one] for one in kept))
