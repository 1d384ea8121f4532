"""A score as its followers know it: which notes stand where, and how fast the page asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types import Notes, Score
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.types.score import BPM


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
        at = np.maximum(np.searchsorted(self.tempo_at, places, side="right") - 1, 0)
        found: FloatArray = self._since()[at] + (places - self.tempo_at[at]) * 60.0 / self.bpm[at]
        return found

    def quarters(self, seconds: npt.ArrayLike) -> FloatArray:
        """The places of the score that come at these times if it is played as fast as the page asks."""
        return _quarters(np.asarray(seconds, dtype=np.float64), self._since(), self.tempo_at, self.bpm)

    def _since(self) -> FloatArray:
        """The seconds at which its tempi begin."""
        return np.append(0.0, np.cumsum(np.diff(self.tempo_at) * 60.0 / self.bpm[:-1]))


def _quarters(seconds: FloatArray, since: FloatArray, tempo_at: FloatArray, bpm: FloatArray) -> FloatArray:
    """Places of a score, whose tempi begin at these seconds and quarters."""
    at = np.maximum(np.searchsorted(since, seconds, side="right") - 1, 0)
    found: FloatArray = tempo_at[at] + (seconds - since[at]) * bpm[at] / 60.0
    return found


def tempo_marks(score: Score) -> tuple[FloatArray, FloatArray]:
    """(quarters, quarters a minute) of the page's tempi, the first at its beginning."""
    marks = {0.0: BPM, **{float(one.at): one.bpm for one in score.tempos}}
    return np.array(list(marks)), np.array(list(marks.values()))


def written(score: Score) -> Written:
    """The notes of a score, each measure once. Raises InvalidValueError where it has none."""
    sounding = [one for one in score.sounding() if one.drum is None]
    tempo_at, bpm = tempo_marks(score)
    return Written(
        onset=np.array([float(one.onset) for one in sounding]),
        duration=np.array([float(one.duration) for one in sounding]),
        pitch=np.array([one.pitch.midi for one in sounding], dtype=np.int64),
        part=np.array([one.part for one in sounding], dtype=np.int64),
        tempo_at=tempo_at,
        bpm=bpm,
    )


def written_notes(notes: Notes) -> Written:
    """The notes of a score that comes as MIDI, in quarters by its tempi. Raises InvalidValueError where it has none."""
    marks = {0.0: BPM, **{one.time: one.bpm for one in notes.tempos}}
    since, bpm = np.array(list(marks)), np.array(list(marks.values()))
    tempo_at = np.append(0.0, np.cumsum(np.diff(since) * bpm[:-1] / 60.0))
    pitched = ~notes.drum
    onset, offset = (_quarters(one[pitched], since, tempo_at, bpm) for one in (notes.onset, notes.offset))
    return Written(
        onset=onset,
        duration=offset - onset,
        pitch=notes.pitch[pitched],
        part=np.asarray(notes.part)[pitched],
        tempo_at=tempo_at,
        bpm=bpm,
    )
