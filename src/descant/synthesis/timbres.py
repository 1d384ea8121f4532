"""Instruments that nobody built: random members of the families of General MIDI, made of partials.

Struck and plucked strings follow the physics of stiff strings (Fletcher and Rossing, The Physics of Musical
Instruments, 1998, chapters 2, 9 and 12): partials stretched by inharmonicity, a comb by where the string is struck,
losses that grow with the frequency, two strings a little apart that make the decay double and let it beat, hammer noise
and dampers. Sustained ones have a spectral slope with random formants, an attack in which the high partials come last,
vibrato and breath. Bars have the partials of tuned bars.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from descant.synthesis.partials import FRAME, Phasors, harmonics, powers, summed

Floats = npt.NDArray[np.floating]

RATE = 22_050
STEP = FRAME / RATE  # seconds from frame to frame
HIGHEST_HZ = 0.47 * RATE
MOST_PARTIALS = 64
INAUDIBLE = 10 ** (-66 / 20)
UNDAMPED = 90  # from this pitch on pianos have no dampers
RINGING = 1.5  # seconds: the release of what has none, so that it ends at all
SHORTEST = 0.12  # seconds in which a partial falls by 60 dB, at the fastest
NOISES = 16


@dataclass(frozen=True)
class Tone:
    """One note as an instrument gets it."""

    pitch: int
    velocity: int
    length: float  # seconds until the key or the pedal lets go
    bend: Callable[[Floats], Floats] | None = None  # semitones at seconds after the onset


@dataclass(frozen=True)
class Body:
    """What colours every note of an instrument alike: resonances over frequency, and touch."""

    resonance_db: Floats  # at RESONANCE_HZ
    level_power: float  # loudness is velocity to this power
    bright_power: float  # so is the cut-off frequency
    cutoff_hz: float  # at velocity 100
    tilt_db: float  # an octave, of the notes' levels
    seed: int

    @classmethod
    def drawn(cls, rng: np.random.Generator, cutoff_hz: tuple[float, float], uneven_db: float) -> Body:
        rough = rng.normal(0.0, uneven_db, len(RESONANCE_HZ) + 2)
        return cls(
            resonance_db=np.convolve(rough, [0.25, 0.5, 0.25], "valid"),
            level_power=float(rng.uniform(0.9, 2.2)),
            bright_power=float(rng.uniform(0.3, 1.2)),
            cutoff_hz=float(np.exp(rng.uniform(*np.log(cutoff_hz)))),
            tilt_db=float(rng.uniform(-3.0, 1.0)),
            seed=int(rng.integers(2**31)),
        )

    def level(self, tone: Tone) -> float:
        """The amplitude of a note."""
        return float((tone.velocity / 127) ** self.level_power * 10 ** (self.tilt_db * (tone.pitch - 60) / 240))

    def shaped(self, amplitude: Floats, hz: Floats, tone: Tone, uneven_db: float) -> Floats:
        """Amplitudes behind the resonances and the velocity's cut-off, of the note's level.

        Each key has its own unevenness, the same whenever it is struck.
        """
        own = np.random.default_rng([self.seed, tone.pitch]).normal(0.0, uneven_db, len(hz))
        cutoff = self.cutoff_hz * (tone.velocity / 100) ** self.bright_power + hz[0]
        decibels = np.interp(np.log(hz), np.log(RESONANCE_HZ), self.resonance_db) + own - 8.7 * hz / cutoff
        shaped: Floats = amplitude * 10 ** (decibels / 20)
        shaped *= self.level(tone) / (np.sqrt(np.sum(shaped**2)) + 1e-12)
        return shaped


RESONANCE_HZ = np.geomspace(60, 11_000, 16)


@dataclass(frozen=True)
class String:
    """Struck or plucked strings, and with other `ratios` bars and bells."""

    body: Body
    stiffness: float  # times a grand piano's; 0: harmonic
    stretch: float  # of the tuning, times a usual piano's
    place: float  # of the string where it is struck, as a share of its length
    slope: float  # dB an octave
    decay: float  # seconds in which middle C falls by 60 dB
    pitch_decay: float  # octaves by which that halves
    loss: float  # how much more the high partials lose
    aftersound: float  # share of the slow part of the decay
    slowness: float  # of the slow part
    detune: float  # cents between the strings
    attack: float  # seconds at velocity 64
    release: float  # seconds
    noise: float  # of the hammer or the plectrum, relative to the note
    damped: bool = True
    ratios: Floats | None = None
    noises: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    def play(self, tone: Tone) -> npt.NDArray[np.float32]:
        """The note, from its onset until it has died away."""
        hz, order = self._frequencies(tone.pitch)
        amplitude = np.abs(np.sin(np.pi * order * self.place)) + 0.05 if self.ratios is None else np.ones(len(hz))
        amplitude = self.body.shaped(amplitude * order ** (self.slope / 6.02), hz, tone, 3.0)
        heard = amplitude > INAUDIBLE * amplitude.max()
        hz, amplitude = hz[heard], amplitude[heard]
        fall = 6.91 / self.decay * 2.0 ** ((tone.pitch - 60) / (12 * self.pitch_decay))  # nepers a second
        fall = np.minimum(fall * (1 + self.loss * ((hz / 1000) ** 2 + 0.3 * hz / 1000)), 6.91 / SHORTEST)
        release = self.release if self.damped and tone.pitch < UNDAMPED else RINGING
        slow = float(fall.min()) * self.slowness
        ending = min(tone.length + 7 * release, -np.log(INAUDIBLE) / slow)
        frames = int(ending / STEP) + 3
        first = powers((-fall + 2j * np.pi * hz) * STEP, frames)
        second = powers((-fall * self.slowness + 2j * np.pi * hz * 2 ** (self.detune / 1200)) * STEP, frames)
        phasors = (first * (1 - self.aftersound) + second * self.aftersound) * amplitude
        phasors *= self._envelope(tone, frames, release)[:, np.newaxis]
        if tone.bend is not None:
            phasors, hz = _bent(phasors, hz, tone.bend)
        sound = summed(phasors, hz, RATE)
        if len(self.noises):
            knock = self.noises[(tone.pitch * 7 + tone.velocity) % len(self.noises)]
            count = min(len(knock), len(sound))
            sound[:count] += knock[:count] * np.float32(self.noise * np.sqrt(np.sum(amplitude**2)))
        return sound

    def _frequencies(self, pitch: int) -> tuple[Floats, Floats]:
        """The partials' frequencies in Hz and their numbers."""
        cents = self.stretch * (((pitch - 66) / 42) ** 3) * 12
        fundamental = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
        if self.ratios is not None:
            hz = fundamental * self.ratios
            inside = hz < HIGHEST_HZ
            inside[0] = True
            return hz[inside], self.ratios[inside]
        order = np.arange(1.0, min(MOST_PARTIALS, max(1, int(HIGHEST_HZ / fundamental))) + 1)
        # Rigaud, David and Daudet 2011: the inharmonicity of pianos along the keyboard.
        stiffness = self.stiffness * (np.exp(-0.0847 * pitch - 5.82) + np.exp(0.0926 * pitch - 13.64))
        hz = fundamental * order * np.sqrt((1 + stiffness * order**2) / (1 + stiffness))
        inside = hz < HIGHEST_HZ
        inside[0] = True
        return hz[inside], order[inside]

    def _envelope(self, tone: Tone, frames: int, release: float) -> Floats:
        """The attack, softer when softly played, and the damper."""
        time = np.arange(frames) * STEP
        attack = self.attack * (64 / tone.velocity) ** 0.5
        rising = np.minimum(time / max(attack, STEP), 1.0)
        return np.asarray(rising * np.exp(-np.maximum(time - tone.length, 0.0) / release))


