"""Drum kits as single strokes: one recording for each key and a few velocities, to be mixed stroke by stroke.

A performance mixed from single strokes knows how loud every stroke is by itself, so that its labels can say which ones
the others cover; and each drum can be tuned, damped and levelled as no sampler would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from descant.datasets.accompaniment import GM_KEYS
from descant.features import RATE
from descant.synthesis import drum_machine
from descant.synthesis.sampler import sampler
from descant.types import Notes, Part
from descant.types.drums import drum_class

Samples = npt.NDArray[np.float32]

KEYS = (*range(35, 60), 69, 70, 82)  # General MIDI's drums; tambourine, clap, cowbell, cabasa, maracas and shaker
LEVELS = (45, 85, 122)  # velocities that are recorded
SECONDS = 2.0  # of each stroke
LOUDNESS = 2.0  # SoundFonts' amplitude grows with this power of the velocity
INAUDIBLE = 1e-3  # of a stroke's peak: its end is cut off there
HI_HATS = (42, 44, 46)  # each stops the one before
OPEN_HI_HAT = 46
CHOKE = round(0.02 * RATE)  # samples that the stopping takes

Kit = Mapping[int, tuple[Samples, ...]]  # by key, a recording for each of LEVELS, brought to velocity 127's loudness


@cache
def sampled_kit(soundfont: str, program: int) -> Kit:
    """A SoundFont's kit; keys that it leaves silent are missing."""
    keys = np.repeat(KEYS, len(LEVELS))
    velocity = np.tile(LEVELS, len(KEYS))
    onset = np.arange(len(keys), dtype=np.float64) * SECONDS
    part = (Part("drums", program, drum=True),)
    notes = Notes(onset, np.asarray(onset + 0.5 * SECONDS), keys, velocity, np.zeros(len(keys), dtype=np.int64), part)
    import soxr

    sound = sampler(notes, soundfont=soundfont)
    samples = soxr.resample(sound.samples.mean(axis=0), sound.sample_rate, RATE)
    samples = np.pad(samples, (0, max(0, round(len(keys) * SECONDS * RATE) - len(samples))))
    found: dict[int, tuple[Samples, ...]] = {}
    for number, key in enumerate(KEYS):
        strokes = []
        for at, level in enumerate(LEVELS, number * len(LEVELS)):
            start = round(at * SECONDS * RATE)
            stroke = samples[start : start + round(SECONDS * RATE)]
            strokes.append(trimmed(stroke * np.float32((127 / level) ** LOUDNESS)))
        if all(len(one) for one in strokes):
            found[key] = tuple(strokes)
    loudest = max((float(np.abs(one).max()) for strokes in found.values() for one in strokes), default=1.0)
    return {key: tuple(one / np.float32(loudest) for one in strokes) for key, strokes in found.items()}


def machine_kit(seed: int) -> Kit:
    """The drum machine's kit of this seed, each stroke as loud as the hardest."""
    machine = drum_machine.Kit(seed)
    found: dict[int, tuple[Samples, ...]] = {}
    for key in KEYS:
        strokes = [machine.stroke(key, level) for level in (*LEVELS, 127)]
        peaks = [float(np.abs(one).max()) for one in strokes]
        found[key] = tuple(
            trimmed(one * np.float32(peaks[-1] / peak)) for one, peak in zip(strokes[:-1], peaks, strict=False)
        )
    return found


def trimmed(stroke: Samples) -> Samples:
    """The stroke up to where it can no longer be heard; nothing where it never can."""
    level = np.abs(stroke)
    peak = float(level.max(initial=0.0))
    if peak < 1e-5:
        return stroke[:0]
    return np.asarray(stroke[: int(np.flatnonzero(level > INAUDIBLE * peak)[-1]) + 1], dtype=np.float32).copy()


@dataclass(frozen=True)
class Character:
    """How one class of drums sounds in one recording, on top of the kit."""

    semitones: float  # higher
    gain_db: float
    decay: float  # seconds after which damping has taken 60 dB; infinite: none
    tilt_db: float  # how much louder an octave is than the one below, from 200 Hz to 6 kHz


def character(rng: np.random.Generator) -> Character:
    """A drawn one: tuned by up to four semitones either way, often damped."""
    return Character(
        float(rng.uniform(-4.0, 4.0)),
        float(np.clip(rng.normal(0.0, 4.0), -9.0, 9.0)),
        float(np.exp(rng.uniform(np.log(0.15), np.log(2.0)))) if rng.random() < 0.4 else np.inf,
        float(rng.normal(0.0, 1.2)),
    )


