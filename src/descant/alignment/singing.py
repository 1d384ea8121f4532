"""What a singer makes of a tune: how many cents off each note is, which are left out, early or late, and in which key.

The pitch that is heard, frame by frame, is warped onto the pitch that is written (`dtw`), in the key in which that is
cheapest. A note's pitch is the median of what is heard in its middle, where neither the glide to it nor the one away
from it counts, and a vibrato evens out. It is told against the singer's own tuning, which is told once.

After the karaoke scoring of Tsai and Lee: Automatic Evaluation of Karaoke Singing Based on Pitch, Volume, and Rhythm
Features, IEEE TASLP 20(4), 2012; the pitch of notes as in Molina, Barbancho, Gomez, Barbancho and Tardon: Fundamental
Frequency Alignment vs. Note-Based Melodic Similarity for Singing Voice Assessment, ICASSP 2013. Loudness is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descant.alignment.dtw import dtw
from descant.alignment.practice import (
    EARLY,
    LATE,
    MISSED,
    OFF_QUARTERS,
    OFF_SPREADS,
    WRONG,
    Finding,
    Judgement,
    OtherPieceError,
    PracticePage,
)
from descant.alignment.tempo_line import TempoLine, tempo_line
from descant.alignment.written import Written
from descant.errors import InvalidValueError
from descant.types import PitchContour
from descant.types.arrays import BoolArray, FloatArray, IntArray

FLAT, SHARP, OCTAVE = "flat", "sharp", "octave"
SUNG_KINDS = (MISSED, WRONG, OCTAVE, FLAT, SHARP, EARLY, LATE)

FRAME = 0.02  # seconds
BLUR = 0.7  # semitones that a pitch is spread over, so that what is nearly right costs less
OCTAVE_SHARE = 0.5  # of the likeness of two frames that the octave has no part in
KEYS = 24  # semitones at most that a singer may move the tune by
TRIED = 4  # keys that are tried, of those in which the same pitches last about as long as they should
MIDDLE = 0.2  # of a note's length that is left out at either end
HEARD = 0.15  # of a note's middle that must be voiced
IN_TUNE = 40.0  # cents; beyond, a note is flat or sharp
ANOTHER = 80.0  # cents; beyond, it is another note
SUNG_SECONDS = 0.12  # that a sung note must be off to be early or late
ARRIVED = 80.0  # cents within which a note has begun
NEAR_SILENCE = 0.4  # of a note's length, within which a silence parts it from one of the same pitch
LEAD = 0.15  # seconds before its place in which a note may begin
FITS = 0.65  # of the notes must be near what is written, in pitch and in length
LENGTHS = 2.5  # times longer or shorter than the others that a note may be
BEST, WORST = 20.0, 100.0  # cents: a note counts in full up to here, and nothing from there
OCTAVE_WORTH = 0.5  # of a note that is in tune, an octave off
TIMING_WORTH = 0.25  # of a note that a bad onset takes


@dataclass(frozen=True, eq=False)
class Singing(Judgement):
    """What was found in a take that was sung. Columns have one entry a written note; nan where it was not sung."""

    start: FloatArray  # seconds
    end: FloatArray
    cents: FloatArray  # above what is written, in the singer's key and tuning, octaves taken out
    octave: IntArray  # octaves above the singer's own
    off: FloatArray  # seconds late; nan where the note's beginning is not heard, as it repeats the one before
    transposed: int  # semitones that the whole is sung above what is written
    tuning: float  # cents above A4 = 440 Hz


def sung(page: PracticePage, contour: PitchContour) -> Singing:
    """A take that was sung, held against a tune, one note at a time.

    Raises InvalidValueError where no voice is heard, OtherPieceError where it is another tune.
    """
    time, pitch = _frames(contour)
    if not np.isfinite(pitch).sum() * FRAME > 0.3:
        raise InvalidValueError("no singing voice is heard in the take, so there is nothing to hold against the score")
    notes = page.notes
    tuning = _tuning(pitch)
    pitch = pitch - tuning / 100
    written, owner = _written_frames(notes, len(pitch))
    transposed, path = min(
        ((key, *_warped(pitch, written + key)) for key in _keys(pitch, written)), key=lambda one: one[1]
    )[::2]
    start, end = _spans(path, owner, len(notes), time, np.isfinite(pitch))
    _share_out(start, end, notes, time, np.isfinite(pitch))
    target = (notes.pitch + transposed).astype(np.float64)
    begun = _beginnings(start, end, target, time, pitch)
    cents = 100 * (_middles(np.where(np.isnan(begun), start, begun), end, time, pitch) - target)
    octave = np.round(np.nan_to_num(cents) / 1200).astype(np.int64)
    cents = cents - 1200 * octave
    near = np.abs(cents) < ANOTHER
    fit = float((near & _of_their_length(notes, start, end)).mean())
    if fit < FITS:
        raise OtherPieceError(
            f"the take does not fit the score: {100 * fit:.0f} in 100 notes are near what is written; another tune?"
        )
    correction = float(np.median(cents[near]))
    cents, tuning = cents - correction, tuning + correction
    line, known = _line(notes, begun)
    off, limit = np.full(len(notes), np.nan), np.full(len(notes), np.inf)
    off[known] = begun[known] - line.due
    limit[known] = np.maximum(SUNG_SECONDS, np.maximum(OFF_QUARTERS * line.pace, OFF_SPREADS * line.spread))
    findings = [one for note in range(len(notes)) for one in _found(notes, note, cents, octave, off, limit)]
    findings.sort(key=lambda one: (one.quarter, SUNG_KINDS.index(one.kind)))
    scores, overall = _scores(page, cents, octave, findings)
    curve = notes.onset[known], 60 / line.pace
    return Singing(page, tuple(findings), scores, overall, curve, begun, end, cents, octave, off, transposed, tuning)


def _frames(contour: PitchContour) -> tuple[FloatArray, FloatArray]:
    """(seconds, MIDI pitch) every FRAME from the first voiced frame to the last; nan where nothing is sung."""
    voiced = np.flatnonzero(contour.voiced)
    if not len(voiced):
        return np.zeros(0), np.zeros(0)
    time = np.arange(contour.time[voiced[0]], contour.time[voiced[-1]] + FRAME / 2, FRAME)
    at = np.clip(np.searchsorted(contour.time, time - 1e-9), 0, len(contour) - 1)
    pitch = np.where(contour.voiced[at], 69 + 12 * np.log2(np.maximum(contour.hz[at], 1e-3) / 440), np.nan)
    return time, pitch


def _tuning(pitch: FloatArray) -> float:
    """Cents that pitches lie above the nearest semitones, on a circle."""
    turn = np.exp(2j * np.pi * pitch[np.isfinite(pitch)])
    return float(100 * np.angle(turn.mean()) / (2 * np.pi))


def _written_frames(notes: Written, count: int) -> tuple[FloatArray, IntArray]:
    """(pitch, note) of about `count` frames of the score as written; nan in rests, which belong to the note before."""
    start, stop = notes.seconds(notes.onset), notes.seconds(notes.onset + notes.duration)
    time = np.linspace(start[0], stop[-1], max(count, 4 * len(notes)), endpoint=False)
    owner = np.maximum(np.searchsorted(start, time, side="right") - 1, 0)
    return np.where(time < stop[owner], notes.pitch[owner].astype(np.float64), np.nan), owner


def _keys(sung_pitch: FloatArray, written: FloatArray) -> Sequence[int]:
    """The keys to try, semitones above what is written, the likeliest first: the same pitches sound as long."""
    bins = np.arange(-KEYS, 128 + KEYS + 1) - 0.5
    have = np.histogram(sung_pitch[np.isfinite(sung_pitch)], bins)[0].astype(np.float64)
    want = np.histogram(written[np.isfinite(written)], bins)[0].astype(np.float64)
    have, want = np.sqrt(have / have.sum()), np.sqrt(want / want.sum())
    keys = np.arange(-KEYS, KEYS + 1)
    alike = np.array([(have * np.roll(want, key)).sum() for key in keys])
    order = np.lexsort((np.abs(keys), -alike))
    return [int(one) for one in keys[order[:TRIED]]]


def _warped(one: FloatArray, other: FloatArray) -> tuple[float, IntArray]:
    """The cost of a frame on the path between two rows of pitches, and the path."""
    low = float(np.nanmin(np.append(one, other))) - 2
    high = float(np.nanmax(np.append(one, other))) + 2
    rows = _spread(one, low, high), _spread(other, low, high)
    path = dtw(*rows)
    return float(1 - (rows[0][path[:, 0]] * rows[1][path[:, 1]]).sum(axis=1).mean()), path


def _spread(pitch: FloatArray, low: float, high: float) -> FloatArray:
    """(frames, bins): each pitch blurred over the semitones, then over pitch classes; the last bin is for silence."""
    heard = np.isfinite(pitch)
    semitones = np.arange(np.floor(low), np.ceil(high) + 1)
    known = np.where(heard, pitch, 0.0)[:, None]
    height = np.exp(-(((known - semitones) / BLUR) ** 2) / 2)
    around = (known - np.arange(12) + 6) % 12 - 6
    chroma = np.exp(-((around / BLUR) ** 2) / 2)
    parts = [
        part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) * np.sqrt(share) * heard[:, None]
        for part, share in ((height, OCTAVE_SHARE), (chroma, 1 - OCTAVE_SHARE))
    ]
    return np.concatenate([*parts, ~heard[:, None]], axis=1)


def _spans(
    path: IntArray, owner: IntArray, count: int, time: FloatArray, voiced: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """When each note begins and ends, by the path, without the silence around it; nan for one that is all silent."""
    pairs = np.unique(np.stack([owner[path[:, 1]], path[:, 0]], axis=1)[voiced[path[:, 0]]], axis=0)
    start, end = np.full(count, np.nan), np.full(count, np.nan)
    note, first = np.unique(pairs[:, 0], return_index=True)
    last = np.append(first[1:], len(pairs)) - 1
    start[note], end[note] = time[pairs[first, 1]], time[pairs[last, 1]] + FRAME
    return start, end


def _share_out(start: FloatArray, end: FloatArray, notes: Written, time: FloatArray, voiced: BoolArray) -> None:
    """Where a pitch is repeated, the path does not tell one note from the next: share what is sung by their lengths.

    A border goes to the nearest silence, if one is near.
    """
    edges = np.flatnonzero(np.diff(notes.pitch) != 0) + 1
    for run in np.split(np.arange(len(start)), edges):
        if len(run) < 2 or not np.isfinite(start[run]).any():
            continue
        frames = np.flatnonzero((time >= np.nanmin(start[run])) & (time < np.nanmax(end[run])) & voiced)
        share = np.cumsum(notes.duration[run]) / max(notes.duration[run].sum(), 1e-9)
        border = np.round(share[:-1] * len(frames)).astype(np.int64)
        silences = np.flatnonzero(np.diff(frames) > 1) + 1
        reach = NEAR_SILENCE * len(frames) / len(run)
        for at, one in enumerate(border.tolist()):
            near = silences[np.abs(silences - one) <= reach]
            if len(near):
                border[at] = near[np.argmin(np.abs(near - one))]
        for note, mine in zip(run.tolist(), np.split(frames, np.maximum.accumulate(border)), strict=True):
            start[note], end[note] = (time[mine[0]], time[mine[-1]] + FRAME) if len(mine) else (np.nan, np.nan)


def _beginnings(
    start: FloatArray, end: FloatArray, target: FloatArray, time: FloatArray, pitch: FloatArray
) -> FloatArray:
    """When each note's own pitch is reached, or nan where nothing tells it from the note before."""
    found = np.full(len(start), np.nan)
    for note in np.flatnonzero(np.isfinite(start)).tolist():
        early = start[note] - LEAD if note and target[note] != target[note - 1] else start[note]
        frames = np.arange(np.searchsorted(time, early - 1e-9), np.searchsorted(time, end[note]))
        off = (pitch[frames] - target[note] + 6) % 12 - 6
        there = np.isfinite(off) & (100 * np.abs(np.nan_to_num(off)) < ARRIVED)
        if not there.any():
            continue
        first = frames[np.argmax(there)]
        silent = first == 0 or np.isnan(pitch[first - 1])
        if not note or silent or target[note] != target[note - 1]:
            found[note] = time[first]
    return found


