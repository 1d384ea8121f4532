"""Notes from the decomposition of the spectrum over fixed harmonic templates (Smaragdis and Brown, WASPAA 2003).

`features/note_activation.py` says how strongly each piano key's pitch sounds in every frame; templates of noise have
taken up most of the drums. Here every sudden rise of a pitch is a candidate for a note. Eight plain measures of it are
weighed into the chance that it is one (a logistic regression: nine numbers, fitted on 12 songs of POP909's validation
split, rendered with FluidR3). Those songs have no drums, so one more measure was set by hand, on noise: a note stands
clear of what most keys show. Notes an octave, a twelfth and so on above another that set in together with it are taken
for its partials. The chance is the note's confidence. A note lasts until its level has fallen away or its
key is struck again. Simplified: the templates are fixed, and all notes go to one piano.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.harmony import Harmony, HarmonyFrames
from descant.features.onset_strength import OnsetStrength
from descant.registry import needs
from descant.types import Notes
from descant.types.arrays import FloatArray, IntArray

LOWEST_PITCH = 21  # MIDI: A0
PITCHES = 88

AROUND = 201  # frames: levels are relative to the loudest pitch within 2 s before and after
SILENCE = 3e-5  # amplitude: about -90 dB of full scale; the reference is never lower
FLOOR_DB = -50.0  # relative to it; what is weaker counts as this
FAINT_DB = -38.0  # no note peaks below
LEAST_RISE_DB = 2.0

# What speaks for a note and against it, each in dB unless said otherwise, and how much it weighs.
WEIGHTS = {
    "peak": 0.2022,  # of the attack, relative to the loudest around
    "peak over the frame": 0.1456,  # relative to the loudest pitch at the same time
    "rise": 0.3382,  # at most 8
    "before": -0.1516,  # the level before the rise, relative to the peak
    "sustain": 0.1415,  # the level after the attack, relative to the peak
    "peak over neighbours": 0.0962,  # the semitones below and above: noise and drums raise all three
    "onset strength": 0.0322,
    "pitch": -0.0558,  # keys above the lowest: high pitches are often partials of lower ones
    "crowd": -0.5,  # how much the peak lacks to be CLEAR_DB over the level that CROWD percent of the keys keep below
}
BIAS = 0.4865
CROWD = 60
CLEAR_DB = 26.0  # nearly all notes of a piano are that clear, what rises in white noise seldom is

ATTACK_DB = 8.0  # an onset is where the level passes this far below the peak of the attack
LATENCY = 0.010  # seconds: how much later than the key's stroke that is
REPEAT_SECONDS = 0.08  # of two candidates nearer than this in one pitch, the better counts
RELEASE_DB = 16.0  # a note ends where its level has fallen this far below its peak
SERIES = (12, 19, 24, 28, 31, 34, 36)  # semitones from a note to its second to eighth partials
TOGETHER_SECONDS = 0.04
PARTIAL_DB = 3.0  # a partial is no more than this louder than its note
MEDIAN_VELOCITY = 80  # of a recording's notes: a microphone's gain says nothing of a player's force
VELOCITY_PER_DB = 1.2


class _Candidates(NamedTuple):
    """Possible notes of one pitch, in order of time; one entry each."""

    onset: FloatArray  # seconds
    frame: IntArray  # of the steepest rise
    peak: FloatArray  # dB relative to the loudest around, of the attack
    loudness: FloatArray  # dB of full scale, of the attack
    chance: FloatArray  # in [0, 1]

    def only(self, kept: npt.NDArray[np.bool_]) -> _Candidates:
        return _Candidates(self.onset[kept], self.frame[kept], self.peak[kept], self.loudness[kept], self.chance[kept])


@needs(Harmony(), OnsetStrength(), Extent())
def harmonic_nmf(sound: Sound, *, threshold: float = 0.38, min_seconds: float = 0.04) -> Notes:
    """The notes whose confidence reaches `threshold`, none shorter than `min_seconds`, as one piano part.

    A note that the recording's end cuts off ends there, however short. None in less than half a second of sound.
    """
    duration: float = get(sound, Extent())
    if duration < SCRAP_SECONDS:
        return Notes(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    heard: HarmonyFrames = get(sound, Harmony())
    strength: npt.NDArray[np.float32] = get(sound, OnsetStrength())
    notes = notes_of(heard.activations, strength.max(axis=1), threshold=threshold, min_seconds=min_seconds)
    return _before(duration, notes)


def notes_of(
    activations: npt.NDArray[np.float16], strength: npt.NDArray[np.float32], *, threshold: float, min_seconds: float
) -> Notes:
    """Notes from the amplitude of each pitch, shape (frames, 88), and the onset strength of each frame."""
    levels = _Levels(activations)
    found = []
    for key in range(PITCHES):
        candidates = _candidates(levels, strength, key)
        notes = _apart(candidates.only(candidates.chance >= threshold))
        offset = np.maximum(_offsets(levels.relative(key), notes), notes.onset + min_seconds)
        found.append((notes.onset, offset, np.full(len(offset), LOWEST_PITCH + key), notes.loudness, notes.chance))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    kept = ~_partials(columns[0], columns[2], columns[3])
    onset, offset, pitch, loudness, chance = (column[kept] for column in columns)
    velocity = MEDIAN_VELOCITY + VELOCITY_PER_DB * (loudness - (np.median(loudness) if len(loudness) else 0.0))
    return Notes(onset, offset, pitch, np.clip(np.round(velocity), 1, 127).astype(np.int64), confidence=chance)


def _before(end: float, notes: Notes) -> Notes:
    """The notes that set in before `end`, seconds, none of them lasting beyond it."""
    assert notes.confidence is not None  # filled in when notes are made
    kept = notes.onset < end
    return replace(
        notes,
        onset=notes.onset[kept],
        offset=np.minimum(notes.offset[kept], end),
        pitch=notes.pitch[kept],
        velocity=notes.velocity[kept],
        part=None,
        confidence=notes.confidence[kept],
    )


class _Levels:
    """Levels of each key in dB relative to the loudest pitch around, worked out key by key to keep memory small."""

    def __init__(self, activations: npt.NDArray[np.float16]) -> None:
        self.activations = activations
        self.known: dict[int, FloatArray] = {}  # of the last keys asked for: each is asked for with its neighbours
        loudest = activations.max(axis=1).astype(np.float64)
        around = _maximum(loudest, AROUND // 2, AROUND // 2)
        self.reference_db = 20 * np.log10(np.maximum(around, SILENCE))
        self.loudest = np.maximum(20 * np.log10(np.maximum(loudest, 1e-9)) - self.reference_db, FLOOR_DB)
        stretches = range(0, len(activations), 4096)
        crowd = [np.percentile(activations[at : at + 4096].astype(np.float32), CROWD, axis=1) for at in stretches]
        self.crowd = 20 * np.log10(np.maximum(np.concatenate([*crowd, np.zeros(0)]), 1e-9)) - self.reference_db

    def relative(self, key: int) -> FloatArray:
        """The level of a key in every frame, dB; the floor beyond the ends of the keyboard."""
        if not 0 <= key < PITCHES:
            return np.full(len(self.reference_db), FLOOR_DB)
        if key not in self.known:
            amplitude = np.maximum(self.activations[:, key].astype(np.float64), 1e-9)
            self.known = {near: self.known[near] for near in (key - 2, key - 1) if near in self.known}
            self.known[key] = np.maximum(20 * np.log10(amplitude) - self.reference_db, FLOOR_DB)
        return self.known[key]


def _candidates(levels: _Levels, strength: npt.NDArray[np.float32], key: int) -> _Candidates:
    """Every sudden rise of a key's level, with the chance that it is a note."""
    level = levels.relative(key)
    lag = _lag(key)
    rise = _shifted(level, lag) - _shifted(level, -lag, before=FLOOR_DB)
    ahead = 2 * lag + 2  # frames: the attack, as long as the transform's window makes it
    peak = _maximum(level, 0, ahead)
    steepest = (rise >= _maximum(rise, lag + 1, lag + 1)) & (rise > LEAST_RISE_DB) & (peak > FAINT_DB)
    frame = np.flatnonzero(steepest)
    at_peak = peak[frame]
    neighbours = np.maximum(levels.relative(key - 1), levels.relative(key + 1))
    evidence = {
        "peak": at_peak,
        "peak over the frame": at_peak - _maximum(levels.loudest, 0, ahead)[frame],
        "rise": np.minimum(rise[frame], 8.0),
        "before": np.maximum(_shifted(level, -lag)[frame] - at_peak, -20.0),
        "sustain": np.clip(_shifted(level, 2 * lag + 5)[frame] - at_peak, -20.0, 3.0),
        "peak over neighbours": np.clip(at_peak - _maximum(neighbours, 0, ahead)[frame], -5.0, 15.0),
        "onset strength": _maximum(strength.astype(np.float64), 1, 1)[frame],
        "pitch": np.full(len(frame), float(key)),
        "crowd": np.maximum(CLEAR_DB - (at_peak - _maximum(levels.crowd, 0, ahead)[frame]), 0.0),
    }
    score = BIAS + sum(WEIGHTS[name] * value for name, value in evidence.items())
    return _Candidates(
        onset=_onsets(level, frame, lag),
        frame=frame,
        peak=at_peak,
        loudness=at_peak + levels.reference_db[frame],
        chance=1 / (1 + np.exp(-np.asarray(score))),
    )


