"""Synthesised singing: a glottal source filtered by a moving vocal tract, after the source-filter theory of speech.

A note is sung, not played. The pitch goes to each note as a damped spring does, leaving early and overshooting a
little, with scoops into phrases, slow errors of intonation, fast jitter, and a vibrato that sets in late and grows
(Saitou, Unoki and Akagi: Development of an F0 Control Model Based on F0 Dynamic Characteristics for Singing-Voice
Synthesis, Speech Communication 46, 2005). Vowels change from note to note; most notes begin with a consonant, which is
over when the note's onset comes: a stop's silence and burst, a sibilant's noise, a nasal's or a liquid's murmur. Loud
notes are brighter, soft ones breathier. The source is `glottal_source.py`, the tract `vocal_tract.py`.

Fant: Acoustic Theory of Speech Production, 1960. Klatt: Software for a Cascade/Parallel Formant Synthesizer, JASA
67(3), 1980. Sundberg: The Science of the Singing Voice, 1987. Simplified: no words, no nasal zeros, one open quotient
a singer. It sounds like vocalise in an unknown tongue.

Each part of the notes is one line; where its notes overlap it is shared out among as many singers as it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.synthesis import glottal_source, vocal_tract
from descant.types import Audio, Notes, PitchContour
from descant.types.arrays import FloatArray

RATE = 22_050  # Hz
HOP = 210  # samples between two settings of the voice: 9.5 ms
CONTROL = RATE / HOP  # settings a second
LONGEST = 1200.0  # seconds
TAIL = 0.4  # seconds after the last note
PEAK = 10 ** (-1 / 20)
LEGATO = 0.12  # seconds: notes nearer than this are sung in one breath
OVERLAP = 0.15  # seconds: what a player holds over into the next note, one singer lets go
RANGES = (("bass", 53), ("tenor", 61), ("alto", 67), ("soprano", 128))  # by the median pitch
VOWELS = "aeiou"
CONSONANTS = ("none", "stop", "sibilant", "nasal", "liquid")


@dataclass(frozen=True)
class Singer:
    """What stays the same of one voice."""

    kind: str  # bass, tenor, alto or soprano
    size: float  # factor on all formants: the tract's length
    open_quotient: float
    breath: float  # amplitude of the breath relative to the tone's
    agility: float  # rad/s: how fast the pitch follows
    vibrato_hz: float
    vibrato_depth: float  # semitones to either side, once it has grown
    vibrato_delay: float  # seconds
    jitter: float  # semitones
    intonation: float  # semitones, standard deviation from note to note
    scooping: float  # share of phrases begun from below
    diction: float  # share of notes with a consonant


@dataclass(frozen=True, eq=False)
class Line:
    """One singer's performance, settings `CONTROL` times a second: arrays of (frames,)."""

    singer: Singer
    notes: Notes
    pitch: FloatArray  # MIDI pitch, with fractions
    tone: FloatArray  # amplitude of the voiced sound
    noise: FloatArray  # amplitude of consonants' noise
    noise_hz: FloatArray  # where that is centred
    formants: FloatArray  # Hz, (frames, 5)
    tilt: FloatArray  # dB at 3 kHz

    def pitch_at(self, seconds: FloatArray) -> FloatArray:
        """The MIDI pitch that is sung then."""
        return np.interp(seconds * CONTROL, np.arange(len(self.pitch)), self.pitch)


def voice(notes: Notes, *, seed: int = 0, singers: int = 1) -> Audio:
    """Sing the notes, 22.05 kHz, mono, peak at -1 dBFS; drums are left out, silence stays silent.

    seed: of the singers' ways. singers: how many sing each line; more than one is a choir.
    Raises InvalidValueError for music longer than twenty minutes, or without singers.
    """
    total = sounded(lines(notes, seed=seed, singers=singers), round((notes.duration + TAIL) * RATE), seed)
    peak = float(np.max(np.abs(total), initial=0.0))
    if peak > 0:
        total *= np.float32(PEAK / peak)
    return Audio(total[np.newaxis], RATE)