def _middles(start: FloatArray, end: FloatArray, time: FloatArray, pitch: FloatArray) -> FloatArray:
    """The median pitch of each note's middle; nan where hardly any of it is voiced."""
    found = np.full(len(start), np.nan)
    for note in np.flatnonzero(np.isfinite(start)).tolist():
        margin = MIDDLE * (end[note] - start[note])
        inside = pitch[(time >= start[note] + margin) & (time <= end[note] - margin)]
        voiced: BoolArray = np.isfinite(inside)
        if len(inside) and voiced.mean() >= HEARD:
            found[note] = np.median(inside[voiced])
    return found


def _of_their_length(notes: Written, start: FloatArray, end: FloatArray) -> BoolArray:
    """Which notes are about as long as the tempo of all has it: another tune is stretched and squeezed to fit."""
    length = np.maximum(notes.seconds(notes.onset + notes.duration) - notes.seconds(notes.onset), 1e-3)
    times = (end - start) / length
    times = times / np.nanmedian(times) if np.isfinite(times).any() else times
    kept: BoolArray = (times > 1 / LENGTHS) & (times < LENGTHS)
    return kept


def _line(notes: Written, begun: FloatArray) -> tuple[TempoLine, IntArray]:
    """The tempo line through the notes whose beginnings are heard, and which they are."""
    known = np.flatnonzero(np.isfinite(begun))
    rising = known[np.append(True, np.diff(np.maximum.accumulate(begun[known])) > 0)] if len(known) else known
    return tempo_line(notes.onset[rising], begun[rising]), rising