@dataclass(frozen=True)
class Pipe:
    """Blown, bowed, sung or electronic: sustained by its player."""

    body: Body
    slope: float  # dB an octave
    even: float  # of the even harmonics, as a share
    drawbars: Floats | None  # levels of the harmonics, where they are chosen one by one
    attack: float  # seconds
    lag: float  # how much later the high partials come
    sustain: float  # level after the first half second
    release: float  # seconds
    vibrato: float  # cents
    vibrato_hz: float
    tremolo: float  # share of the amplitude
    scoop: float  # cents below, from which the pitch comes at the onset
    drift: float  # cents
    voices: int  # players
    spread: float  # cents between players
    breath: float  # noise relative to the note

    def play(self, tone: Tone) -> npt.NDArray[np.float32]:
        """The note, from its onset until it is released."""
        frames = int((tone.length + 7 * self.release) / STEP) + 3
        time = np.arange(frames) * STEP
        rng = np.random.default_rng([self.body.seed, tone.pitch, frames])
        fundamental = 440 * 2 ** ((tone.pitch - 69) / 12)
        bend = tone.bend(time) if tone.bend is not None else np.zeros(frames)
        highest = fundamental * 2 ** (float(bend.max()) / 12)
        order = np.arange(1.0, min(MOST_PARTIALS, max(1, int(HIGHEST_HZ / highest))) + 1)
        amplitude: Floats = order ** (self.slope / 6.02) * np.where(order % 2 == 0, self.even, 1.0)
        if self.drawbars is not None:
            amplitude = np.append(self.drawbars, np.zeros(len(order)))[: len(order)] + 1e-4
        amplitude = self.body.shaped(amplitude, fundamental * order, tone, 1.5)
        order = order[: 1 + int(np.flatnonzero(amplitude > INAUDIBLE * amplitude.max())[-1])]
        wave = np.sin(2 * np.pi * (self.vibrato_hz * time + rng.random())) * np.clip(time / 0.4 - 0.4, 0, 1)
        cents = (
            100 * bend
            + self.vibrato * wave
            - self.scoop * np.exp(-time / 0.03)
            + self.drift * np.interp(time, *_wander(rng, time[-1]))
        )
        level = self._envelope(time, tone) * (1 + self.tremolo * wave)
        shape = np.exp(np.outer(np.log(level + 1e-9), 1 + self.lag * np.log2(order))) * amplitude[: len(order)]
        phasors = np.zeros(shape.shape, dtype=np.complex128)
        for voice in range(self.voices):
            apart = self.spread * (voice - (self.voices - 1) / 2) / max(self.voices - 1, 1)
            speed = fundamental * 2 ** ((cents + apart) / 1200)
            phase = 2 * np.pi * (rng.random() + np.concatenate(([0.0], np.cumsum((speed[1:] + speed[:-1]) / 2 * STEP))))
            phasors += harmonics(phase, len(order)) / np.sqrt(self.voices)
        phasors *= shape
        phasors[0] = 0
        mean = fundamental * 2 ** (float(np.mean(cents)) / 1200)
        sound = summed(phasors, mean * order, RATE)
        if self.breath > 0:
            loud = np.interp(np.arange(len(sound)), np.arange(frames) * FRAME, level) * self.body.level(tone)
            noise = np.convolve(rng.normal(0, 1, len(sound)), [0.4, 0.7, 0.4], "same")
            sound += (self.breath * loud * noise).astype(np.float32)
        return sound

    def _envelope(self, time: Floats, tone: Tone) -> Floats:
        attack = max(min(self.attack * (80 / tone.velocity) ** 0.3, 0.5 * tone.length), STEP)
        rising = np.sin(0.5 * np.pi * np.minimum(time / attack, 1.0))
        settled = self.sustain + (1 - self.sustain) * np.exp(-np.maximum(time - attack, 0) / 0.25)
        return np.asarray(rising * settled * np.exp(-np.maximum(time - tone.length, 0) / self.release))


