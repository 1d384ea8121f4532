"""How many cents off a singer's notes are, found again: the sopranos of Bach's chorales, in a synthesised voice.

Each is sung in another key, out of tune as a whole, and every fifth note flat or sharp by 50 to 90 cents, besides the
voice's own faults of intonation. What is true is the pitch that the voice was given, in each note's middle. The voice
is synthesised (`synthesis/voice.py`), so it has no words, and its pitch is found more easily than a person's.

The baseline lays the score evenly over what is sung and takes the pitch that is heard there, less the median of how far
all are off, octaves taken out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from descant.alignment.practice import PracticePage
from descant.alignment.singing import IN_TUNE, sung
from descant.datasets import jsb
from descant.datasets.performance import perform
from descant.errors import DescantError, MissingDataError
from descant.evaluation.ears.rendering import sung as rendered
from descant.evaluation.follow.practice_takes import page_of
from descant.evaluation.measured import Measured, Pooled
from descant.evaluation.task import Request, Task
from descant.registry import towards
from descant.synthesis.voice import lines
from descant.types import Notes, PitchBend, PitchContour
from descant.types.arrays import FloatArray

SINGING, EVEN = "singing", "score laid evenly"
EVERY = 5  # notes, of which one is flat or sharp
CENTS = (50.0, 90.0)  # by which
KEYS = (-7, 5)  # semitones that the whole is moved by
TUNING = 40.0  # cents at most that the whole is out of tune
REACH = 0.15  # of a note's length on either side of its middle, where its true pitch is read
VOICE = "synthesised voice"


@dataclass(frozen=True, eq=False)
class SungTune:
    """A tune and what was made of it."""

    id: str
    page: PracticePage
    contour: PitchContour  # as heard
    cents: FloatArray  # of each note, above the singer's key and tuning
    key: int  # semitones above what is written


def tunes(split: str, count: int | None) -> Iterator[SungTune]:
    """Sopranos of a split. Raises MissingDataError."""
    for one in islice(jsb.chorales(split)[::4], count):
        seed = zlib.crc32(one.id.encode())
        rng = np.random.default_rng(seed)
        soprano = one.score.only(np.flatnonzero(one.score.part == 0))
        page = page_of(soprano.onset, soprano.duration, soprano.pitch, np.arange(0.0, soprano.end, 4.0), 1.0)
        played = perform(soprano, rng, pedal=False, rubato=0.5).notes
        key = int(rng.integers(KEYS[0], KEYS[1] + 1))
        off = rng.uniform(*CENTS, len(played)) * rng.choice([-1, 1], len(played))
        off[rng.permutation(len(played))[len(played) // EVERY :]] = 0.0
        off += rng.uniform(-TUNING, TUNING)
        bends = tuple(
            PitchBend(0, max(float(at) - 0.03, 0.0), float(cents) / 100)
            for at, cents in zip(played.onset, off, strict=True)
        )
        notes = replace(played, pitch=played.pitch + key, bends=bends, controls=())
        sound = rendered(notes, seed % 1000, f"{split}/{one.id.replace('/', '-')}")
        contour: PitchContour = towards(PitchContour)[0](sound)
        yield SungTune(one.id, page, contour, _true(notes, seed % 1000, page), key)


def _true(notes: Notes, seed: int, page: PracticePage) -> FloatArray:
    """Cents of each note above the median of all that are in tune."""
    (line,) = lines(notes, seed=seed)
    length = np.minimum(notes.offset, np.append(notes.onset[1:], np.inf)) - notes.onset
    middle = notes.onset + length / 2
    pitch = np.array(
        [
            np.median(line.pitch_at(np.linspace(at - REACH * long, at + REACH * long, 15)))
            for at, long in zip(middle, length, strict=True)
        ]
    )
    off = 100 * (pitch - page.notes.pitch)
    cents: FloatArray = off - np.median(off)
    return cents


def _judged(page: PracticePage, contour: PitchContour) -> tuple[FloatArray, int | None]:
    try:
        found = sung(page, contour)
    except DescantError:
        return np.full(len(page.notes), np.nan), None
    return found.cents, found.transposed


def _even(page: PracticePage, contour: PitchContour) -> tuple[FloatArray, int | None]:
    """The middle of each note's place, if the score is laid over what is sung from its first frame to its last."""
    voiced = contour.time[contour.voiced]
    start, end = page.notes.onset, page.notes.onset + page.notes.duration
    scale = (voiced[-1] - voiced[0]) / (end[-1] - start[0])
    begin, stop = voiced[0] + (start - start[0]) * scale, voiced[0] + (end - start[0]) * scale
    found = np.full(len(start), np.nan)
    for note in range(len(start)):
        margin = 0.2 * (stop[note] - begin[note])
        mine = contour.voiced & (contour.time >= begin[note] + margin) & (contour.time <= stop[note] - margin)
        if mine.any():
            found[note] = 100 * (69 + 12 * np.log2(np.median(contour.hz[mine]) / 440) - page.notes.pitch[note])
    middle = float(np.nanmedian(found))
    return (found - middle + 600) % 1200 - 600, round(middle / 100)


SYSTEMS: dict[str, Callable[[PracticePage, PitchContour], tuple[FloatArray, int | None]]] = {
    SINGING: _judged,
    EVEN: _even,
}


def measure(request: Request) -> Iterator[Measured]:
    """Both systems on every tune."""
    try:
        found = list(tunes(request.split, request.count))
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {jsb.NAME} is left out: {error}")
        return
    for at, tune in enumerate(found):
        for name, system in SYSTEMS.items():
            cents, key = system(tune.page, tune.contour)
            raw = (cents, tune.cents, key == tune.key)
            yield Measured(TASK.name, f"{jsb.NAME}/{request.split}, sung", tune.id, VOICE, name, {}, raw)
        request.progress((at + 1) / len(found))


def pooled(group: Sequence[Measured]) -> Pooled:
    """Errors in cents over all notes that are told, the share that is, flat and sharp notes found, keys found."""
    told, true = (np.concatenate([one.raw[at] for one in group]) for at in (0, 1))
    known = np.isfinite(told)
    off = np.minimum(np.abs(told[known] - true[known]), 100.0)
    out, found = _out_of_tune(true), _out_of_tune(np.where(known, told, 0.0))
    right = int((out & found & (np.sign(told) == np.sign(true))).sum())
    return {
        "mean_cents": (float(off.mean()), int(known.sum())),
        "median_cents": (float(np.median(off)), int(known.sum())),
        "notes told": (float(known.mean()), len(told)),
        "flat and sharp F-measure": (2 * right / max(int(out.sum() + found.sum()), 1), int(out.sum())),
        "keys found": (float(np.mean([one.raw[2] for one in group])), len(group)),
    }


def _out_of_tune(cents: FloatArray) -> np.ndarray:
    """Which notes are flat or sharp, or further off."""
    return np.asarray(np.abs(cents) > IN_TUNE)


TASK = Task(name="singing", baseline=EVEN, measure=measure, pooled=pooled)
