"""A clip, as a phone hears it, and the recording of the library that it is from: which one, where in it, how fast.

Landmarks (`library/landmarks.py`) find places where the clip may lie, first as it is, then at speeds up to six per cent
away; peaks laid on peaks (`library/peak_alignment.py`) decide. A clip is taken for known only on evidence that hardly a
clip of another recording would have, and only where no other place has nearly as much: what is not in the library is
refused, be it the same loop on the same drums.

Wang: An Industrial-Strength Audio Search Algorithm, ISMIR 2003. Sonnleitner and Widmer: Robust Quad-Based Audio
Fingerprinting, TASLP 2016, for the verification.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descant.errors import InvalidValueError, MissingDataError
from descant.features import Sound, get
from descant.features.spectral_peaks import FRAME_RATE, Peaks, SpectralPeaks
from descant.io.audio import open_audio
from descant.io.times import clock
from descant.library.landmark_file import kept_index
from descant.library.landmark_index import SAME, LandmarkIndex
from descant.library.peak_alignment import Laid, PeakMap, laid
from descant.retrieval.scores import Scores
from descant.retrieval.warm import Warm
from descant.types import Audio

if TYPE_CHECKING:
    from descant.library.store import Library

SPEEDS = tuple(float(1.01**step) for step in range(-6, 7) if step)  # beside 1: from 0.942 to 1.062
PLACES = 12  # of the likeliest, verified
SHORTEST = 1.5  # seconds
WINDOW = 12.0  # seconds: of a longer clip, windows this long are looked for, until one is known
WINDOWS = 6  # at most, spread evenly
FEWEST = 10  # peaks, below which a window holds nothing to be recognised by

TOLD = 0.003  # of the speed: what is less is not told

# Nats from where on a clip is taken for known: so many over the root of its seconds, as strangers' evidence grows; and
# of a short clip more, as it is sooner a bar that two recordings share.
KNOWN, SHORT = 21.0, 110.0
RIVAL = 0.55  # of the best place's evidence: another place with more makes it doubtful, if it sounds otherwise
SURE = 3.0  # times as much as known takes: from there on no other place of the same recording makes it doubtful
EXACT = 0.25  # frames: two places sound the same where most peaks of one are the other's within so much
MOST = 0.5
# The share of it that strangers reach, as extreme values are distributed (Gumbel): drums apart, on validation data.
USUAL, SPREAD = 0.13, 0.1


@dataclass(frozen=True)
class Identified:
    """Where a clip is from."""

    item: int  # of the library
    at: float  # seconds of the recording at which what was recognised begins
    clip_from: float  # seconds of the clip at which that begins; 0 but where the clip is long or begins too early
    speed: float  # of the clip, the recording's being 1
    confidence: float  # how surely no clip of another recording would agree as well, 0 to 1

    def told(self) -> str:
        """Where and how fast, in words."""
        away = self.speed - 1
        fast = f", {abs(away):.1%} {'faster' if away > 0 else 'slower'}" if abs(away) >= TOLD else ""
        return f"heard from {clock(round(self.at))} on{fast}"


class ByClip:
    """The search for the recording of a clip; it follows what the library holds."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._index = Warm(library, kept_index)

    def identify(self, clip: Path | Sound) -> tuple[Identified, ...]:
        """The recordings that a clip is from, the surest first: several where the library has one twice; or none.

        Raises InvalidValueError where the clip is too short or silent, MissingDataError where the library has no
        fingerprints, and what reading a file raises.
        """
        index = self._index.now()
        if not len(index.items):
            raise MissingDataError(
                f"{self._library.path}: holds no fingerprints; `descant index DIR --level fingerprint` makes them"
            )
        return identified(index, clip)

    def find(self, clip: Path | Sound) -> Scores:
        """The recordings that a clip is from, as a part of a search."""
        found = {one.item: one for one in self.identify(clip)}
        ids = np.array(sorted(found), dtype=np.int64)
        score = np.array([found[item].confidence for item in ids.tolist()], dtype=np.float64)
        return Scores(ids, score, lambda item: found[item].told(), lambda item: found[item].at)


def identified(index: LandmarkIndex, clip: Path | Sound) -> tuple[Identified, ...]:
    """The recordings of an index that a clip is from, the surest first."""
    name = str(clip) if isinstance(clip, Path) else "the clip" if isinstance(clip, Audio) else str(clip.path)
    sound = open_audio(clip) if isinstance(clip, Path) else clip
    peaks: Peaks = get(sound, SpectralPeaks())
    seconds = peaks.frames / FRAME_RATE
    if seconds < SHORTEST:
        raise InvalidValueError(f"{name}: lasts {seconds:.1f} s; a clip needs {SHORTEST} s, better 5 s or more")
    heard = [one for one in _windows(peaks) if len(one[1]) >= FEWEST]
    if not heard:
        raise InvalidValueError(f"{name}: holds no sound to recognise a recording by; is it silent?")
    for start, window in heard:
        places, sure = looked_up(index, window)
        if sure:
            return tuple(_told(index, one, start / FRAME_RATE, _known(window)) for one in places[:sure])
    return ()


