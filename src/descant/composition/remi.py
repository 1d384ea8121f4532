"""REMI: notes where they stand in their bars, of many instruments, with metre, tempo and velocity.

A bar line, a position in the bar, and a note there by pitch, duration and velocity: what stands on the beat looks alike
in every bar. The grid has 24 ticks a quarter, so that thirty-seconds and triplets of sixteenths lie on it; every metre
up to eight quarters that counts in thirty-seconds or coarser has its token, 11/16 as well as 4/4. Each part of the
piece is a track of its own, a drum kit too, whose pitches are General MIDI keys. The order is in `remi_grammar`.

Huang and Yang: Pop Music Transformer: Beat-based Modeling and Generation of Expressive Pop Piano Compositions, 2020;
with instruments: von Rütte, Biggio, Kilcher and Hofmann: FIGARO, 2022. Here positions are finer, chords are not said,
long durations take several tokens, and tempi are whole numbers.

Names of parts, pedals, bends and lyrics are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from descant.composition import loudness_bins
from descant.composition.bar_lines import CLOSE, METERS, TICKS, BarLines, bar_lines, bar_ticks
from descant.composition.placed import Placed, placed
from descant.composition.remi_grammar import (
    BAR,
    BPM,
    DURATION,
    FASTEST,
    KIT,
    LONGER,
    LONGEST_DURATION,
    LOUDNESS,
    METER,
    PITCH,
    POSITION,
    PROGRAM,
    SLOWEST,
    TEMPO,
    TRACK,
    TRACKS,
    RemiGrammar,
)
from descant.composition.vocabulary import Encoded, OffGrid, read
from descant.errors import InvalidValueError
from descant.types import MeterChange, Notes, Part, Score
from descant.types.arrays import IntArray
from descant.types.clock import Clock

SAME_TEMPO = 1e-4  # of the tempo: MIDI files have it in whole microseconds a quarter


@dataclass(frozen=True)
class Remi(RemiGrammar):
    """The vocabulary; it has no options."""

    def encode(self, music: Notes | Score) -> Encoded:
        """The tokens of a piece; a bar of more than eight quarters is said as several.

        Raises InvalidValueError where a bar is no whole number of thirty-seconds or there are too many parts.
        """
        piece = placed(music)
        if len(piece.parts) > TRACKS:
            raise InvalidValueError(f"the piece has {len(piece.parts)} parts; REMI has {TRACKS} tracks: leave some out")
        notes, off_grid = _on_grid(piece)
        tempos, changed = _tempos(piece.clock)
        tokens = [(KIT if part.drum else PROGRAM) + part.program for part in piece.parts]
        if len(notes) or tempos or piece.meters:
            bars = bar_lines(piece.meters, max([0, *tempos, *notes[-1:, 0].tolist()]))
            tokens += _bars(bars, notes, tempos)
            changed += bars.rewritten
        return Encoded(np.array(tokens, dtype=np.int64), replace(off_grid, rewritten=changed))

    def decode(self, tokens: Sequence[int] | IntArray) -> Notes:
        """The piece that tokens say. Raises InvalidValueError where the grammar forbids one or they break off."""
        row = np.asarray(tokens, dtype=np.int64)
        if not self.complete(read(self, row)):
            raise InvalidValueError("the tokens break off within a bar; `closed` gives those that end the piece")
        state, bar = self.start, 0
        parts: list[Part] = []
        tempos: list[tuple[float, float]] = []
        meters: list[tuple[float, int, int]] = []
        notes: list[tuple[int, int, int, int, int]] = []
        for token in row.tolist():
            state = self.after(state, token)
            match state.kind:
                case "program" | "kit":
                    drum = state.kind == "kit"
                    parts.append(Part(program=token - (KIT if drum else PROGRAM), drum=drum))
                case "bar" if state.meter >= 0:
                    bar += bar_ticks(METERS[state.meter])
                case "meter":
                    meters.append((bar / TICKS, *METERS[state.meter]))
                case "tempo":
                    tempos.append(((bar + state.position) / TICKS, float(state.tempo)))
                case "loudness":
                    pitch, duration, loudness = state.note
                    onset = bar + state.position
                    notes.append((onset, onset + duration, pitch, loudness, state.track))
        clock = Clock.of_quarters(tempos)
        columns = np.array(notes, dtype=np.int64).reshape(-1, 5)
        return Notes(
            clock.seconds(columns[:, 0] / TICKS),
            clock.seconds(columns[:, 1] / TICKS),
            columns[:, 2],
            loudness_bins.from_bin(columns[:, 3]),
            columns[:, 4],
            tuple(parts),
            tempos=clock.tempos,
            meters=tuple(MeterChange(float(clock.seconds(at)), beats, unit) for at, beats, unit in meters),
        )


def _on_grid(piece: Placed) -> tuple[IntArray, OffGrid]:
    """(notes, 5) of onset in ticks, part, pitch, duration in ticks and velocity bin, in REMI's order; what is off."""
    sounding = piece.only(piece.end > piece.onset)  # no grace notes
    start = np.round(sounding.onset * TICKS).astype(np.int64)
    stop = np.maximum(np.round(sounding.end * TICKS).astype(np.int64), start + 1)
    loudness = loudness_bins.to_bin(sounding.velocity)
    away = np.maximum(np.abs(sounding.onset * TICKS - start), np.abs(sounding.end * TICKS - stop))
    rows = np.stack([start, sounding.part, sounding.pitch, stop - start, loudness], axis=1)
    told = OffGrid(
        "quarters",
        moved=int(np.count_nonzero(away > CLOSE)),
        farthest=float(away.max(initial=0.0)) / TICKS,
        lost=len(piece.onset) - len(start),
        touched=int(np.count_nonzero(loudness_bins.from_bin(loudness) != sounding.velocity)),
    )
    return rows[np.lexsort(rows.T[::-1])], told


