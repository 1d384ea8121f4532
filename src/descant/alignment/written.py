"""A score as its followers know it: which notes stand where, and how fast the page asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types import Notes, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray

BPM = 120.0  # quarters a minute, where the page says nothing


@dataclass(frozen=True, eq=False)
class Written:
    """Notes in order of onset, then pitch, ties joined; no drums. Columns hold one entry a note."""

    onset: FloatArray  # quarters from the score's beginning
    duration: FloatArray  # quarters; 0 for a grace note
    pitch: IntArray  # MIDI numbers
    part: IntArray  # whose it is: the uppermost is 0
    tempo_at: FloatArray = field(default_factory=lambda: np.zeros(1))  # quarters, rising from 0: from there on
    bpm: FloatArray = field(default_factory=lambda: np.full(1, BPM))  # so many quarters a minute

    def __post_init__(self) -> None:
        order = np.lexsort((self.pitch, self.onset))
        for name in ("onset", "duration", "pitch", "part"):
            object.__setattr__(self, name, getattr(self, name)[order])
        if not len(self.onset):
            raise InvalidValueError("the score has no notes, so there is nothing to follow")

    def __len__(self) -> int:
        return len(self.onset)

    def only(self, kept: BoolArray) -> Written:
        """The notes for which `kept`, (n,), is true. Raises InvalidValueError where there are none."""
        columns = {name: getattr(self, name)[kept] for name in ("onset", "duration", "pitch", "part")}
        return replace(self, **columns)

    @property
    def end(self) -> float:
        """The end of the last note, quarters."""
        return float(np.max(self.onset + self.duration))

    def seconds(self, quarters: npt.ArrayLike) -> FloatArray:
        """When places of the score come if it is played as fast as the page asks."""
        places = np.asarray(quarters, dtype=np.float64)
        passed = np.append(0.0, np.cumsum(np.diff(self.tempo_at) * 60.0 / self.bpm[:-1]))
        at = np.maximum(np.searchsorted(self.tempo_at, places, side="right") - 1, 0)
        found: FloatArray = passed[at] + (places - self.tempo_at[at]) * 60.0 / self.bpm[at]
        return found

    def quarters(self, seconds: npt.ArrayLike) -> FloatArray:
        """The places of the score that come at these times if it is played as fast as the page asks."""
        times = np.asarray(seconds, dtype=np.float64)
        passed = np.append(0.0, np.cumsum(np.diff(self.tempo_at) * 60.0 / self.bpm[:-1]))
        at = np.maximum(np.searchsorted(passed, times, side="right") - 1, 0)
        found: FloatArray = self.tempo_at[at] + (times - passed[at]) * self.bpm[at] / 60.0
        return found


def written(score: Score) -> Written:
    """The notes of a score, each measure once. Raises InvalidValueError where it has none."""
    sounding = [one for one in score.sounding() if one.drum is None]
    marks = {0.0: BPM, **{float(one.at): one.bpm for one in score.tempos}}
    return Written(
        onset=np.array([float(one.onset) for one in sounding]),
        duration=np.array([float(one.duration) for one in sounding]),
        pitch=np.array([one.pitch.midi for one in sounding], dtype=np.int64),
        part=np.array([one.part for one in sounding], dtype=np.int64),
        tempo_at=np.array(list(marks)),
        bpm=np.array(list(marks.values())),
    )


def written_notes(notes: Notes) -> Written:
    """The notes of a score that comes as MIDI, in quarters by its tempi. Raises InvalidValueError where it has none."""
    marks = {0.0: BPM, **{one.time: one.bpm for one in notes.tempos}}
    time, bpm = np.array(list(marks)), np.array(list(marks.values()))
    tempo_at = np.append(0.0, np.cumsum(np.diff(time) * bpm[:-1] / 60.0))

    def quarters(seconds: FloatArray) -> FloatArray:
        at = np.maximum(np.searchsorted(time, seconds, side="right") - 1, 0)
        found: FloatArray = tempo_at[at] + (seconds - time[at]) * bpm[at] / 60.0
        return found

    pitched = ~notes.drum
    onset = quarters(notes.onset[pitched])
    return Written(
        onset=onset,
        duration=quarters(notes.offset[pitched]) - onset,
        pitch=notes.pitch[pitched],
        part=np.asarray(notes.part)[pitched],
        tempo_at=tempo_at,
        bpm=bpm,
    )