Instrument = String | Pipe


def drawn(program: int, rng: np.random.Generator) -> Instrument:
    """A random instrument of the family of a General MIDI programme."""
    for last, family in _FAMILIES:
        if program <= last:
            return family(rng)
    raise AssertionError("a programme lies in 0 to 127")


def _piano(rng: np.random.Generator) -> String:
    return String(
        body=Body.drawn(rng, (1_000, 6_000), float(rng.uniform(1.0, 6.0))),
        stiffness=float(np.exp(rng.uniform(np.log(0.3), np.log(2.5)))),
        stretch=float(rng.uniform(0.0, 1.4)),
        place=float(rng.uniform(0.08, 0.16)),
        slope=float(rng.uniform(-7.0, -1.0)),
        decay=float(rng.uniform(4.0, 14.0)),
        pitch_decay=float(rng.uniform(1.4, 2.4)),
        loss=float(rng.uniform(0.03, 0.6)),
        aftersound=float(rng.uniform(0.05, 0.5)),
        slowness=float(rng.uniform(0.2, 0.6)),
        detune=float(rng.choice([-1, 1]) * rng.uniform(0.1, 3.0)),
        attack=float(rng.uniform(0.001, 0.006)),
        release=float(rng.uniform(0.03, 0.12)),
        noise=float(rng.uniform(0.0, 0.4)),
        noises=_knocks(rng),
    )