def _tempos(clock: Clock) -> tuple[dict[int, int], int]:
    """The tempi by their ticks, where they change; and how many were given another value or place."""
    found: dict[int, int] = {}
    rewritten = 0
    for place, bpm in zip(clock.quarter.tolist(), clock.bpm.tolist(), strict=True):
        tick, whole = round(place * TICKS), min(max(round(bpm), SLOWEST), FASTEST)
        rewritten += abs(place * TICKS - tick) > CLOSE or abs(bpm - whole) > SAME_TEMPO * bpm or tick in found
        found[tick] = whole
    before = [BPM, *found.values()]
    return {tick: bpm for (tick, bpm), last in zip(found.items(), before, strict=False) if bpm != last}, rewritten


def _bars(bars: BarLines, notes: IntArray, tempos: dict[int, int]) -> list[int]:
    """The tokens of all bars."""
    places: dict[int, list[int]] = {tick: [TEMPO + bpm - SLOWEST] for tick, bpm in tempos.items()}
    for onset, here in groupby(notes.tolist(), key=lambda row: row[0]):
        places.setdefault(onset, []).extend(_struck(here))
    tokens: list[int] = []
    ends = [*bars.start[1:].tolist(), max(places, default=0) + 1]
    due = iter(sorted(places))
    tick = next(due, None)
    for start, end, meter, before in zip(bars.start.tolist(), ends, bars.meter, (None, *bars.meter), strict=False):
        tokens += [BAR] if meter == before else [BAR, METER + METERS.index(meter)]
        while tick is not None and tick < end:
            tokens += [POSITION + tick - start, *places[tick]]
            tick = next(due, None)
    return tokens


def _struck(rows: Iterator[list[int]]) -> Iterator[int]:
    """The tokens of notes that begin together."""
    for track, notes in groupby(rows, key=lambda row: row[1]):
        yield TRACK + track
        for _, _, pitch, duration, loudness in notes:
            longer, rest = divmod(duration - 1, LONGEST_DURATION)
            yield from (PITCH + pitch, *[LONGER] * longer, DURATION + rest, LOUDNESS + loudness)
