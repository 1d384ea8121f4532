"""A song taken apart into beats, changed, and put back into time.

Notes and labels are held in beats instead of seconds, so that a beat may be left out of every bar (four become three),
three beats be felt as one (6/8), one as two, the harmony moved to another key, the beginning cut off anywhere, and the
whole played at another, unsteady tempo, while every label stays where its notes are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descant.types import Beats, Chords, ControlChange, Keys, Notes, Part, Sections
from descant.types.arrays import FloatArray, IntArray

EARLY = 0.1  # of a beat: a note this little before a beat belongs to it
SHORTEST = 0.02  # seconds: of a note
NO_CHORD = "N"

_ROOT = re.compile(r"([A-G])([#b]*)")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True, eq=False)
class Spans:
    """Labelled spans in beats, in order, never overlapping."""

    start: FloatArray
    end: FloatArray
    label: tuple[str, ...]

    def at(self, beat: float) -> str | None:
        """The label at a beat; None where there is none."""
        found = int(np.searchsorted(self.start, beat + 1e-6, side="right")) - 1
        return self.label[found] if found >= 0 and beat < self.end[found] - 1e-6 else None

    def moved(self, start: FloatArray, end: FloatArray) -> Spans:
        """The same labels on other spans; those that have become empty are left out."""
        kept = end > start + 1e-9
        labels = tuple(one for one, keep in zip(self.label, kept, strict=True) if keep)
        return Spans(start[kept], end[kept], labels)


NOTHING = Spans(np.zeros(0), np.zeros(0), ())


@dataclass(frozen=True, eq=False)
class Sheet:
    """Notes and labels in beats: beat `i` of the song lies at `i`, its number in the bar is `positions[i]`."""

    onset: FloatArray
    offset: FloatArray
    pitch: IntArray
    velocity: IntArray
    part: IntArray
    parts: tuple[Part, ...]
    positions: IntArray  # 1, 2, ... within the bar
    controls: tuple[ControlChange, ...] = ()  # their `time` in beats from `origin`, for none may be negative
    chords: Spans = NOTHING
    keys: Spans = NOTHING
    overall_key: str = NO_CHORD
    sections: Spans = NOTHING
    origin: float = 0.0  # the beat from which the times of `controls` count

    @property
    def bars(self) -> IntArray:
        """The beats that are downbeats."""
        return np.flatnonzero(self.positions == 1)

    @property
    def steady(self) -> int:
        """The beats of a bar where nearly all bars have as many, else 0."""
        lengths = np.diff(self.bars)
        if len(lengths) < 4:
            return 0
        usual = int(np.bincount(lengths).argmax())
        return usual if np.mean(lengths == usual) > 0.95 else 0


def sheet_of(
    notes: Notes, beats: Beats, chords: Chords | None = None, keys: Keys | None = None, sections: Sections | None = None
) -> Sheet:
    """A performed piece in beats; between beats and beyond them the tempo is even."""
    assert notes.part is not None

    def at(seconds: npt.ArrayLike) -> FloatArray:
        return _extended(np.asarray(seconds, dtype=np.float64), beats.time, np.arange(len(beats), dtype=np.float64))

    def spans(one: Chords | Keys | Sections | None) -> Spans:
        return NOTHING if one is None else Spans(at(one.start), at(one.end), one.label)

    origin = float(at(0.0))
    controls = tuple(replace(one, time=max(float(at(one.time)) - origin, 0.0)) for one in notes.controls)
    return Sheet(
        onset=at(notes.onset),
        offset=at(notes.offset),
        pitch=notes.pitch,
        velocity=notes.velocity,
        part=notes.part,
        parts=notes.parts,
        positions=beats.position,
        controls=controls,
        chords=spans(chords),
        keys=spans(keys),
        overall_key=keys.overall if keys else NO_CHORD,
        sections=spans(sections),
        origin=origin,
    )


@dataclass(frozen=True, eq=False)
class Timed:
    """A sheet put back into seconds."""

    notes: Notes
    beats: Beats
    chords: Chords
    keys: Keys | None
    sections: Sections | None


def performed(sheet: Sheet, times: FloatArray) -> Timed:
    """The sheet in seconds, beat `i` at `times[i]`, later by what it takes for nothing to come before 0."""
    number = np.arange(len(times), dtype=np.float64)

    def seconds(beats: npt.ArrayLike) -> FloatArray:
        return _extended(np.asarray(beats, dtype=np.float64), number, times)

    late = max(0.0, -float(np.min(seconds(sheet.onset), initial=0.0)))
    onset = seconds(sheet.onset) + late
    offset = np.maximum(seconds(sheet.offset) + late, onset + SHORTEST)
    controls = tuple(
        replace(one, time=max(float(seconds(one.time + sheet.origin)) + late, 0.0)) for one in sheet.controls
    )
    notes = Notes(onset, offset, sheet.pitch, sheet.velocity, sheet.part, sheet.parts, controls=controls)
    end = max(notes.duration, float(times[-1]) + late)

    def spans(one: Spans) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
        moved = one.moved(*(np.clip(seconds(edge) + late, 0.0, end) for edge in (one.start, one.end)))
        return moved.start, moved.end, moved.label

    return Timed(
        notes,
        Beats(times + late, sheet.positions),
        Chords(*spans(sheet.chords)),
        Keys(*spans(sheet.keys), overall=sheet.overall_key) if sheet.keys.label else None,
        Sections(*spans(sheet.sections)) if sheet.sections.label else None,
    )


# -- metre


def without_beats(sheet: Sheet, kept: npt.NDArray[np.bool_], positions: IntArray) -> Sheet:
    """The sheet without the beats that are not `kept`, (beats,); `positions` number those that stay in their bars.

    Notes that start on a lost beat are lost, notes held over it are shorter, labels close the gap.
    """
    before = np.concatenate([[0.0], np.cumsum(kept, dtype=np.float64)])
    edges = np.arange(len(before), dtype=np.float64)

    def place(beats: FloatArray) -> FloatArray:
        return np.where(
            beats < 0, beats, np.interp(beats, edges, before) + np.maximum(beats - edges[-1], 0.0)
        )  # the tempo outside goes on

    home = np.floor(sheet.onset + EARLY).astype(int)
    stays = (home < 0) | (home >= len(kept)) | kept[np.clip(home, 0, len(kept) - 1)]
    origin = float(place(np.array(sheet.origin)))
    controls = tuple(
        replace(one, time=max(0.0, float(place(np.array(one.time + sheet.origin))) - origin)) for one in sheet.controls
    )
    return replace(
        _chosen(sheet, stays, place),
        positions=positions,
        controls=controls,
        chords=sheet.chords.moved(place(sheet.chords.start), place(sheet.chords.end)),
        keys=sheet.keys.moved(place(sheet.keys.start), place(sheet.keys.end)),
        sections=sheet.sections.moved(place(sheet.sections.start), place(sheet.sections.end)),
        origin=origin,
    )


def in_bars_of(sheet: Sheet, beats: int) -> Sheet:
    """A song in four, by leaving out beats: bars of 3 lose each fourth beat; of 5 or 7 are made of two bars."""
    bar = np.cumsum(sheet.positions == 1)
    if beats == 3:
        return without_beats(sheet, sheet.positions <= 3, sheet.positions[sheet.positions <= 3])
    place = sheet.positions + np.where(bar % 2 == 0, 4, 0)  # 1 to 8 in a pair of bars, the first bar of all being 1
    kept = place <= beats
    joined = without_beats(sheet, kept, place[kept])
    return replace(joined, sections=_on_bar_lines(joined.sections, joined.bars))


def _on_bar_lines(spans: Spans, bars: IntArray) -> Spans:
    """Spans that begin and end at the nearest downbeats."""
    if len(bars) < 2:
        return spans

    def nearest(beats: FloatArray) -> FloatArray:
        return np.asarray(bars[np.abs(bars[:, None] - beats).argmin(axis=0)], dtype=np.float64)

    return spans.moved(nearest(spans.start), nearest(spans.end))


def felt_in(sheet: Sheet, beats: int, share: float, first: int) -> Sheet:
    """The same music counted otherwise: a new beat every `share` old ones from beat `first`, bars of `beats`.

    With share 3, bars of three quarters become halves of a bar of 6/8; with 1/2, a slow song is counted twice as fast.
    """

    def place(old: FloatArray) -> FloatArray:
        return (old - first) / share

    count = int(np.floor((len(sheet.positions) - 1 - first) / share)) + 1
    return replace(
        _chosen(sheet, np.ones(len(sheet.onset), dtype=bool), place),
        positions=np.arange(count) % beats + 1,
        controls=tuple(replace(one, time=one.time / share) for one in sheet.controls),
        origin=float(place(np.array(sheet.origin))),
        chords=sheet.chords.moved(place(sheet.chords.start), place(sheet.chords.end)),
        keys=sheet.keys.moved(place(sheet.keys.start), place(sheet.keys.end)),
        sections=sheet.sections.moved(place(sheet.sections.start), place(sheet.sections.end)),
    )


# -- key, beginning, rhythm


def transposed(sheet: Sheet, semitones: int) -> Sheet:
    """The sheet in another key; drums stay."""
    drum = np.array([one.drum for one in sheet.parts], dtype=bool)[sheet.part]
    pitch = np.where(drum, sheet.pitch, np.clip(sheet.pitch + semitones, 0, 127))
    chords, keys = (
        replace(spans, label=tuple(transposed_label(one, semitones) for one in spans.label))
        for spans in (sheet.chords, sheet.keys)
    )
    overall = transposed_label(sheet.overall_key, semitones)
    return replace(sheet, pitch=pitch, chords=chords, keys=keys, overall_key=overall)


def transposed_label(label: str, semitones: int) -> str:
    """A chord in Harte's syntax or a key, `semitones` higher; the bass is an interval and stays."""
    root = _ROOT.match(label)
    if root is None:
        return label
    pitch = _STEPS[root[1]] + root[2].count("#") - root[2].count("b") + semitones
    return _NAMES[pitch % 12] + label[root.end() :]


