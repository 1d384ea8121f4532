"""MIDI files: read to `Notes`, written from `Notes`, with the tempo map, metres, bends, controls and part names kept.

symusic parses and writes the events. It crashes the process on damaged files, so every file is first walked event by
event and handed on as a clean copy (`descant.io.smf`).
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from descant.errors import InvalidValueError, UnreadableFileError
from descant.io.files import readable, write_bytes
from descant.io.provenance import NAME, as_text, from_text
from descant.io.said import Said
from descant.io.smf import checked, first_text, with_text
from descant.types import ControlChange, MeterChange, Notes, Part, PitchBend, TempoChange
from descant.types.arrays import FloatArray, IntArray

# Fine enough that a rounded onset is off by at most 0.5 ms even at 12 bpm (26 µs at 120), and a multiple of the common
# resolutions 96, 120, 192, 240, 384, 480 and 960, so that a file from elsewhere keeps its grid exactly.
TICKS_PER_QUARTER = 9_600
MOST_BYTES = 100_000_000  # of a file; a million notes take ten
MAX_TICKS = 2**28 - 1  # the longest wait between two events that a file can hold

DEFAULT_TEMPO = 500_000  # microseconds a quarter note: 120 bpm, where a file names none
SLOWEST_TEMPO = 2**24 - 1  # a tempo event has three bytes

BEND_STEPS = 8_192  # a bend's full swing either way
DEFAULT_BEND_RANGE = 2.0  # semitones, where a file does not set registered parameter 0

# A file may switch a note on and off at one tick, as drum machines do; `Notes` need a length.
SHORTEST_NOTE = 0.001  # seconds

Placed = TypeVar("Placed", PitchBend, ControlChange, MeterChange)
OfPart = TypeVar("OfPart", PitchBend, ControlChange)

RPN_COARSE, RPN_FINE, DATA_COARSE, DATA_FINE = 101, 100, 6, 38


def read_midi(path: str | os.PathLike[str]) -> Notes:
    """The notes of a MIDI file, in seconds after its own tempo map.

    A channel that changes its programme becomes one part a programme; tracks without notes are left out. A note
    without length gets 1 ms; one that is never let go ends with the next stroke of its key or with its track, and an
    AssumedWarning says so. Raises UnreadableFileError or UnsupportedFormatError with the file's name and the remedy.
    """
    path = readable(path)
    said = Said()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(
                f"{path}: has over {MOST_BYTES / 1e6:g} MB; no MIDI file of one piece is so large"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from None
    clean = checked(data, str(path), said)
    said.warn(path)
    import symusic

    try:
        score = symusic.Score.from_midi(clean)
    except (RuntimeError, ValueError) as error:
        raise UnreadableFileError(f"{path}: cannot be read as MIDI ({error}); export it again") from None
    try:
        return replace(_notes(score), made_by=from_text(first_text(data).removeprefix(f"{NAME} ")))
    except InvalidValueError as error:
        raise UnreadableFileError(f"{path}: holds something that music cannot hold: {error}") from None


def write_midi(notes: Notes, path: str | os.PathLike[str]) -> Path:
    """Write a MIDI file, one track a part, whole or not at all."""
    return write_bytes(Path(path), midi_bytes(notes))


def midi_bytes(notes: Notes) -> bytes:
    """The notes as a MIDI file (format 1) with their tempo map, metres, bends, controls and part names, and a
    text event at the beginning that says what made them.

    A note struck again in its own part while it still sounds ends where the new one starts, because a MIDI key cannot
    be down twice. MIDI has 15 pitched channels: with more parts, tracks share channels, each with its own programme
    changes; readers that go by tracks, descant among them, still see every part.
    """
    import symusic

    ends = [events[-1].time for events in (notes.meters, notes.bends, notes.controls) if events]  # in order of time
    clock = _Clock.of_tempos(notes.tempos, max([notes.duration, *ends]))
    score: Any = symusic.Score(clock.ticks_per_quarter)
    if notes.tempos:
        for tick, tempo in zip(clock.tick.tolist(), clock.tempo.tolist(), strict=True):
            score.tempos.append(symusic.Tempo(tick, mspq=tempo))
    for tick, meter in clock.timed(notes.meters):
        score.time_signatures.append(symusic.TimeSignature(tick, meter.numerator, meter.denominator))

    onset, offset = clock.ticks(notes.onset), _releases(notes, clock)
    bends_of, controls_of = _by_part(clock.timed(notes.bends)), _by_part(clock.timed(notes.controls))
    for part in _track_order(notes.parts):
        track: Any = symusic.Track(notes.parts[part].name, notes.parts[part].program, notes.parts[part].drum)
        mine = notes.part == part
        track.notes = symusic.Note.from_numpy(
            onset[mine].astype(np.int32),
            (offset - onset)[mine].astype(np.int32),
            notes.pitch[mine].astype(np.int8),
            notes.velocity[mine].astype(np.int8),
        )
        bends = bends_of.get(part, [])
        widest = max((abs(bend.semitones) for _, bend in bends), default=0.0)
        reach = DEFAULT_BEND_RANGE if widest <= DEFAULT_BEND_RANGE else float(np.ceil(widest))
        if reach != DEFAULT_BEND_RANGE:
            for number, value in ((RPN_COARSE, 0), (RPN_FINE, 0), (DATA_COARSE, int(reach)), (DATA_FINE, 0)):
                track.controls.append(symusic.ControlChange(0, number, value))
        for tick, control in controls_of.get(part, []):
            track.controls.append(symusic.ControlChange(tick, control.number, control.value))
        for tick, bend in bends:
            value = min(round(bend.semitones / reach * BEND_STEPS), BEND_STEPS - 1)
            track.pitch_bends.append(symusic.PitchBend(tick, value))
        score.tracks.append(track)
    data: bytes = score.dumps_midi()
    return with_text(data, f"{NAME} {as_text(notes.made_by)}") if notes.made_by is not None else data


@dataclass(frozen=True)
class _Clock:
    """A tempo map between ticks and seconds, exact in both directions for the tempos that a file can hold."""

    ticks_per_quarter: int
    tick: IntArray  # where each tempo starts; the first at 0
    tempo: IntArray  # microseconds a quarter note
    second: FloatArray  # the same places in seconds

    @classmethod
    def of_file(cls, ticks_per_quarter: int, changes: Iterable[tuple[int, int]]) -> _Clock:
        """The map from (tick, microseconds a quarter) changes; of several at one tick the last holds."""
        tempos = {0: DEFAULT_TEMPO} | dict(sorted(changes, key=lambda change: change[0]))
        tick, tempo = np.array(list(tempos), dtype=np.int64), np.array(list(tempos.values()), dtype=np.int64)
        lengths = np.diff(tick) * tempo[:-1] / (ticks_per_quarter * 1e6)
        return cls(ticks_per_quarter, tick, tempo, np.concatenate(([0.0], np.cumsum(lengths))))

    @classmethod
    def of_tempos(cls, tempos: Iterable[TempoChange], end: float) -> _Clock:
        """The map to write: tempos rounded to whole microseconds, changes to whole ticks, and seconds that follow from
        both. Pieces of more than four hours (at 120 bpm) get a coarser tick, so that no wait is too long for a file.
        """
        changes = [(change.time, _microseconds(change.bpm)) for change in tempos]
        fastest = min([DEFAULT_TEMPO, *(one for _, one in changes)])
        end = max([end, *(time for time, _ in changes)]) + 60.0
        ticks_per_quarter = max(1, min(TICKS_PER_QUARTER, int(MAX_TICKS * fastest / 1e6 / end)))
        tick, tempo, second = [0], [DEFAULT_TEMPO], [0.0]
        for time, following in changes:
            beyond = round((time - second[-1]) * ticks_per_quarter * 1e6 / tempo[-1])
            if beyond <= 0:
                tempo[-1] = following
                continue
            tick.append(tick[-1] + beyond)
            second.append(second[-1] + beyond * tempo[-1] / (ticks_per_quarter * 1e6))
            tempo.append(following)
        return cls(ticks_per_quarter, np.array(tick), np.array(tempo), np.array(second))

    def seconds(self, ticks: Any) -> FloatArray:
        ticks = np.asarray(ticks, dtype=np.int64)
        at = np.searchsorted(self.tick, ticks, side="right") - 1
        seconds: FloatArray = self.second[at] + (ticks - self.tick[at]) * self.tempo[at] / (
            self.ticks_per_quarter * 1e6
        )
        return seconds

    def placed(self, events: Iterable[Any]) -> list[tuple[float, Any]]:
        """Each event of symusic's with its place in seconds."""
        events = list(events)
        return list(zip(self.seconds([one.time for one in events]).tolist(), events, strict=True))

    def ticks(self, seconds: Any) -> IntArray:
        seconds = np.asarray(seconds, dtype=np.float64)
        at = np.maximum(np.searchsorted(self.second, seconds, side="right") - 1, 0)
        beyond = (seconds - self.second[at]) * (self.ticks_per_quarter * 1e6) / self.tempo[at]
        ticks: IntArray = self.tick[at] + np.round(beyond).astype(np.int64)
        return ticks

    def timed(self, events: Sequence[Placed]) -> list[tuple[int, Placed]]:
        """Each event with its tick."""
        return list(zip(self.ticks([one.time for one in events]).tolist(), events, strict=True))


