"""Notes of any instrument and of voices, with bends, from three posteriorgrams of a small network.

After Bittner, Bosch, Rubinstein, Meseguer-Brocal and Ewert: A Lightweight Instrument-Agnostic Model for Polyphonic Note
Transcription and Multipitch Estimation, ICASSP 2022. The network (`basic_pitch_model.py`) hears the harmonically
stacked spectrum and says for every frame, of 20 ms, how likely each third of a semitone sounds (contour), each key
sounds (note) and each key begins (onset). A note starts at a peak of its key's onset posterior and lasts while the
note posterior stays up. Simplified: what sounds without ever having an onset is no note; on validation audio, such
notes were wrong more often than right.

The spectrum follows the recording's tuning, so keys are those of the tuned instrument. Bends are against A440, as
everything about pitch in `Notes`: they hold the tuning too. They are given where one note sounds alone, since a bend
moves all notes of a part. Drums are not notes here. Everything goes to one part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.features import FRAME_RATE, Sound, get
from descant.features.extent import SCRAP_SECONDS, Extent
from descant.features.posteriors import compressed
from descant.features.stream import FrameSource
from descant.features.tuned_vqt import TunedFrames, TunedVqt
from descant.features.vqt import BINS, BINS_PER_SEMITONE, LOWEST_PITCH
from descant.registry import needs
from descant.types import Notes, PitchBend
from descant.types.arrays import FloatArray, IntArray
from descant.weights.chunked import Chunked, Outputs

NAME = "basic_pitch"
KEYS = 88
Array = npt.NDArray[np.float32]

REACH = 3  # frames after its onset within which a note must be heard to sound
SILENT_DB = -110.0  # what level 0 stands for
BEND_STEP = 2.0  # cents: what a stored bend counts in
LEAST_BEND = 0.15  # semitones: a note that stays nearer to its key is not bent
BEND_CHANGE = 0.05  # semitones between two events
MEDIAN_VELOCITY = 80  # of a recording's notes: a microphone's gain says nothing of a player's force
VELOCITY_PER_DB = 1.2


@dataclass(frozen=True, eq=False)
class NoteFrames:
    """What is kept of every frame, each (frames, 88)."""

    onset: npt.NDArray[np.float16]  # posterior
    note: npt.NDArray[np.uint8]  # posterior in 255ths
    bend: npt.NDArray[np.int8]  # BEND_STEP cents from the key, where the contour is highest near it
    level: npt.NDArray[np.uint8]  # half decibels above SILENT_DB, of the lowest partials
    tuning_cents: float = 0.0  # that the keys follow


@dataclass(frozen=True)
class Posteriorgrams:
    """The feature: `NoteFrames`, the contour folded into bends, so that hours of sound take little memory."""

    @property
    def source(self) -> FrameSource:
        return TunedVqt()

    rate = None

    def start(self, sample_rate: int, channels: int) -> _Stream:  # noqa: ARG002
        return _Stream()


class _Stream:
    def __init__(self) -> None:
        model = weights.load(NAME)
        self.tuning_cents = 0.0
        self.chunked = Chunked(lambda frames: _heard(model, frames), model.card.context, model.card.chunk)
        # Silence before the start, so that a note at the very start is heard to begin.
        self.silence = model.card.context
        self.parts: list[Outputs] = self.chunked.push(np.zeros((self.silence, BINS), dtype=np.float32))
        self.levels: list[npt.NDArray[np.uint8]] = []

    def push(self, heard: TunedFrames) -> None:
        if len(heard.magnitudes):
            self.tuning_cents = heard.tuning_cents
            self.levels.append(key_levels(heard.magnitudes))
            self.parts += self.chunked.push(compressed(heard.magnitudes))

    def finish(self) -> NoteFrames:
        self.parts += self.chunked.finish()
        # Taken out one by one, so that no more than one of them is in memory twice.
        onset, note, bend = (
            np.concatenate([part.pop(name) for part in self.parts])[self.silence :]
            for name in ("onset", "note", "bend")
        )
        return NoteFrames(onset, note, bend, np.concatenate(self.levels), self.tuning_cents)


def _heard(model: Any, frames: Array) -> Outputs:
    found = model.run({"frames": frames[np.newaxis]})
    return stored(found["contour"][0], found["note"][0], found["onset"][0])


def stored(contour: Array, note: Array, onset: Array) -> dict[str, Any]:
    """Posteriors, (frames, 264) and twice (frames, 88), as they are kept."""
    return {
        "onset": onset.astype(np.float16),
        "note": np.round(note * 255).astype(np.uint8),
        "bend": np.round(bends(contour) * (100 / BEND_STEP)).astype(np.int8),
    }


def bends(contour: Array) -> Array:
    """Semitones from each key to where the contour is highest within a semitone of it, (frames, 88).

    The peak among the seven bins, and between bins by the centroid of it and its two neighbours.
    """
    near = np.lib.stride_tricks.sliding_window_view(np.pad(contour, ((0, 0), (3, 3))), 9, axis=1)
    near = near[:, ::BINS_PER_SEMITONE][:, :KEYS]  # (frames, 88, 9): the key's centre is the fifth
    peak = 1 + np.argmax(near[:, :, 1:8], axis=2)[..., np.newaxis]
    before, at, after = (np.take_along_axis(near, peak + step, axis=2)[..., 0] for step in (-1, 0, 1))
    centroid = peak[..., 0] - 4 + (after - before) / np.maximum(before + at + after, 1e-6)
    return np.asarray(centroid / BINS_PER_SEMITONE, dtype=np.float32)


def key_levels(magnitudes: Array) -> npt.NDArray[np.uint8]:
    """How loud the first two partials of each key are together, (frames, 88), in half decibels above SILENT_DB."""
    keys = magnitudes.reshape(len(magnitudes), -1, BINS_PER_SEMITONE).max(axis=2)  # (frames, 96)
    octave = np.pad(keys[:, 12:], ((0, 0), (0, 12)))
    decibels = 10 * np.log10(np.square(keys) + np.square(octave) + 1e-12)[:, :KEYS]
    levels: npt.NDArray[np.uint8] = np.clip(np.round(2 * (decibels - SILENT_DB)), 0, 255).astype(np.uint8)
    return levels


@needs(Posteriorgrams(), Extent())
def basic_pitch(
    sound: Sound, *, onset_threshold: float = 0.48, note_threshold: float = 0.48, min_seconds: float = 0.09
) -> Notes:
    """The notes, as one part, with bends where one sounds alone.

    onset_threshold: least onset posterior of a note; note_threshold: a note ends where its posterior stays below.
    A note's confidence is its onset posterior. A note that the recording's end cuts off ends there, however short.
    None in less than half a second of sound.
    """
    duration: float = get(sound, Extent())
    if duration < SCRAP_SECONDS:
        return Notes(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    heard: NoteFrames = get(sound, Posteriorgrams())
    decoding = Decoding(onset=onset_threshold, note=note_threshold, shortest=min_seconds)
    return notes_of(heard, duration, decoding)


@dataclass(frozen=True)
class Decoding:
    """The settings of decoding, chosen on validation audio."""

    onset: float = 0.48
    note: float = 0.48
    shortest: float = 0.09  # seconds
    quiet: int = 5  # frames in a row below `note` that end a note


class Spans(NamedTuple):
    """Notes of one key, one entry each."""

    onset: FloatArray  # frames, with fractions
    end: FloatArray  # frames
    confidence: FloatArray


def notes_of(heard: NoteFrames, duration: float, decoding: Decoding) -> Notes:
    """Notes from posteriors; none sounds beyond `duration` seconds."""
    found = [_spans(heard.onset[:, key].astype(np.float64), heard.note[:, key], decoding) for key in range(KEYS)]
    onset, end, confidence = (np.concatenate(column) for column in zip(*found, strict=True))
    key = np.repeat(np.arange(KEYS), [len(spans.onset) for spans in found])
    order = np.lexsort((key, onset))
    onset, end, confidence, key = onset[order] / FRAME_RATE, end[order] / FRAME_RATE, confidence[order], key[order]
    end = np.minimum(end, duration)
    kept = end - onset >= np.minimum(decoding.shortest, duration - onset)
    kept &= onset < duration - 1e-3
    onset, end, confidence, key = onset[kept], end[kept], confidence[kept], key[kept]
    return Notes(
        onset,
        end,
        LOWEST_PITCH + key,
        _velocities(heard.level, onset, key),
        bends=_bends(heard, onset, end, key),
        confidence=np.clip(confidence, 0.0, 1.0),
    )


def _spans(onset: FloatArray, note: npt.NDArray[np.uint8], decoding: Decoding) -> Spans:
    """The notes of one key from its posteriors, each (frames,)."""
    sounding = note >= decoding.note * 255
    ends = _ends(sounding, decoding.quiet)
    start, exact = _peaks(onset, decoding.onset)
    heard = np.append(np.flatnonzero(sounding), len(note) + REACH)
    first = heard[np.searchsorted(heard, start)]  # frame in which it is first heard to sound
    start, exact, first = start[first < start + REACH], exact[first < start + REACH], first[first < start + REACH]
    end = np.minimum(ends[np.searchsorted(ends, first)], np.append(start[1:], len(note)))
    return Spans(exact, end.astype(np.float64), onset[start])


def _peaks(onset: FloatArray, threshold: float) -> tuple[IntArray, FloatArray]:
    """Local maxima: their frames, and where between frames a parabola through three points peaks."""
    around = np.pad(onset, 1)
    before, after = around[:-2], around[2:]
    at = np.flatnonzero((onset > before) & (onset >= after) & (onset >= threshold))
    curve = before[at] - 2 * onset[at] + after[at]
    part = np.where(curve < -1e-6, 0.5 * (before[at] - after[at]) / np.minimum(curve, -1e-6), 0.0)
    return at, np.maximum(at + part, 0.0)


def _ends(sounding: npt.NDArray[np.bool_], quiet: int) -> IntArray:
    """Frames from which on `quiet` ones in a row do not sound, and the end of all."""
    padded = np.concatenate([sounding, np.zeros(quiet, dtype=bool)])
    still = ~np.lib.stride_tricks.sliding_window_view(padded, quiet).any(axis=1)
    return np.append(np.flatnonzero(still), len(sounding) + REACH)


def _velocities(level: npt.NDArray[np.uint8], onset: FloatArray, key: IntArray) -> IntArray:
    """MIDI velocities from the greatest level within the attack, relative to the median note."""
    if not len(onset):
        return np.zeros(0, dtype=np.int64)
    frame = np.round(onset * FRAME_RATE).astype(int)
    attack = np.minimum(frame[:, np.newaxis] + np.arange(6), len(level) - 1)
    decibels = level[attack, key[:, np.newaxis]].max(axis=1) / 2
    velocity = MEDIAN_VELOCITY + VELOCITY_PER_DB * (decibels - np.median(decibels))
    return np.asarray(np.clip(np.round(velocity), 1, 127), dtype=np.int64)


def _bends(heard: NoteFrames, onset: FloatArray, end: FloatArray, key: IntArray) -> tuple[PitchBend, ...]:
    """The bends of notes that sound alone and leave their key; between them the part stands at the tuning."""
    tuning = heard.tuning_cents / 100
    rest = tuning if abs(tuning) >= LEAST_BEND else 0.0
    events = [PitchBend(0, 0.0, rest)] if rest and len(onset) else []
    reached = np.concatenate([[0.0], np.maximum.accumulate(end)])[:-1] if len(end) else end
    following = np.append(onset[1:], np.inf)
    for at in np.flatnonzero((onset >= reached) & (end <= following + 2 / FRAME_RATE)):
        low, high = int(np.ceil(onset[at] * FRAME_RATE)), int(end[at] * FRAME_RATE)
        way = heard.bend[low:high, key[at]] * (BEND_STEP / 100)
        if np.max(np.abs(way), initial=0.0) < LEAST_BEND:
            continue
        last = rest
        for frame, semitones in enumerate(way + tuning, start=low):
            if abs(semitones - last) >= BEND_CHANGE:
                last = float(semitones)
                events.append(PitchBend(0, frame / FRAME_RATE, round(last, 3)))
        if last != rest:
            events.append(PitchBend(0, min(high / FRAME_RATE, float(following[at])), rest))
    return tuple(events)
