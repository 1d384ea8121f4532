"""What is said about music over time: beats, chords, keys, sections, pitch; and over all of it: tempo, metre, loudness.

Every entry carries a confidence in [0, 1] (1 where a person said so); the whole carries, in `made_by`, the transform
that made it. Times are seconds from the start of the recording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descant.types import _check
from descant.types._check import require
from descant.types.arrays import FloatArray, IntArray
from descant.types.provenance import Provenance

# Harte et al. 2005: root, then ":quality" and/or "(intervals)", then "/bass" as an interval of the root.
HARTE = re.compile(
    r"N|X|[A-G][b#]*"
    r"(?::(?:(?:[a-z]+[0-9]*|[b#]?[0-9]+)(?:\([*b#0-9,]*\))?|\([*b#0-9,]+\)))?"
    r"(?:/[b#]*[0-9]+)?"
)
KEY = re.compile(r"[A-G][b#]? (?:major|minor)|N")
METER = re.compile(r"[1-9][0-9]?/(?:1|2|4|8|16|32)")


@dataclass(frozen=True, eq=False)
class Beats:
    """Beats in seconds, each with its position in the measure: 1 is a downbeat, 0 means unknown."""

    time: FloatArray  # seconds, strictly rising
    position: IntArray  # 1, 2, ... within the measure; 0 where unknown
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        time = _check.floats("beat times", self.time)
        _check.within("beat time", time, 0.0, np.inf, " s")
        _check.ordered("beats", time, strictly=True)
        position = _check.integers("beat positions", self.position, len(time))
        _check.within("beat position", position, 0, 64)
        _put(self, time=time, position=position, confidence=_check.confidences("beat", self.confidence, len(time)))

    def __len__(self) -> int:
        return len(self.time)

    @property
    def downbeats(self) -> FloatArray:
        """The times of the beats in position 1, seconds."""
        times: FloatArray = self.time[self.position == 1]
        return times


@dataclass(frozen=True, eq=False)
class _Segments:
    """Labelled spans of time, in order, never overlapping."""

    start: FloatArray  # seconds
    end: FloatArray  # seconds
    label: tuple[str, ...]
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def _check(self, what: str, pattern: re.Pattern[str] | None) -> None:
        start = _check.floats(f"{what} starts", self.start)
        end = _check.floats(f"{what} ends", self.end, len(start))
        _check.spans(what, start, end)
        label = _check.labels(what, self.label, len(start), pattern)
        _put(self, start=start, end=end, label=label, confidence=_check.confidences(what, self.confidence, len(start)))

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, eq=False)
class Chords(_Segments):
    """Chords in Harte's syntax (`D:min7/b3`; `N` for no chord)."""

    def __post_init__(self) -> None:
        self._check("chord", HARTE)


@dataclass(frozen=True, eq=False)
class Keys(_Segments):
    """Keys as `TONIC major` or `TONIC minor`, with the key of the whole in `overall` (`N`: none)."""

    overall: str = "N"
    overall_confidence: float = 1.0

    def __post_init__(self) -> None:
        self._check("key", KEY)
        _check.labels("overall key", [self.overall], 1, KEY)
        _check.confidence_of_all("key", self.overall_confidence)


@dataclass(frozen=True, eq=False)
class Sections(_Segments):
    """The form: spans with one letter each; spans that repeat each other share the letter."""

    def __post_init__(self) -> None:
        self._check("section", None)


INSTRUMENT, GENRE = "instrument", "genre"
TAG_KINDS = (INSTRUMENT, GENRE)


@dataclass(frozen=True, eq=False)
class Tags:
    """What a recording is made of: spans in which an instrument sounds or a genre is heard, in order of their start.

    Spans of different labels may overlap, those of one label do not.
    """

    start: FloatArray  # seconds
    end: FloatArray  # seconds
    label: tuple[str, ...]
    kind: tuple[str, ...]  # one of TAG_KINDS each
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        start = _check.floats("tag starts", self.start)
        end = _check.floats("tag ends", self.end, len(start))
        label = _check.labels("tag", self.label, len(start))
        kind = _check.labels("tag kind", self.kind, len(start), re.compile("|".join(TAG_KINDS)))
        confidence = _check.confidences("tag", self.confidence, len(start))
        order = sorted(range(len(start)), key=lambda at: (start[at], TAG_KINDS.index(kind[at]), label[at]))
        for name in set(zip(kind, label, strict=True)):
            mine = [at for at in order if (kind[at], label[at]) == name]
            _check.spans(f"tag {name[1]!r}", start[mine], end[mine])
        _put(self, start=_check.frozen(start[order]), end=_check.frozen(end[order]))
        _put(self, label=tuple(label[at] for at in order), kind=tuple(kind[at] for at in order))
        _put(self, confidence=_check.frozen(confidence[order]))

    def __len__(self) -> int:
        return len(self.start)

    def seconds(self, kind: str) -> dict[str, float]:
        """How long each label of a kind is heard in all, the longest first."""
        total: dict[str, float] = {}
        for start, end, label, of in zip(self.start, self.end, self.label, self.kind, strict=True):
            if of == kind:
                total[label] = total.get(label, 0.0) + float(end - start)
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    def solo(self, duration: float) -> str | None:
        """The instrument that plays alone in `duration` seconds.

        It sounds for at least three quarters of them, and all others together for less than a tenth of its time.
        """
        total = self.seconds(INSTRUMENT)
        if not total:
            return None
        first, *others = total.values()
        return next(iter(total)) if first >= 0.75 * duration and sum(others) < 0.1 * first else None