def _by_part(events: Iterable[tuple[int, OfPart]]) -> dict[int, list[tuple[int, OfPart]]]:
    found: dict[int, list[tuple[int, OfPart]]] = {}
    for tick, one in events:
        found.setdefault(one.part, []).append((tick, one))
    return found


def _microseconds(bpm: float) -> int:
    tempo = round(60e6 / bpm)
    if tempo > SLOWEST_TEMPO:
        raise InvalidValueError(f"a MIDI file cannot hold a tempo of {bpm:g} bpm; its slowest is 3.58 bpm")
    return tempo


def _releases(notes: Notes, clock: _Clock) -> IntArray:
    """When each key goes up, ticks: after its onset, and not after the next stroke of the same key in the same part.

    Keys struck together go up together, at the latest of their offsets.
    """
    onset = clock.ticks(notes.onset)
    offset = np.maximum(clock.ticks(notes.offset), onset + 1)
    assert notes.part is not None
    span = MAX_TICKS + 1
    strokes, stroke = np.unique((notes.part * 128 + notes.pitch) * span + onset, return_inverse=True)
    release = np.zeros(len(strokes), dtype=np.int64)
    np.maximum.at(release, stroke, offset)
    key, start = strokes // span, strokes % span
    struck_again = key[1:] == key[:-1]
    release[:-1] = np.where(struck_again, np.minimum(release[:-1], start[1:]), release[:-1])
    return release[stroke]