def _found(
    notes: Written, note: int, cents: FloatArray, octave: IntArray, off: FloatArray, limit: FloatArray
) -> list[Finding]:
    """What is not as written of one note."""
    at = float(notes.onset[note])
    if np.isnan(cents[note]):
        return [Finding(MISSED, at, at, note)] if notes.duration[note] > 0 else []
    found = []
    if octave[note]:
        found.append(Finding(OCTAVE, at, at, note, amount=float(12 * octave[note])))
    away = float(cents[note])
    if abs(away) > ANOTHER:
        found.append(Finding(WRONG, at, at, note, amount=away / 100))
    elif abs(away) > IN_TUNE:
        found.append(Finding(SHARP if away > 0 else FLAT, at, at, note, amount=away))
    if abs(off[note]) > limit[note]:
        found.append(Finding(LATE if off[note] > 0 else EARLY, at, at, note, amount=float(off[note])))
    return found


def _scores(
    page: PracticePage, cents: FloatArray, octave: IntArray, findings: Sequence[Finding]
) -> tuple[FloatArray, float]:
    """Each bar's score, nan where it has no notes, and that of all: notes count by their length."""
    worth = np.clip((WORST - np.abs(np.nan_to_num(cents, nan=WORST))) / (WORST - BEST), 0.0, 1.0)
    worth = np.where(octave != 0, OCTAVE_WORTH * worth, worth)
    for one in findings:
        if one.kind in (EARLY, LATE):
            worth[one.note] *= 1 - TIMING_WORTH
    length = np.maximum(page.notes.duration, 1e-3)
    bar = page.bar_of_notes
    count = len(page.bars) - 1
    total, got = np.bincount(bar, length, count), np.bincount(bar, length * worth, count)
    scores = np.where(total > 0, 100 * got / np.maximum(total, 1e-9), np.nan)
    return scores, float(100 * got.sum() / total.sum())