@dataclass(frozen=True, eq=False)
class PitchContour:
    """The melody's fundamental frequency over time.

    Unvoiced frames keep the best guess in `hz` (or 0 where there is none); `voiced` says which frames sing.
    """

    time: FloatArray  # seconds, strictly rising
    hz: FloatArray  # Hz; 0 where no guess exists
    voiced: npt.NDArray[np.bool_]
    confidence: FloatArray | None = None
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        time = _check.floats("pitch times", self.time)
        _check.within("pitch time", time, 0.0, np.inf, " s")
        _check.ordered("pitch frames", time, strictly=True)
        hz = _check.floats("pitches", self.hz, len(time))
        _check.within("pitch", hz, 0.0, 20_000.0, " Hz")
        voiced: npt.NDArray[np.bool_] = np.array(self.voiced, dtype=bool)
        require(voiced.shape == time.shape, f"voicing needs {len(time)} entries, got shape {voiced.shape}")
        require(bool(np.all(hz[voiced] > 0)), "a voiced frame needs a pitch above 0 Hz")
        voiced.setflags(write=False)
        confidence = _check.confidences("pitch", self.confidence, len(time))
        _put(self, time=time, hz=hz, voiced=voiced, confidence=confidence)

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class TempoCandidate:
    """One reading of the tempo."""

    bpm: float  # quarter-note (beat) pulses a minute
    confidence: float = 1.0

    def __post_init__(self) -> None:
        require(0.0 < self.bpm < 1000.0, f"a tempo must lie between 0 and 1000 bpm, got {self.bpm}")
        _check.confidence_of_all("tempo", self.confidence)


@dataclass(frozen=True)
class Tempo:
    """The tempo of the whole piece: candidates, the most likely first; none where there is no pulse."""

    candidates: tuple[TempoCandidate, ...]
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        _put(self, candidates=tuple(self.candidates))
        require(all(isinstance(one, TempoCandidate) for one in self.candidates), "a tempo is made of TempoCandidates")

    @property
    def bpm(self) -> float | None:
        """The most likely tempo, beats a minute; None where there is no pulse."""
        return self.candidates[0].bpm if self.candidates else None


@dataclass(frozen=True)
class Meter:
    """The metre of the whole piece, such as `4/4` or `6/8`; None where there is none."""

    signature: str | None
    confidence: float = 1.0
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        text = self.signature
        good = text is None or (isinstance(text, str) and METER.fullmatch(text) is not None)
        require(good, f"a metre looks like 4/4 or 6/8, got {self.signature!r}")
        _check.confidence_of_all("metre", self.confidence)


@dataclass(frozen=True)
class Tuning:
    """How far the instruments are tuned from A4 = 440 Hz, in cents, within [-50, 50]."""

    cents: float
    confidence: float = 1.0
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        require(-50.0 <= self.cents <= 50.0, f"a tuning lies within 50 cents of A440, got {self.cents}")
        _check.confidence_of_all("tuning", self.confidence)


@dataclass(frozen=True)
class Loudness:
    """Loudness after ITU-R BS.1770-4 and EBU R 128; None where the signal is silent or too short to measure."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None  # EBU Tech 3342
    confidence: float = 1.0
    made_by: Provenance | None = None

    def __post_init__(self) -> None:
        for name in ("integrated_lufs", "true_peak_dbtp", "range_lu"):
            value = getattr(self, name)
            require(value is None or bool(np.isfinite(value)), f"{name} must be a finite number or None, got {value}")
        require(self.range_lu is None or self.range_lu >= 0, "a loudness range cannot be negative")
        _check.confidence_of_all("loudness", self.confidence)


def segments_from_boundaries(
    boundaries: FloatArray, label: Sequence[str]
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """(start, end, label) of the spans between boundaries: equal neighbours merged, empty spans left out."""
    start: list[float] = []
    end: list[float] = []
    kept: list[str] = []
    for at, name in enumerate(label):
        low, high = float(boundaries[at]), float(boundaries[at + 1])
        if high <= low:
            continue
        if kept and kept[-1] == name:
            end[-1] = high
        else:
            start.append(low)
            end.append(high)
            kept.append(name)
    return np.array(start), np.array(end), tuple(kept)


def _put(instance: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(instance, name, value)