def sounded(performed: Sequence[Line], length: int, seed: int) -> npt.NDArray[np.float32]:
    """The lines together, `length` samples at RATE. `seed` decides about breath alone."""
    total = np.zeros(length, dtype=np.float32)
    for number, line in enumerate(performed):
        sound = sung(line, np.random.default_rng([seed, number]))[:length]
        total[: len(sound)] += sound
    return total


def lines(notes: Notes, *, seed: int = 0, singers: int = 1) -> list[Line]:
    """What is sung by whom. Of a choir, the first line of each part is exactly on time, the others nearly."""
    if notes.duration > LONGEST:
        raise InvalidValueError(
            f"the music lasts {notes.duration / 60:.0f} minutes; the voice sings {LONGEST / 60:.0f} at most"
        )
    if singers < 1:
        raise InvalidValueError(f"a line needs at least one singer, got {singers}")
    rng = np.random.default_rng(seed)
    frames = int(np.ceil((notes.duration + TAIL) * CONTROL)) + 1
    found = []
    for alone in monophonic(notes):
        kind = next(name for name, top in RANGES if np.median(alone.pitch) < top)
        for number in range(singers):
            shift = 0.0 if number == 0 else rng.normal(0, 0.015)
            mine = alone if number == 0 else _moved(alone, shift)
            found.append(_performed(mine, _singer(kind, rng), frames, rng))
    return found


def pitch_contour(line: Line) -> PitchContour:
    """The fundamental frequency that a line was sung with: the truth about it."""
    hz = 440.0 * 2.0 ** ((line.pitch - 69) / 12)
    return PitchContour(np.arange(len(hz)) / CONTROL, hz, line.tone > 0.05 * np.max(line.tone, initial=0.0))


def monophonic(notes: Notes) -> Iterator[Notes]:
    """The notes of each part shared out so that nobody sings two at once; drums are left out."""
    assert notes.part is not None
    for part in range(len(notes.parts)):
        mine = np.flatnonzero((notes.part == part) & ~notes.drum)
        while len(mine):
            taken, left, free = [], [], 0.0
            for at in mine.tolist():
                onset, offset = float(notes.onset[at]), float(notes.offset[at])
                if onset >= free:
                    taken.append(at)
                    free = offset - min(OVERLAP, 0.4 * (offset - onset))
                else:
                    left.append(at)
            mine = np.array(left, dtype=np.int64)
            end = np.minimum(notes.offset[taken], np.append(notes.onset[taken][1:], np.inf))
            end = np.maximum(end, notes.onset[taken] + 1e-3)
            bends = tuple(replace(one, part=0) for one in notes.bends if one.part == part)
            yield Notes(notes.onset[taken], end, notes.pitch[taken], notes.velocity[taken], bends=bends)


