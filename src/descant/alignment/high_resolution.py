"""A whole performance against its score, after the fact: when every onset of the score is played.

The score is never played: what its notes would sound like is held against the recording (`note_levels`, `dlnco`). A
coarse search over all pairs finds which part of the score was recorded; the score is brought to the recording's length,
warped from coarse to fine (`dtw`), and each of its onsets moved to where its own keys are struck nearby.

Ewert, Mueller and Grosche: High Resolution Audio Synchronization Using Chroma Onset Features, ICASSP 2009; Mueller,
Mattes and Kurth: An Efficient Multiscale Approach to Audio Synchronization, ISMIR 2006. Simplified: passages are not
left out or played twice on the way; only the score's beginning and end may be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from descant.alignment.dlnco import DLNCO_RATE, Clean, Frames, clean, dlnco
from descant.alignment.dtw import dtw, normal
from descant.alignment.note_levels import RINGS, note_levels
from descant.alignment.subsequence_dtw import subsequence
from descant.alignment.written import Written, written
from descant.errors import InvalidValueError
from descant.features.semitone_levels import KEYS, LEVEL_RATE, LOWEST_PITCH, Levels, SemitoneLevels
from descant.features.stream import Sound, get
from descant.features.tuning import FirstMinute
from descant.io.score.unfolded import unfolded
from descant.registry import needs
from descant.types import Alignment, Notes, Score
from descant.types.arrays import FloatArray, IntArray
from descant.types.score import BPM

COARSE_RATE, MOST_COARSE = 4.0, 4000  # frames a second for the search over all pairs, and how many at most
MISSING = 1.5  # seconds: what seems to be left out at an end of the score and is less than this was played
REACH, SURE = 0.12, 0.03  # seconds from where an onset is looked for, and a standard deviation of where it is
STRUCK = 0.2  # growth that is an onset
LAG = 0.0085  # seconds from an onset to the middle of the growth that tells it
GRACE = 0.05  # seconds that a grace note lasts
LAST = 4.0  # quarters that tell the pace at the end
TRITONE = 6
BESIDE = 3  # frames on either side of an onset that its growth is looked for in
SHORTEST = 1.0  # seconds of sound that can be aligned

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Fit:
    """An alignment, and how well the two fit."""

    alignment: Alignment
    cost: float  # of a frame, 0 to 2: how unlike the two are where they should be alike
    found: float  # the share of onsets at which the score's keys set in more than those a tritone away; chance is half


def align_written(score: Written, take: Sound | Notes, progress: Progress = lambda _: None) -> Fit:
    """The way of a performance through a score: a row an onset of the score that was played, and one for the end.

    Raises InvalidValueError where the performance is silence, noise or shorter than a second.
    """
    heard = clean(_levels(take, progress))
    begins, ends = heard.audible()
    if ends - begins < SHORTEST * LEVEL_RATE:
        raise InvalidValueError("no music is heard for so much as a second, only silence or noise")
    page = _Page(score)
    start, stop = _recorded(page, heard, begins, ends)
    pace = (ends - begins) / LEVEL_RATE / (stop - start)  # seconds of the performance for one of the score
    played, sound = page.at_pace(start, stop, pace), dlnco(heard, begins, ends)
    path = dtw(played, sound)
    row, at = np.unique(path[:, 0], return_inverse=True)
    frame = np.bincount(at, path[:, 1]) / np.bincount(at)
    inside = (page.place >= start - 1e-6) & (page.place <= stop)
    places, quarter = page.place[inside], page.quarter[inside]
    near = begins / LEVEL_RATE + np.interp((places - start) * pace * DLNCO_RATE, row, frame) / DLNCO_RATE
    grown = _Grown(heard)
    strike = _Struck(take) if isinstance(take, Notes) else grown
    keys = [page.keys[at] for at in np.flatnonzero(inside)]
    struck = [strike.near(*one) for one in zip(near.tolist(), keys, strict=True)]
    time, sure = (np.array(column) for column in zip(*struck, strict=True))
    found = float(np.mean([grown.rather(*one) for one in zip(time.tolist(), keys, strict=True)]))
    if stop >= page.end:
        time, sure = np.append(time, _end(time, quarter, score.end)), np.append(sure, 0.0)
        quarter = np.append(quarter, score.end)
    return Fit(_rising(time, quarter, sure), _cost(played, sound, path), found)


def _end(time: FloatArray, quarter: FloatArray, end: float) -> float:
    """When the last note ends, at the pace of the last quarters: how long it rings tells nothing."""
    before = max(0, int(np.searchsorted(quarter, quarter[-1] - LAST)) - 1)
    span = float(quarter[-1] - quarter[before])
    pace = float(time[-1] - time[before]) / span if span > 0 else 60.0 / BPM
    return float(time[-1]) + max(pace, 0.01) * max(end - float(quarter[-1]), 0.01)


@needs(FirstMinute())
def dtw_alignment(score: Score, sound: Sound) -> Alignment:
    """The way of a recording through a score, repeats and jumps played out; no rows where there is nothing to align."""
    try:
        return align_written(written(unfolded(score).score), sound).alignment
    except InvalidValueError:
        return Alignment(np.zeros(0), np.zeros(0))


class _Page:
    """The score in seconds, played as fast as it asks for."""

    def __init__(self, score: Written) -> None:
        self.onset = score.seconds(score.onset)
        end = score.seconds(score.onset + score.duration)
        self.offset = np.where(score.duration > 0, end, self.onset + GRACE)
        self.pitch = score.pitch
        self.begin, self.end = float(self.onset.min()), float(self.offset.max())
        self.quarter, first = np.unique(score.onset, return_index=True)
        self.place = self.onset[first]  # seconds of each onset
        self.keys = [np.unique(one) for one in np.split(score.pitch, first[1:])]

    def at_pace(self, start: float, stop: float, pace: float) -> Frames:
        """Features of what lies between two places, each second lasting `pace` seconds."""
        inside = (self.onset >= start - 1e-6) & (self.onset < stop)
        onset, offset = ((one[inside] - start) * pace for one in (self.onset, self.offset))
        sound = clean(note_levels(np.maximum(onset, 0.0), offset, self.pitch[inside], (stop - start) * pace))
        return dlnco(sound, 0, len(sound))


def _levels(take: Sound | Notes, progress: Progress) -> Levels:
    if isinstance(take, Notes):
        pitched = ~take.drum
        columns = take.onset[pitched], take.offset[pitched], take.pitch[pitched]
        return note_levels(*columns, take.duration + RINGS)
    cents, _ = get(take, FirstMinute())
    progress(0.3)
    found: Levels = get(take, SemitoneLevels(round(cents, 1)))
    progress(0.6)
    return found


def _recorded(page: _Page, heard: Clean, begins: int, ends: int) -> tuple[float, float]:
    """Seconds of the score between which it was recorded: all of it, but for an end that is surely missing."""
    seconds = (ends - begins) / LEVEL_RATE
    pace = max(1.0, seconds / (page.end - page.begin))  # what is recorded is no longer than the score
    longest = max(pace * (page.end - page.begin), seconds)
    pooled = max(1, round(DLNCO_RATE / min(COARSE_RATE, MOST_COARSE / longest)))
    recorded = _coarse(dlnco(heard, begins, ends), pooled)
    whole = _coarse(page.at_pace(page.begin, page.end, pace), pooled)
    first, last = subsequence(recorded, whole)
    frame = pooled / DLNCO_RATE / pace
    start, stop = page.begin + first * frame, page.begin + (last + 1) * frame
    missing = MISSING / pace
    start = page.begin if start - page.begin < missing else start
    stop = page.end if page.end - stop < missing else stop
    return start, stop


def _coarse(frames: Frames, count: int) -> Frames:
    starts = np.arange(0, len(frames), count)
    found: Frames = np.add.reduceat(frames, starts, axis=0)
    return found


def _cost(one: Frames, other: Frames, path: IntArray) -> float:
    """The mean distance along a path."""
    parts = [
        np.einsum("ij,ij->i", normal(one[part[:, 0]]), normal(other[part[:, 1]]))
        for part in np.array_split(path, len(path) // 10_000 + 1)
    ]
    return float(1.0 - np.concatenate(parts).mean())


class _Grown:
    """Onsets in a recording: where the keys of a score's onset grow."""

    def __init__(self, heard: Clean) -> None:
        self.heard = heard
        steps = np.arange(-round(REACH * LEVEL_RATE), round(REACH * LEVEL_RATE) + 1)
        self.steps, self.likely = steps, np.exp(-0.5 * (steps / (SURE * LEVEL_RATE)) ** 2)

    def near(self, seconds: float, keys: IntArray) -> tuple[float, float]:
        """When these keys are struck, and how surely, 0 to 1; the given time where they are not."""
        middle = round(seconds * LEVEL_RATE)
        inside = keys[(keys >= LOWEST_PITCH) & (keys < LOWEST_PITCH + KEYS)] - LOWEST_PITCH
        if not len(inside):
            return seconds, 0.0
        around = self.heard.growth(middle + int(self.steps[0]), middle + int(self.steps[-1]) + 1)
        growth = around[:, inside].mean(axis=1)
        likely = growth * self.likely
        best = int(np.argmax(likely))
        if likely[best] < STRUCK:
            return seconds, 0.0
        peak = slice(max(0, best - 2), best + 3)
        step = float(np.average(self.steps[peak], weights=growth[peak]))
        return max(0.0, (middle + step) / LEVEL_RATE - LAG), float(min(1.0, likely[best]))

    def rather(self, seconds: float, keys: IntArray) -> bool:
        """Whether these keys set in more at this time than those a tritone up or down, whose partials are others."""
        middle = round((seconds + LAG) * LEVEL_RATE)
        growth = self.heard.growth(middle - BESIDE, middle + BESIDE + 1).max(axis=0)
        band = keys - LOWEST_PITCH
        own, up, down = (growth[np.clip(band + step, 0, KEYS - 1)].mean() for step in (0, TRITONE, -TRITONE))
        return bool(own > (up + down) / 2)


