"""What the graph network is told of each note and of each onset: spelling, register, length, bass, place in the bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.harmony.note_graph import EXACT, NoteGraph, note_graph
from descant.harmony.roman import ROOTS
from descant.types import Score
from descant.types.arrays import FloatArray, IntArray

SPELLINGS = len(ROOTS)
SIGNATURES = 15  # from seven flats to seven sharps
NOTE_FEATURES = SPELLINGS + 7
ONSET_FEATURES = SIGNATURES + 10

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WrittenNotes:
    """Notes in order of onset, then pitch, and the bars that they stand in."""

    onset: FloatArray  # (n,) quarters
    duration: FloatArray  # (n,) quarters
    pitch: IntArray  # (n,) MIDI numbers
    fifths: IntArray  # (n,) the spelling: 0 is C, 1 is G, -1 is F
    bar: FloatArray  # (m,) quarters: where each bar would begin if it were whole, rising
    bar_length: FloatArray  # (m,) quarters
    beat: FloatArray  # (m,) quarters
    sharps: IntArray  # (m,) of the key signature; flats below 0

    def __len__(self) -> int:
        return len(self.onset)


@dataclass(frozen=True, eq=False)
class GraphInputs:
    """What the network takes of n notes with o onsets, and when the onsets are."""

    notes: Array  # (n, NOTE_FEATURES)
    onsets: Array  # (o, ONSET_FEATURES)
    graph: NoteGraph


def written_notes(score: Score) -> WrittenNotes:
    """The notes of a score with ties joined, without grace notes and drums."""
    sounding = [one for one in score.sounding() if one.duration > 0 and one.drum is None]
    sounding.sort(key=lambda one: (one.onset, one.pitch.midi))
    measures = score.measures
    starts = [
        float(one.end - one.time.length if one.pickup and at == 0 else one.start) for at, one in enumerate(measures)
    ]
    return WrittenNotes(
        onset=np.array([float(one.onset) for one in sounding]),
        duration=np.array([float(one.duration) for one in sounding]),
        pitch=_whole([one.pitch.midi for one in sounding]),
        fifths=_whole(["FCGDAEB".index(one.pitch.step) - 1 + 7 * one.pitch.alter for one in sounding]),
        bar=np.array(starts),
        bar_length=np.array([float(one.time.length) for one in measures]),
        beat=np.array([float(one.time.beat) for one in measures]),
        sharps=_whole([one.key.sharps for one in measures]),
    )


def graph_inputs(notes: WrittenNotes, graph: NoteGraph | None = None) -> GraphInputs:
    """The features and the graph of one note or more. graph: of the same notes in another key, where it is known."""
    if graph is None:
        graph = note_graph(notes.onset, notes.duration, notes.pitch)
    time, onset_of, (heard, at) = graph.time, graph.onset_of, graph.sounding
    places = _places(notes, time)
    lowest, highest = notes.pitch[graph.bass], np.full(len(time), -1)
    np.maximum.at(highest, at, notes.pitch[heard])

    rows = np.zeros((len(notes), NOTE_FEATURES), dtype=np.float32)
    rows[np.arange(len(notes)), within(notes.fifths, ROOTS[0], ROOTS[-1]) - ROOTS[0]] = 1
    rows[:, SPELLINGS] = (notes.pitch - 60) / 24
    rows[:, SPELLINGS + 1] = np.clip(np.log2(notes.duration), -4, 4) / 2
    rows[:, SPELLINGS + 2] = notes.pitch <= lowest[onset_of]
    rows[:, SPELLINGS + 3] = notes.pitch >= highest[onset_of]
    rows[:, SPELLINGS + 4 :] = places[onset_of, :3]

    onsets = np.zeros((len(time), ONSET_FEATURES), dtype=np.float32)
    sharps = notes.sharps[_bars(notes, time)]
    onsets[np.arange(len(time)), within(sharps, -7, 7) + 7] = 1
    end = float(np.max(notes.onset + notes.duration))
    gap = np.diff(time, append=max(end, time[-1] + EXACT))
    onsets[:, SIGNATURES] = np.clip(np.log2(gap), -4, 4) / 2
    onsets[:, SIGNATURES + 1] = np.bincount(onset_of, minlength=len(time)) / 4
    onsets[:, SIGNATURES + 2] = np.bincount(at, minlength=len(time)) / 4
    onsets[:, SIGNATURES + 3 :] = places
    return GraphInputs(rows, onsets, graph)


def within(fifths: IntArray, low: int, high: int) -> IntArray:
    """The same pitches between two places on the line of fifths, twelve apart or more; spelled otherwise if need be."""
    above = np.maximum(0, -((high - fifths) // 12))
    below = np.maximum(0, -((fifths - low) // 12))
    found: IntArray = fifths - 12 * above + 12 * below
    return found


def _places(notes: WrittenNotes, time: FloatArray) -> Array:
    """(o, 7): whether an onset is a downbeat, a beat, half a beat; where in the bar, as a circle; bar and beat."""
    bar = _bars(notes, time)
    into = time - notes.bar[bar]
    length, beat = notes.bar_length[bar], notes.beat[bar]
    turn = 2 * np.pi * into / length

    def on(unit: FloatArray) -> FloatArray:
        return (np.abs(into / unit - np.round(into / unit)) * unit < EXACT).astype(np.float64)

    down = on(length)
    columns = (down, on(beat), on(beat / 2), np.sin(turn), np.cos(turn), np.log2(length) - 1.5, np.log2(beat))
    return np.stack(columns, axis=1).astype(np.float32)


def _bars(notes: WrittenNotes, time: FloatArray) -> IntArray:
    found: IntArray = np.maximum(np.searchsorted(notes.bar, time + EXACT, side="right") - 1, 0)
    return found


def _whole(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