def _lag(key: int) -> int:
    """Frames over which a key's rise is measured: a third of the transform's window, which is long for low pitches."""
    hz = 440.0 * 2.0 ** ((LOWEST_PITCH + key - 69) / 12)
    return int(np.clip(round(34.0 / (hz + 70.0) * FRAME_RATE / 3), 1, 4))


def _onsets(level: FloatArray, frame: IntArray, lag: int) -> FloatArray:
    """Seconds at which the level passes `ATTACK_DB` below the peak of each attack, between frames by interpolation."""
    window = np.clip(frame[:, np.newaxis] + np.arange(-lag - 1, 2 * lag + 3), 0, len(level) - 1)
    attack = level[window]  # (candidates, window)
    wanted = attack.max(axis=1) - ATTACK_DB
    first = np.argmax(attack >= wanted[:, np.newaxis], axis=1)
    row = np.arange(len(frame))
    above, below = attack[row, first], attack[row, np.maximum(first - 1, 0)]
    part = np.where(above > below, (above - wanted) / np.maximum(above - below, 1e-9), 0.0)
    seconds: FloatArray = (window[row, first] - np.clip(part, 0.0, 1.0)) / FRAME_RATE - LATENCY
    return np.maximum(seconds, 0.0)


def _apart(found: _Candidates) -> _Candidates:
    """Without those that stand less than `REPEAT_SECONDS` from a better one."""
    kept = np.ones(len(found.onset), dtype=bool)
    for at in np.argsort(-found.chance, kind="stable"):
        if kept[at]:
            near = np.abs(found.onset - found.onset[at]) < REPEAT_SECONDS
            near[at] = False
            kept[near] = False
    return found.only(kept)