def _electric_piano(rng: np.random.Generator) -> String:
    ratios = np.array([1.0, 2.0, 3.0, 4.0, 5.0, float(rng.uniform(6.0, 8.0)), float(rng.uniform(13.0, 17.0))])
    return String(
        **{
            **_piano(rng).__dict__,
            "ratios": ratios,
            "stiffness": 0.0,
            "stretch": 0.0,
            "slope": float(rng.uniform(-14.0, -6.0)),
        }
    )


def _plucked(rng: np.random.Generator) -> String:
    return String(
        **{
            **_piano(rng).__dict__,
            "stiffness": float(rng.uniform(0.0, 0.5)),
            "stretch": 0.0,
            "place": float(rng.uniform(0.05, 0.4)),
            "slope": float(rng.uniform(-9.0, -3.0)),
            "decay": float(rng.uniform(1.5, 8.0)),
            "aftersound": float(rng.uniform(0.0, 0.3)),
            "attack": 0.001,
        }
    )


def _bars(rng: np.random.Generator) -> String:
    bars = ([1.0, 4.0, 9.9], [1.0, 2.76, 5.4, 8.93], [1.0, 3.0, 6.2], [1.0, 2.0, 3.0, 4.2, 5.4, 6.8])
    ratios = np.array(bars[int(rng.integers(len(bars)))])
    return String(
        **{
            **_piano(rng).__dict__,
            "ratios": ratios,
            "stretch": 0.0,
            "slope": float(rng.uniform(-12.0, -6.0)),
            "decay": float(np.exp(rng.uniform(np.log(0.6), np.log(8.0)))),
            "loss": float(rng.uniform(0.02, 0.3)),
            "aftersound": float(rng.uniform(0.0, 0.2)),
            "damped": bool(rng.random() < 0.5),
            "attack": 0.001,
        }
    )


def _organ(rng: np.random.Generator) -> Pipe:
    drawbars = np.zeros(8)
    drawbars[[0, 1, 2, 3, 4, 5, 7]] = rng.uniform(0, 1, 7) ** 2
    drawbars[0] = rng.uniform(0.6, 1.0)
    return Pipe(
        **{
            **_blown(rng).__dict__,
            "drawbars": drawbars,
            "attack": float(rng.uniform(0.002, 0.03)),
            "lag": 0.0,
            "sustain": 1.0,
            "release": float(rng.uniform(0.005, 0.05)),
            "scoop": 0.0,
            "drift": 0.5,
        }
    )