def begun_at(sheet: Sheet, beat: float) -> Sheet:
    """The sheet from a beat on, anywhere within the bar: what begins before is not played."""
    first = int(np.ceil(beat))

    def place(old: FloatArray) -> FloatArray:
        return old - first

    def clipped(spans: Spans) -> Spans:
        return spans.moved(np.maximum(spans.start, beat) - first, spans.end - first)

    kept = sheet.onset >= beat - EARLY / 2
    return replace(
        _chosen(sheet, kept, place),
        positions=sheet.positions[first:],
        origin=sheet.origin - first,
        chords=clipped(sheet.chords),
        keys=clipped(sheet.keys),
        sections=clipped(sheet.sections),
    )


def silenced(sheet: Sheet, parts: Sequence[int], start: float, end: float) -> Sheet:
    """The sheet without the notes of some parts between two beats."""
    gone = np.isin(sheet.part, parts) & (sheet.onset >= start - EARLY) & (sheet.onset < end - EARLY)
    kept = _chosen(sheet, ~gone, lambda beats: beats)
    held = np.isin(kept.part, parts) & (kept.onset < start) & (kept.offset > start)
    return replace(kept, offset=np.where(held, start, kept.offset))


def swung(sheet: Sheet, middle: float) -> Sheet:
    """The sheet with the second half of each beat put off to `middle` (0.5 is straight, 2/3 a triplet)."""

    def place(beats: FloatArray) -> FloatArray:
        whole = np.floor(beats)
        part = beats - whole
        return whole + np.where(part < 0.5, part * middle / 0.5, middle + (part - 0.5) * (1 - middle) / 0.5)

    return _chosen(sheet, np.ones(len(sheet.onset), dtype=bool), place)