def _partials(onset: FloatArray, pitch: IntArray, loudness: FloatArray) -> npt.NDArray[np.bool_]:
    """Which notes are partials of another: bright tones, such as a trumpet's, outdo the templates.

    An octave alone may well be played; an octave and a twelfth at once, neither clearly louder than the note below,
    seldom are. The rule loses a few notes that a piano did play, and leaves some of a trumpet's partials: it helps, and
    is not right.
    """
    partial = np.zeros(len(onset), dtype=bool)
    order = np.argsort(onset, kind="stable")
    first = np.searchsorted(onset[order], onset - TOGETHER_SECONDS)
    last = np.searchsorted(onset[order], onset + TOGETHER_SECONDS)
    for note in range(len(onset)):
        near = order[first[note] : last[note]]
        near = near[np.isin(pitch[near] - pitch[note], SERIES) & (loudness[near] <= loudness[note] + PARTIAL_DB)]
        if {12, 19} <= set(pitch[near] - pitch[note]):
            partial[near] = True
    return partial


def _offsets(level: FloatArray, notes: _Candidates) -> FloatArray:
    """Seconds at which each note has faded or its key is struck again; at the latest where the sound ends."""
    offset = np.zeros(len(notes.onset))
    following = np.append(notes.frame[1:], len(level))[: len(notes.frame)]
    for index, (frame, peak, end) in enumerate(zip(notes.frame, notes.peak, following, strict=True)):
        faded = level[frame + 2 : end] < max(peak - RELEASE_DB, FLOOR_DB + 1)
        offset[index] = (frame + 2 + int(np.argmax(faded)) if faded.any() else end) / FRAME_RATE
    return offset


def _maximum(values: FloatArray, before: int, after: int) -> FloatArray:
    """The largest value from `before` frames earlier to `after` frames later."""
    from scipy.ndimage import maximum_filter1d

    if not len(values):
        return values
    size = before + after + 1
    result: FloatArray = maximum_filter1d(values, size, mode="nearest", origin=before - size // 2)
    return result


def _shifted(values: FloatArray, by: int, before: float | None = None) -> FloatArray:
    """The values `by` frames later (earlier if negative), the ends repeated, or `before` put in front of the start."""
    at = np.arange(len(values)) + by
    shifted = values[np.clip(at, 0, max(len(values) - 1, 0))]
    if before is not None:
        shifted[at < 0] = before
    return shifted
