"""The bars that a MIDI file itself tells: its tempo map and metres, where its notes keep to them.

A file from a notation program or a sequencer knows its bars; one that a player recorded freely has a tempo map too, of
120 quarters a minute throughout, which means nothing. The notes tell which it is: how near they lie to the grid.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from descant.transcription.notation.timeline import Timeline
from descant.types import Notes, TempoChange
from descant.types.arrays import FloatArray
from descant.types.score import TimeSignature

BPM = 120.0  # quarters a minute, where a file names none
EXACT, EXACT_SHARE = (
    0.004,
    0.9,
)  # quarters off the grid, and the share of notes that are no farther: it is written music
# Quarters off sixteenths, or off triplets, and the shares from which notes were played to a click: of chance notes 0.56
# and 0.33 are so near.
NEAR, NEAR_SHARE = 0.07, 0.8
NEAR_IN_THREE, NEAR_SHARE_IN_THREE = 0.055, 0.7
FEWEST = 4  # notes that can tell
GRIDS = (16, 12, 20, 14)  # parts of a quarter
ON_BAR = Fraction(1, 24)  # quarters by which a metre may be told beside its bar line


class Given(NamedTuple):
    """How far a file's own bars are to be believed."""

    near: bool
    exact: bool


def given(notes: Notes) -> Given:
    """Whether notes keep to their own tempo map, and whether they lie on its grid to the tick."""
    if not (notes.tempos or notes.meters) or len(notes) < FEWEST:
        return Given(False, False)
    if notes.meters and all(one.numerator == 1 for one in notes.meters):
        return Given(False, False)  # bars of one beat are what programs write that know of none
    quarter = quarters(notes, notes.onset)
    apart = np.min([np.abs(quarter * grid - np.round(quarter * grid)) / grid for grid in GRIDS[:2]], axis=0)
    exact = bool(np.mean(apart <= EXACT) >= EXACT_SHARE)
    off, off_in_three = (np.abs(quarter * grid - np.round(quarter * grid)) / grid for grid in (4, 3))
    near = np.mean(off <= NEAR) >= NEAR_SHARE or np.mean(off_in_three <= NEAR_IN_THREE) >= NEAR_SHARE_IN_THREE
    return Given(exact or bool(near), exact)


def with_default_map(notes: Notes) -> Notes:
    """Notes of a file that has neither tempo nor metre, with MIDI's own tempo, if they lie on its grid to the tick."""
    if notes.tempos or notes.meters:
        return notes
    mapped = replace(notes, tempos=(TempoChange(0.0, BPM),))
    return mapped if given(mapped).exact else notes


def quarters(notes: Notes, second: FloatArray) -> FloatArray:
    """Quarters after the notes' tempo map, of times in seconds."""
    starts, before, bpm = _clock(notes)
    at = np.maximum(np.searchsorted(starts, second, side="right") - 1, 0)
    return np.asarray(before[at] + (np.asarray(second) - starts[at]) * bpm[at] / 60)


def on_grid(quarter: float) -> Fraction:
    """The place of a note that lies on a grid: sixty-fourths, triplets of any kind, fives or sevens."""
    return min((Fraction(round(quarter * grid), grid) for grid in GRIDS), key=lambda one: abs(float(one) - quarter))


def given_timeline(notes: Notes) -> Timeline:
    """The bars after the tempo map and the metres, over all notes."""
    end = max(float(quarters(notes, np.array([notes.onset.max(initial=0.0)]))[0]), 0.0)
    bars = _bars(notes, end)
    places: list[Fraction] = []
    for start, length, time in bars:
        places.append(start)
        upbeat = length % time.beat if not start else Fraction(0)  # its beats count from its end
        beat = start + (upbeat or time.beat)
        while beat < start + length:
            places.append(beat)
            beat += time.beat
    places.append(bars[-1][0] + bars[-1][1])
    starts, before, bpm = _clock(notes)
    at = [max(bisect_right(before.tolist(), float(one)) - 1, 0) for one in places]
    seconds = [
        float(starts[one] + (float(place) - before[one]) * 60 / bpm[one]) for one, place in zip(at, places, strict=True)
    ]
    return Timeline(np.array(seconds), tuple(places), bars)


def _bars(notes: Notes, end: float) -> tuple[tuple[Fraction, Fraction, TimeSignature], ...]:
    """Bars until a beat after the last note begins, which may be written on it; a metre within a bar cuts it short."""
    changes: list[tuple[Fraction, TimeSignature]] = []
    for one in notes.meters:
        at = on_grid(float(quarters(notes, np.array([one.time]))[0]))
        changes.append((at, TimeSignature((one.numerator,), one.denominator)))
    if not changes or changes[0][0] > 0:
        changes.insert(0, (Fraction(0), TimeSignature((4,), 4)))
    bars: list[tuple[Fraction, Fraction, TimeSignature]] = []
    for number, (start, time) in enumerate(changes):
        stop = changes[number + 1][0] if number + 1 < len(changes) else None
        place = start
        while place < stop if stop is not None else place <= end + time.beat or not bars:
            length = time.length
            if stop is not None and stop - place < length + ON_BAR:
                length = stop - place
            bars.append((place, length, time))
            place += length
    return _with_upbeat(bars)


def _with_upbeat(
    bars: list[tuple[Fraction, Fraction, TimeSignature]],
) -> tuple[tuple[Fraction, Fraction, TimeSignature], ...]:
    """The bars, the first as an upbeat to the second's metre where that is how the file says it: 1/4 before 4/4."""
    if len(bars) > 1 and bars[0][2] != bars[1][2] and bars[0][1] < bars[1][2].length:
        bars[0] = (bars[0][0], bars[0][1], bars[1][2])
    return tuple(bars)


def _clock(notes: Notes) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each tempo its beginning in seconds and in quarters, and quarters a minute."""
    tempos = [(one.time, one.bpm) for one in notes.tempos]
    if not tempos or tempos[0][0] > 0:
        tempos.insert(0, (0.0, tempos[0][1] if tempos and tempos[0][0] < 1e-6 else BPM))
    starts, bpm = np.array(tempos).T
    before = np.concatenate([[0.0], np.cumsum(np.diff(starts) * bpm[:-1] / 60)])
    return starts, before, bpm