def sung(line: Line, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The sound of a line, (n,) at RATE."""
    count = (len(line.pitch) - 1) * HOP
    frame = np.arange(count) / HOP
    grid = np.arange(len(line.pitch), dtype=np.float64)
    hz = 440.0 * 2.0 ** ((np.interp(frame, grid, line.pitch) - 69) / 12)
    phase = np.cumsum(hz / RATE)
    tone = np.interp(frame, grid, line.tone).astype(np.float32)
    singer = line.singer
    pulses = glottal_source.pulses(phase, hz.astype(np.float32), RATE, singer.open_quotient)
    air = np.float32(singer.breath) * glottal_source.breath(phase, singer.open_quotient, rng)
    through = vocal_tract.filtered(
        (pulses + air) * tone, line.formants.astype(np.float32), line.tilt.astype(np.float32), RATE, HOP
    )
    loudness = np.sqrt(np.mean(np.square(through)) / max(float(np.mean(np.square(tone))), 1e-12))
    return through / np.float32(max(loudness, 1e-9)) + _hiss(line, frame, grid, rng)


def _hiss(line: Line, frame: FloatArray, grid: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The noise of consonants: white noise moved to where the tongue puts it."""
    if not np.any(line.noise):
        return np.zeros(len(frame), dtype=np.float32)
    noise = rng.standard_normal(len(frame) + 8, dtype=np.float32)
    smooth = np.convolve(noise, np.ones(9, dtype=np.float32) / 3, mode="valid")  # below 2.4 kHz
    carrier = np.cos(2 * np.pi * np.cumsum(np.interp(frame, grid, line.noise_hz) / RATE)).astype(np.float32)
    return np.asarray(smooth * carrier * np.interp(frame, grid, line.noise), dtype=np.float32)


def _singer(kind: str, rng: np.random.Generator) -> Singer:
    trained = rng.random()  # a trained voice has more vibrato and less of nearly everything else
    return Singer(
        kind=kind,
        size=float(rng.uniform(0.94, 1.08)),
        open_quotient=float(rng.uniform(0.45, 0.75)),
        breath=float(10 ** (rng.uniform(-34, -16) / 20)),
        agility=float(rng.uniform(28, 60)),
        vibrato_hz=float(rng.uniform(4.5, 7.0)),
        vibrato_depth=float(max(0.0, rng.normal(0.15 + 0.45 * trained, 0.15))),
        vibrato_delay=float(rng.uniform(0.1, 0.5)),
        jitter=float(rng.uniform(0.02, 0.06)),
        intonation=float(rng.uniform(0.03, 0.16 - 0.1 * trained)),
        scooping=float(rng.uniform(0.0, 0.5)),
        diction=float(rng.choice([0.0, 0.3, 0.7, 0.95])),
    )


def _moved(notes: Notes, shift: float) -> Notes:
    onset = np.maximum(notes.onset + shift, 0.0)
    return replace(notes, onset=onset, offset=np.maximum(notes.offset + shift, onset + 1e-3))


def _performed(notes: Notes, singer: Singer, frames: int, rng: np.random.Generator) -> Line:
    """Decide everything about a line before it sounds."""
    gap = notes.onset - np.concatenate([[-np.inf], notes.offset[:-1]])
    phrase = gap > LEGATO  # the note begins a phrase
    vowels = _vowels(notes, singer, rng)
    line = Line(
        singer,
        notes,
        _pitch(notes, phrase, singer, frames, rng),
        np.zeros(frames),
        np.zeros(frames),
        np.full(frames, 5000.0),
        np.repeat(vowels[:1], frames, axis=0),
        np.full(frames, 6.0),
    )
    for at in range(len(notes)):
        _articulate(line, at, bool(phrase[at]), vowels[at], rng)
    kernel = np.hanning(7) / np.hanning(7).sum()  # formants glide for some 50 ms
    formants = np.stack([np.convolve(np.pad(row, 3, mode="edge"), kernel, mode="valid") for row in line.formants.T], 1)
    formants[:, 0] = np.maximum(formants[:, 0], 440.0 * 2.0 ** ((line.pitch - 69) / 12))  # the jaw opens
    formants[:, 1] = np.maximum(formants[:, 1], 1.15 * formants[:, 0])
    tone = np.maximum(line.tone * (1 + 0.04 * rng.standard_normal(frames)), 0.0)  # shimmer
    return replace(line, formants=np.minimum(formants, 0.48 * RATE), tone=tone)


def _vowels(notes: Notes, singer: Singer, rng: np.random.Generator) -> FloatArray:
    """Formants of each note, (notes, 5): vowels of the singer's, some between two."""
    table = np.array([vocal_tract.FORMANTS[singer.kind][vowel] for vowel in VOWELS], dtype=np.float64)
    first, second = rng.integers(len(VOWELS), size=(2, max(len(notes), 1)))
    mix = (0.5 * rng.random(len(first)))[:, np.newaxis]
    formants: FloatArray = singer.size * (table[first] * (1 - mix) + table[second] * mix)
    return formants


def _pitch(
    notes: Notes, phrase: npt.NDArray[np.bool_], singer: Singer, frames: int, rng: np.random.Generator
) -> FloatArray:
    """MIDI pitch over time: the notes as steps, through a damped spring, with vibrato and jitter."""
    from scipy.signal import bilinear, lfilter

    time = np.arange(frames) / CONTROL
    aim = np.full(frames, float(notes.pitch[0]))
    tune = rng.normal(0, singer.intonation, len(notes))
    vibrato = np.zeros(frames)
    for at, (onset, offset) in enumerate(zip(notes.onset, notes.offset, strict=True)):
        start = round((onset - 1.2 / singer.agility) * CONTROL)  # it leaves early, to be there in time
        aim[max(start, 0) :] = notes.pitch[at] + tune[at]
        if phrase[at] and rng.random() < singer.scooping:
            low, high = max(start, 0), round((onset + rng.uniform(0.03, 0.12)) * CONTROL)
            aim[low:high] -= rng.uniform(0.5, 2.5)
        grown = np.clip((time - onset - singer.vibrato_delay) / 0.35, 0.0, 1.0) * (time < offset)
        if offset - onset > singer.vibrato_delay + 0.15:
            vibrato = np.maximum(vibrato, grown)
    natural, damping = singer.agility, 0.65  # the spring overshoots a little
    numerator, denominator = bilinear([natural**2], [1, 2 * damping * natural, natural**2], CONTROL)
    begin = aim[0]
    followed = begin + lfilter(numerator, denominator, aim - begin)
    if notes.bends:
        asked = np.array([0.0, *(one.semitones for one in notes.bends)])
        followed += asked[np.searchsorted([one.time for one in notes.bends], time, side="right")]
    wander = lfilter([0.03], [1, -0.97], rng.standard_normal(frames)) * 8
    turns = 2 * np.pi * np.cumsum(singer.vibrato_hz * (1 + 0.05 * wander) / CONTROL)
    drift = lfilter([0.05], [1, -0.95], rng.standard_normal(frames)) * 6
    swing = singer.vibrato_depth * lfilter([0.15], [1, -0.85], vibrato) * np.sin(turns + rng.uniform(0, 2 * np.pi))
    jitter = singer.jitter * (0.6 * drift + 0.5 * rng.standard_normal(frames))
    sung_pitch: FloatArray = np.clip(followed + swing + jitter, 12, 115)
    return sung_pitch


def _articulate(line: Line, at: int, phrase: bool, vowel: FloatArray, rng: np.random.Generator) -> None:
    """Write one note, and the consonant before it, into the line's settings."""
    onset, offset = float(line.notes.onset[at]), float(line.notes.offset[at])
    strength = float(line.notes.velocity[at]) / 127
    loud = 0.15 + 0.85 * strength**1.5
    spoken = rng.random() < line.singer.diction
    consonant = CONSONANTS[int(rng.integers(1, len(CONSONANTS)))] if spoken else "none"
    length = float(rng.uniform(0.05, 0.11))  # seconds before the onset
    if at:
        length = min(length, 0.4 * float(line.notes.offset[at - 1] - line.notes.onset[at - 1]) + 0.02)
    frames = len(line.tone)
    first, last = round(onset * CONTROL), min(round(offset * CONTROL), frames - 1)
    before = max(first - max(round(length * CONTROL), 2), 0)

    body = np.arange(first, max(last, first + 2))
    body = body[body < frames]
    attack = rng.uniform(0.015, 0.05) if consonant != "none" else rng.uniform(0.03, 0.09)
    grown = np.clip((body - first + 1) / (attack * CONTROL), 0.0, 1.0)
    swell = 1 + 0.25 * rng.uniform(-1, 1) * np.sin(np.pi * (body - first) / max(len(body), 1))
    legato = consonant == "none" and not phrase
    line.tone[body] = loud * swell * np.maximum(grown, 0.75 if legato else 0.0)
    line.formants[before:] = vowel
    line.tilt[first:] = 14 - 14 * strength
    release = np.arange(last, min(last + round(rng.uniform(0.04, 0.12) * CONTROL) + 1, frames))
    line.tone[release] = loud * np.linspace(0.8, 0.0, len(release))

    early = slice(before, first)
    span = first - before
    if span <= 0 or consonant == "none":
        return
    if consonant in ("nasal", "liquid"):
        line.tone[early] = loud * (0.35 if consonant == "nasal" else 0.55)
        line.formants[early] = vocal_tract.NASAL if consonant == "nasal" else vocal_tract.LIQUID
        return
    line.tone[early] = 0.0
    if consonant == "sibilant":
        line.noise[early] = 0.25 * loud * np.sin(np.pi * (np.arange(span) + 1) / (span + 1))
        line.noise_hz[early] = rng.uniform(3500, 7500)
    else:
        line.noise[max(first - 2, 0) : first] = 0.4 * loud  # the burst; the closure before it is silent
        line.noise_hz[max(first - 3, 0) : first + 1] = rng.uniform(1200, 4500)