def _track_order(parts: tuple[Part, ...]) -> list[int]:
    """The parts as given; drums last where there are more than 15, because symusic gives out channels by position."""
    return sorted(range(len(parts)), key=lambda part: len(parts) > 15 and parts[part].drum)


def _notes(score: Any) -> Notes:
    clock = _Clock.of_file(score.tpq, [(one.time, one.mspq) for one in score.tempos])
    tracks = [track for track in score.tracks if len(track.notes)]
    columns = [track.notes.numpy() for track in tracks]

    def column(name: str) -> IntArray:
        return np.concatenate([np.zeros(0, dtype=np.int64), *(one[name].astype(np.int64) for one in columns)])

    onset_tick = column("time")
    onset = clock.seconds(onset_tick)
    offset = np.maximum(clock.seconds(onset_tick + column("duration")), onset + SHORTEST_NOTE)
    bends: list[PitchBend] = []
    controls: list[ControlChange] = []
    for part, track in enumerate(tracks):
        reach, kept = _bend_range(track.controls)
        for second, one in clock.placed(kept):
            controls.append(ControlChange(part, second, one.number, one.value))
        for second, one in clock.placed(track.pitch_bends):
            bends.append(PitchBend(part, second, one.value / BEND_STEPS * reach.at(one.time)))
    return Notes(
        onset,
        offset,
        column("pitch"),
        column("velocity"),
        np.repeat(np.arange(len(tracks)), [len(track.notes) for track in tracks]),
        tuple(Part(track.name, track.program, track.is_drum) for track in tracks),
        tuple(bends),
        tuple(controls),
        tuple(TempoChange(second, 60e6 / one.mspq) for second, one in clock.placed(score.tempos)),
        tuple(
            MeterChange(second, one.numerator, one.denominator) for second, one in clock.placed(score.time_signatures)
        ),
    )


@dataclass(frozen=True)
class _BendRange:
    """How many semitones a full bend means, over time."""

    ticks: tuple[int, ...]  # where it changes
    semitones: tuple[float, ...]

    def at(self, tick: int) -> float:
        last = bisect_right(self.ticks, tick) - 1
        return self.semitones[last] if last >= 0 else DEFAULT_BEND_RANGE


def _bend_range(controls: Iterable[Any]) -> tuple[_BendRange, list[Any]]:
    """The bend range that a track sets (registered parameter 0), and its controls without what sets it."""
    kept: dict[int, Any] = {}  # by the control's number in the track
    changes: list[tuple[int, float]] = []
    selected: dict[int, tuple[int, int]] = {}  # the last parameter number, coarse and fine: which control, its value
    semitones, cents = DEFAULT_BEND_RANGE, 0
    for at, one in enumerate(controls):
        if one.number in (RPN_COARSE, RPN_FINE):
            selected[one.number] = at, one.value
            kept[at] = one
        elif one.number in (DATA_COARSE, DATA_FINE) and [
            selected[number][1] for number in (RPN_COARSE, RPN_FINE) if number in selected
        ] == [0, 0]:
            for setting, _ in selected.values():
                kept.pop(setting, None)
            semitones, cents = (one.value, 0) if one.number == DATA_COARSE else (semitones, one.value)
            changes.append((one.time, semitones + cents / 100))
        else:
            kept[at] = one
    changes.sort(key=lambda change: change[0])
    return _BendRange(tuple(tick for tick, _ in changes), tuple(wide for _, wide in changes)), list(kept.values())