def treated(stroke: Samples, how: Character) -> Samples:
    """A stroke with this character."""
    import soxr

    rate = RATE * 2.0 ** (how.semitones / 12)
    changed: Samples = soxr.resample(stroke, rate, RATE).astype(np.float32)
    if abs(how.tilt_db) > 0.1:
        size = 1 << max(1, len(changed) + 512).bit_length()
        hz = np.fft.rfftfreq(size, 1 / RATE)
        tilt = 10 ** (how.tilt_db / 20 * np.log2(np.clip(hz, 200.0, 6_000.0) / 1_000.0))
        changed = np.fft.irfft(np.fft.rfft(changed, size) * tilt, size)[: len(changed)].astype(np.float32)
    if np.isfinite(how.decay):
        changed *= (10.0 ** (-3.0 / how.decay * np.arange(len(changed)) / RATE)).astype(np.float32)
    return changed * np.float32(10 ** (how.gain_db / 20))


def mixed(
    notes: Notes, kits: Sequence[Kit], characters: Sequence[Character], power: float, length: int
) -> tuple[Samples, npt.NDArray[np.float64]]:
    """A drum part on kits: `length` samples at RATE, and how well each stroke is heard, 0 to 1.

    kits, characters: one for each class of drums and one for other percussion (the last). power: of the velocity that
    the amplitude grows with. A stroke that no kit has is not heard.
    """
    kinds = drum_class(notes.pitch)
    bank: dict[tuple[int, int], Samples] = {}
    sound = np.zeros(length, dtype=np.float32)
    own: list[tuple[int, Samples]] = []
    next_hat = _next_hi_hat(notes)
    for at, (onset, pitch, velocity, kind) in enumerate(
        zip(notes.onset.tolist(), notes.pitch.tolist(), notes.velocity.tolist(), kinds.tolist(), strict=True)
    ):
        key = GM_KEYS.get(pitch, pitch)
        layer = int(np.abs(np.array(LEVELS) - velocity).argmin())
        if (key, layer) not in bank:
            strokes = kits[kind].get(key)
            bank[key, layer] = np.zeros(0, np.float32) if strokes is None else treated(strokes[layer], characters[kind])
        stroke = bank[key, layer] * np.float32((velocity / 127) ** power)
        start = round(onset * RATE)
        if key == OPEN_HI_HAT:
            stroke = _stopped(stroke, next_hat[at] - start)
        stroke = stroke[: max(0, length - start)]
        sound[start : start + len(stroke)] += stroke
        own.append((start, stroke))
    return sound, np.array([audibility(stroke, sound[start:]) for start, stroke in own])


def audibility(stroke: Samples, sound: Samples) -> float:
    """How well a stroke is heard in a sound that contains it, from 0 (covered) to 1, by its first 46 ms.

    1 where in some third of an octave at least half of the energy is its own; 0 below a twentieth.
    """
    size = 1024
    head = stroke[:size]
    if len(head) < 16:
        return 0.0
    window = _HEAD_WINDOW
    mine = np.square(np.abs(np.fft.rfft(np.pad(head, (0, size - len(head))) * window)))
    rest = sound[:size].copy()
    rest[: len(head)] -= head
    others = np.square(np.abs(np.fft.rfft(np.pad(rest, (0, size - len(rest))) * window)))
    mine, others = (np.add.reduceat(one, _THIRDS) for one in (mine, others))
    relevant = mine > 0.01 * mine.max()
    share = float(np.max((mine / np.maximum(mine + others, 1e-12))[relevant], initial=0.0))
    return float(np.clip((share - 0.05) / 0.45, 0.0, 1.0))


_HEAD_WINDOW = np.hanning(2 * 1024)[1024:]
_THIRDS = np.unique(np.round(np.geomspace(2, 460, 24)).astype(int))


def _stopped(stroke: Samples, after: int) -> Samples:
    """An open hi-hat that is closed `after` samples later."""
    if after + CHOKE >= len(stroke):
        return stroke
    stroke = stroke[: after + CHOKE].copy()
    stroke[after:] *= np.linspace(1.0, 0.0, CHOKE, dtype=np.float32)
    return stroke


def _next_hi_hat(notes: Notes) -> list[int]:
    """For each stroke the sample at which the next hi-hat stroke comes; far away where none does."""
    following = [10**9] * len(notes)
    later = 10**9
    for at in range(len(notes) - 1, -1, -1):
        following[at] = later
        if GM_KEYS.get(int(notes.pitch[at]), int(notes.pitch[at])) in HI_HATS:
            later = round(float(notes.onset[at]) * RATE)
    return following