def _blown(rng: np.random.Generator) -> Pipe:
    return Pipe(
        body=Body.drawn(rng, (1_200, 7_000), float(rng.uniform(2.0, 7.0))),
        slope=float(rng.uniform(-12.0, -3.0)),
        even=float(rng.choice([1.0, 1.0, rng.uniform(0.02, 0.4)])),
        drawbars=None,
        attack=float(np.exp(rng.uniform(np.log(0.008), np.log(0.06)))),
        lag=float(rng.uniform(0.0, 0.5)),
        sustain=float(rng.uniform(0.6, 1.0)),
        release=float(rng.uniform(0.01, 0.06)),
        vibrato=float(rng.choice([0.0, rng.uniform(3.0, 35.0)])),
        vibrato_hz=float(rng.uniform(4.2, 6.8)),
        tremolo=float(rng.uniform(0.0, 0.2)),
        scoop=float(rng.choice([0.0, rng.uniform(0.0, 30.0)])),
        drift=float(rng.uniform(0.0, 4.0)),
        voices=1,
        spread=0.0,
        breath=float(10 ** rng.uniform(-3.5, -1.2)),
    )


def _bowed(rng: np.random.Generator) -> Pipe:
    return Pipe(
        **{
            **_blown(rng).__dict__,
            "slope": float(rng.uniform(-7.0, -3.0)),
            "even": 1.0,
            "attack": float(np.exp(rng.uniform(np.log(0.015), np.log(0.09)))),
            "release": float(rng.uniform(0.03, 0.15)),
        }
    )


def _ensemble(rng: np.random.Generator) -> Pipe:
    return Pipe(**{**_bowed(rng).__dict__, "voices": int(rng.integers(2, 4)), "spread": float(rng.uniform(6.0, 24.0))})


def _electronic(rng: np.random.Generator) -> Pipe:
    return Pipe(
        **{
            **_blown(rng).__dict__,
            "slope": float(rng.choice([-6.02, -6.02, -12.04])),
            "even": float(rng.choice([0.0, 1.0, 0.5])),
            "attack": float(rng.uniform(0.0015, 0.02)),
            "scoop": 0.0,
            "breath": 0.0,
            "voices": int(rng.integers(1, 3)),
            "spread": float(rng.uniform(3.0, 16.0)),
        }
    )


def _any(rng: np.random.Generator) -> Instrument:
    return _FAMILIES[int(rng.integers(len(_FAMILIES) - 1))][1](rng)


_FAMILIES: tuple[tuple[int, Callable[[np.random.Generator], Instrument]], ...] = (
    (3, _piano),
    (5, _electric_piano),
    (7, _plucked),
    (15, _bars),
    (23, _organ),
    (39, _plucked),
    (44, _bowed),
    (46, _plucked),
    (47, _bars),
    (55, _ensemble),
    (79, _blown),
    (95, _electronic),
    (107, _plucked),
    (127, _any),
)
"""The last programme of each family."""


def _knocks(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Short bursts of low noise, each of energy 1 / 10, (NOISES, n)."""
    from scipy.signal import lfilter

    length = float(rng.uniform(0.004, 0.03))
    time = np.arange(int(6 * length * RATE)) / RATE
    softness = float(rng.uniform(0.5, 0.95))
    noise = lfilter([1 - softness], [1, -softness], rng.normal(0, 1, (NOISES, len(time))), axis=1)
    bursts = noise * np.exp(-time / length) * np.minimum(time / 0.001, 1)
    return np.asarray(bursts / (3 * np.max(np.abs(bursts), axis=1, keepdims=True)), dtype=np.float32)


def _wander(rng: np.random.Generator, seconds: float) -> tuple[Floats, Floats]:
    """A slow random line from 0: times and values."""
    count = int(seconds / 0.2) + 2
    return np.arange(count) * 0.2, np.concatenate(([0.0], rng.normal(0, 1, count - 1)))


def _bent(phasors: Phasors, hz: Floats, bend: Callable[[Floats], Floats]) -> tuple[Phasors, Floats]:
    """The note bent, with the mean frequencies of its partials; those that would leave the band are silenced."""
    factor = 2 ** (bend(np.arange(len(phasors)) * STEP) / 12)
    moved = np.concatenate(([0.0], np.cumsum((factor[1:] + factor[:-1]) / 2 - 1))) * STEP
    inside = hz * float(factor.max()) < HIGHEST_HZ
    turned = np.exp(2j * np.pi * np.outer(moved, hz)) * inside
    return phasors * turned, hz * float(np.mean(factor))