def with_part(
    sheet: Sheet, part: Part, notes: Sequence[tuple[float, float, int, int]], volume: int | None = None
) -> Sheet:
    """The sheet and one more player: (onset, offset, pitch, velocity) each; `volume` is MIDI's, 0 to 127."""
    columns = np.array(notes, dtype=np.float64).reshape(-1, 4)
    index = len(sheet.parts)
    controls = sheet.controls if volume is None else (*sheet.controls, ControlChange(index, 0.0, 7, volume))
    return replace(
        sheet,
        onset=np.concatenate([sheet.onset, columns[:, 0]]),
        offset=np.concatenate([sheet.offset, columns[:, 1]]),
        pitch=np.concatenate([sheet.pitch, np.clip(columns[:, 2], 0, 127).astype(np.int64)]),
        velocity=np.concatenate([sheet.velocity, np.clip(columns[:, 3], 1, 127).astype(np.int64)]),
        part=np.concatenate([sheet.part, np.full(len(columns), index)]),
        parts=(*sheet.parts, part),
        controls=controls,
    )


# -- tempo


def beat_times(
    sheet: Sheet, intervals: FloatArray, factor: float, drift: float, ritard: float, rng: np.random.Generator
) -> FloatArray:
    """When the beats come, seconds from 0: the `intervals` (beats - 1,) over `factor`, wandering and slowing down.

    drift: standard deviation of a slow change of tempo, relative. ritard: how much slower the end is, relative.
    """
    from scipy.signal import lfilter

    count = len(sheet.positions)
    keep = np.exp(-1 / 6.0)  # of the deviation, from beat to beat
    wander = lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], rng.normal(size=count))
    slower = 1.0 + ritard * np.clip(1 - (count - 1 - np.arange(count)) / 6.0, 0.0, 1.0)
    lengths = np.resize(intervals, count) / factor * np.exp(drift * wander) * slower
    return np.concatenate([[0.0], np.cumsum(lengths[: count - 1])])


def _chosen(sheet: Sheet, kept: npt.NDArray[np.bool_], place: object) -> Sheet:
    """Some of the notes, at other places."""
    assert callable(place)
    onset, offset = place(sheet.onset[kept]), place(sheet.offset[kept])
    return replace(
        sheet,
        onset=onset,
        offset=np.maximum(offset, onset + 0.02),
        pitch=sheet.pitch[kept],
        velocity=sheet.velocity[kept],
        part=sheet.part[kept],
    )


def _extended(at: FloatArray, known: FloatArray, values: FloatArray) -> FloatArray:
    """Linear interpolation that goes on beyond both ends at the pace of the nearest interval."""
    first = (values[1] - values[0]) / (known[1] - known[0])
    last = (values[-1] - values[-2]) / (known[-1] - known[-2])
    inside = np.interp(at, known, values)
    return np.asarray(inside + np.minimum(at - known[0], 0.0) * first + np.maximum(at - known[-1], 0.0) * last)