class Placed(NamedTuple):
    """A clip where it may lie."""

    laid: Laid
    at: int  # which recording, as the index counts them

    def frame(self, time: float) -> float:
        """The frame of the recording at one of the clip."""
        return self.laid.frame + self.laid.speed * time


def placed(index: LandmarkIndex, peaks: Peaks, speeds: tuple[float, ...]) -> list[Placed]:
    """Where a clip may lie, with the evidence for it, the best first."""
    found = [
        Placed(laid(peaks, PeakMap(*index.peaks(one.at), index.frames(one.at)), one.frame, one.speed), one.at)
        for one in index.candidates(peaks, speeds, PLACES)
    ]
    return sorted(found, key=lambda one: -one.laid.evidence)


def looked_up(index: LandmarkIndex, peaks: Peaks) -> tuple[list[Placed], int]:
    """Where a clip may lie, the best first, one place a recording; and how many of these are taken for known.

    None are, where it may as well be another place than the best: a loop played by hand is never the same twice, and a
    stranger with the same loop fits many places alike. Other places of the best one's recording count less: much of a
    track may come from the same loop, and no stranger fits it as well as its own clip does.
    Places that sound the same are all known.
    """
    places: list[Placed] = []
    for speeds in ((1.0,), SPEEDS):
        places = sorted([*places, *placed(index, peaks, speeds)], key=lambda one: -one.laid.evidence)
        told = _of_each(places)
        if sure := _sure(index, peaks, places):
            return [*sure, *(one for one in told if one not in sure)], len(sure)
    return told, 0


def _sure(index: LandmarkIndex, peaks: Peaks, places: list[Placed]) -> list[Placed]:
    """The best place and those of other recordings that sound the same, if they are known."""
    least = _known(peaks)
    if not places or places[0].laid.evidence < least:
        return []
    best, *others = places
    same = [best]
    for one in others:
        if one.laid.evidence < RIVAL * best.laid.evidence:
            break
        if _same_sound(index, best, one, peaks.frames):
            same.append(one)
        elif one.at != best.at or best.laid.evidence < SURE * least:
            return []
    return [one for one in _of_each(same) if one.laid.evidence >= least]


def _of_each(places: list[Placed]) -> list[Placed]:
    """The first place of each recording."""
    first: dict[int, Placed] = {}
    for one in places:
        first.setdefault(one.at, one)
    return list(first.values())


def _same_sound(index: LandmarkIndex, one: Placed, other: Placed, length: int) -> bool:
    """Whether two places of a library are the same sound, or one place found twice."""
    middle = length / 2
    apart = other.frame(middle) - one.frame(middle)
    if one.at == other.at and abs(apart) < SAME:
        return True
    frame, cell = index.peaks(one.at)
    inside = (frame >= one.frame(0)) & (frame <= one.frame(length))
    there = PeakMap(*index.peaks(other.at), index.frames(other.at))
    late = there.meets(frame[inside] + apart, cell[inside].astype(np.float64))
    met = np.isfinite(late)
    if not met.any():
        return False
    return bool(np.mean(np.abs(late - np.median(late[met])) <= EXACT) >= MOST)


def _windows(peaks: Peaks) -> Iterator[tuple[int, Peaks]]:
    """(first frame, peaks) of what is looked for: all of a clip, or stretches of a long one."""
    long = round(WINDOW * FRAME_RATE)
    if peaks.frames <= 1.5 * long:
        yield 0, peaks
        return
    count = min(WINDOWS, peaks.frames // long)
    for start in np.linspace(0, peaks.frames - long, count).round().astype(int).tolist():
        inside = (peaks.frame >= start) & (peaks.frame < start + long)
        frame = (peaks.frame[inside] - start).astype(np.float32)
        yield start, Peaks(frame, peaks.hz[inside], peaks.rank[inside], long)


def _known(peaks: Peaks) -> float:
    """Nats from where on a clip is taken for known."""
    seconds = peaks.frames / FRAME_RATE
    return max(KNOWN * math.sqrt(seconds), SHORT / seconds)


def _told(index: LandmarkIndex, one: Placed, start: float, known: float) -> Identified:
    begins = one.laid.frame / FRAME_RATE  # before the recording does, where the clip begins with something else
    return Identified(
        item=int(index.items[one.at]),
        at=max(begins, 0.0),
        clip_from=start + max(-begins, 0.0) / one.laid.speed,
        speed=one.laid.speed,
        confidence=float(np.exp(-np.exp(-(one.laid.evidence / known - USUAL) / SPREAD))),
    )