class _Struck:
    """Onsets in performed notes: the mean of the nearest strokes of the keys of a score's onset."""

    def __init__(self, take: Notes) -> None:
        pitched = ~take.drum
        self.onset, self.pitch = take.onset[pitched], take.pitch[pitched]

    def near(self, seconds: float, keys: IntArray) -> tuple[float, float]:
        """When these keys are struck, and which share of them; the given time where none is."""
        first, last = np.searchsorted(self.onset, [seconds - 2 * REACH, seconds + 2 * REACH])
        onset, pitch = self.onset[first:last], self.pitch[first:last]
        struck = [onset[pitch == key] for key in keys.tolist()]
        nearest = [float(one[np.argmin(np.abs(one - seconds))]) for one in struck if len(one)]
        return (float(np.mean(nearest)), len(nearest) / len(keys)) if nearest else (seconds, 0.0)


def _rising(time: FloatArray, quarter: FloatArray, sure: FloatArray) -> Alignment:
    """Rows in order: one that comes no later than a surer one before it is left out."""
    kept: list[int] = []
    for at in range(len(time)):
        while kept and time[at] <= time[kept[-1]] + 1e-3 and sure[at] > sure[kept[-1]]:
            kept.pop()
        if not kept or time[at] > time[kept[-1]] + 1e-3:
            kept.append(at)
    return Alignment(time[kept], quarter[kept], sure[kept])
