"""Drums made of oscillators and noise, another kit for every seed: 22,050 Hz, mono.

As in the analogue drum machines and the models made of them: a kick is a sine whose pitch falls, with a click; a snare
two modes of its skin and the noise of its wires; toms fall like kicks, more slowly; hi-hats and cymbals are clusters of
square waves and noise behind high-pass filters (Werner, Abel and Smith: A Physically-Informed, Circuit-Bendable,
Digital Model of the Roland TR-808 Bass Drum Circuit, DAFx 2014; and The TR-808 Cymbal, ICMC 2014). Velocity changes
level and brightness; a closed or pedalled hi-hat chokes the open one. A stroke starts at its label's sample.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.types import Audio, Notes

Sound = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]

RATE = 22_050
PEAK = 10 ** (-1 / 20)  # -1 dBFS
LONGEST = 3600.0  # seconds
LAYERS = 4  # velocities at which a stroke is made; between them only its level changes
TAKES = 3  # strokes made of each, so that no two in a row are alike
LONGEST_RING = 6.0  # seconds of a cymbal
CHOKE = 0.01  # seconds in which a closing hi-hat ends an open one
OPEN_HAT, CLOSING = 46, (42, 44)


def drum_machine(notes: Notes, *, seed: int = 0) -> Audio:
    """Play the drum parts. Peaks at -1 dBFS; silence stays silent. The same seed gives the same kit.

    Raises InvalidValueError for music longer than an hour.
    """
    if notes.duration > LONGEST:
        raise InvalidValueError(f"the music lasts {notes.duration / 60:.0f} minutes; 60 at most are played")
    kit = Kit(seed)
    strokes = np.flatnonzero(notes.drum)
    ends = _choked(notes, strokes)
    samples = np.zeros(round((notes.duration + LONGEST_RING) * RATE), dtype=np.float32)
    heard = round(notes.duration * RATE)
    for count, (at, end) in enumerate(zip(strokes.tolist(), ends.tolist(), strict=True)):
        onset = round(float(notes.onset[at]) * RATE)
        stroke = kit.stroke(int(notes.pitch[at]), int(notes.velocity[at]), count)
        if onset + len(stroke) > end:
            stroke = stroke[: end - onset] * _fade(end - onset)
        samples[onset : onset + len(stroke)] += stroke
        heard = max(heard, onset + len(stroke))
    samples = samples[:heard]
    peak = float(np.abs(samples).max(initial=0.0))
    return Audio(samples * np.float32(PEAK / peak) if peak > 0 else samples, RATE)


class Kit:
    """A drum kit drawn by a seed; its strokes are made when they are first needed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made: dict[tuple[int, int, int], Sound] = {}
        rng = np.random.default_rng([seed, 1])
        self._touch = float(rng.uniform(0.8, 1.8))
        self._level = dict(zip(_PIECES, 10 ** (rng.normal(0, 3.0, len(_PIECES)) / 20), strict=True))

    def stroke(self, pitch: int, velocity: int, take: int = 0) -> Sound:
        """One stroke on the piece of a General MIDI percussion key, (n,), from its onset on."""
        piece = _PIECE_OF.get(pitch, "wood")
        layer = min(velocity * LAYERS // 128, LAYERS - 1)
        key = (pitch, layer, take % TAKES)
        if key not in self._made:
            force = (layer + 0.5) / LAYERS
            # The same draws for every layer and take but the last: what varies is the noise, not the drum.
            voice = _PIECES[piece](np.random.default_rng([self._seed, _number(piece)]))
            sound = voice(pitch, force, np.random.default_rng([self._seed, *key]))
            loudest = float(np.abs(sound).max())
            self._made[key] = np.asarray(sound * (_LEVEL[piece] / loudest), dtype=np.float32)
        gain = self._level[piece] * (velocity / 127) ** self._touch
        return self._made[key] * np.float32(gain)


Voice = Callable[[int, float, np.random.Generator], Floats]  # pitch, force from 0 to 1, noise


def _kick(rng: np.random.Generator) -> Voice:
    low, high = rng.uniform(42, 75), rng.uniform(90, 320)
    fall, decay = rng.uniform(0.008, 0.06), np.exp(rng.uniform(np.log(0.06), np.log(0.4)))
    click, drive = rng.uniform(0.0, 0.7), rng.uniform(0.5, 3.0)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        time = _time(decay)
        phase = 2 * np.pi * (low * time + (high - low) * (0.5 + 0.5 * force) * fall * (1 - np.exp(-time / fall)))
        body = np.tanh(drive * np.cos(phase) * np.exp(-time / decay)) * _attack(time, 0.001)
        return np.asarray(body + click * force * _burst(time, 0.004, noise, 1_500, high_pass=False))

    return strike


def _snare(rng: np.random.Generator) -> Voice:
    modes = rng.uniform(150, 260) * np.array([1.0, rng.uniform(1.5, 1.9), rng.uniform(2.1, 2.6)])
    ring, rattle = rng.uniform(0.03, 0.15), np.exp(rng.uniform(np.log(0.05), np.log(0.3)))
    wires, edge = rng.uniform(0.4, 1.6), rng.uniform(700, 2_500)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        time = _time(max(ring, rattle))
        skin = (np.cos(2 * np.pi * np.outer(modes * (1 + 0.04 * force), time)) * [[1.0], [0.6], [0.35]]).sum(axis=0)
        skin = skin * np.exp(-time / ring) * _attack(time, 0.0008)
        return np.asarray(0.6 * skin + wires * (0.5 + force) * _burst(time, rattle * (0.7 + 0.4 * force), noise, edge))

    return strike


def _rim(rng: np.random.Generator) -> Voice:
    modes, decay = np.array([rng.uniform(400, 900), rng.uniform(1_400, 2_600)]), rng.uniform(0.008, 0.03)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        time = _time(decay)
        knock = np.cos(2 * np.pi * np.outer(modes, time)).sum(axis=0) * np.exp(-time / decay)
        return np.asarray(knock * _attack(time, 0.0005) + force * _burst(time, 0.003, noise, 1_000))

    return strike


def _clap(rng: np.random.Generator) -> Voice:
    edge, decay, apart = rng.uniform(600, 1_500), rng.uniform(0.05, 0.2), rng.uniform(0.006, 0.012)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        time = _time(decay)
        sound = 0.7 * _burst(time, decay * (0.7 + 0.5 * force), noise, edge)
        for again in range(3):
            late = round(again * apart * RATE)
            sound[late:] += _burst(time[: len(time) - late], 0.004, noise, edge)
        return sound

    return strike


def _tom(rng: np.random.Generator) -> Voice:
    lowest, decay = rng.uniform(65, 110), rng.uniform(0.1, 0.45)
    overtone, fall, slap = rng.uniform(1.45, 1.65), rng.uniform(1.1, 1.5), rng.uniform(0.05, 0.5)
    step = rng.uniform(1.12, 1.22)

    def strike(pitch: int, force: float, noise: np.random.Generator) -> Floats:
        hz = lowest * step ** _TOMS.index(pitch)
        time = _time(decay)
        phase = 2 * np.pi * hz * (time + (fall - 1) * force * 0.04 * (1 - np.exp(-time / 0.04)))
        skin = np.cos(phase) + 0.4 * force * np.cos(overtone * phase) * np.exp(-time / (0.4 * decay))
        skin = skin * np.exp(-time / decay) * _attack(time, 0.001)
        return np.asarray(skin + slap * force * _burst(time, 0.012, noise, 500))

    return strike


def _metal(rng: np.random.Generator, decays: tuple[float, float], edges: tuple[float, float], bell: float) -> Voice:
    """Six square waves at odd ratios and noise, high-passed; `bell` is the share of ringing partials."""
    squares = rng.uniform(200, 520) * np.array([1.0, *rng.uniform(1.2, 3.2, 5)])
    ringing, strengths = rng.uniform(500, 6_000, 10), rng.uniform(0.2, 1.0, 10)
    decay, edge = np.exp(rng.uniform(*np.log(decays))), rng.uniform(*edges)
    hiss, ping = rng.uniform(0.3, 1.5), rng.uniform(0.2, 1.0) * bell

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        time = _time(decay)
        cluster = np.sign(np.sin(2 * np.pi * (np.outer(squares, time) + noise.random((6, 1))))).mean(axis=0)
        rough = _high_passed(cluster + hiss * noise.normal(0, 0.5, len(time)), edge * (0.8 + 0.4 * force))
        sound = rough * (np.exp(-time / decay) + force * np.exp(-time / (0.1 * decay)))
        if ping > 0:
            tones = np.sin(2 * np.pi * np.outer(ringing, time)) * strengths[:, np.newaxis]
            sound = sound + ping * 0.3 * tones.sum(axis=0) * np.exp(-time / (0.8 * decay))
        return np.asarray(sound * _attack(time, 0.0008))

    return strike


def _cowbell(rng: np.random.Generator) -> Voice:
    first, decay = rng.uniform(480, 720), rng.uniform(0.05, 0.25)
    second = first * rng.uniform(1.4, 1.6)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:  # noqa: ARG001
        time = _time(decay)
        squares = np.sign(np.sin(2 * np.pi * first * time)) + np.sign(np.sin(2 * np.pi * second * time))
        return np.asarray(squares * (np.exp(-time / decay) + force * np.exp(-time / 0.01)) * _attack(time, 0.0008))

    return strike


def _wood(rng: np.random.Generator) -> Voice:
    low, decay = rng.uniform(250, 500), rng.uniform(0.02, 0.12)

    def strike(pitch: int, force: float, noise: np.random.Generator) -> Floats:
        hz = low * 2 ** ((pitch % 12) / 8)
        time = _time(decay)
        tone = np.cos(2 * np.pi * hz * time) + 0.4 * force * np.cos(2 * np.pi * 2.7 * hz * time)
        return np.asarray(
            tone * np.exp(-time / decay) * _attack(time, 0.0008) + 0.3 * force * _burst(time, 0.005, noise, 800)
        )

    return strike


def _shaker(rng: np.random.Generator) -> Voice:
    edge, decay = rng.uniform(3_000, 6_000), rng.uniform(0.02, 0.09)

    def strike(_: int, force: float, noise: np.random.Generator) -> Floats:
        return (0.5 + force) * _burst(_time(decay), decay, noise, edge)

    return strike


_PIECES: dict[str, Callable[[np.random.Generator], Voice]] = {
    "kick": _kick,
    "snare": _snare,
    "rim": _rim,
    "clap": _clap,
    "tom": _tom,
    "closed": partial(_metal, decays=(0.015, 0.06), edges=(4_000, 7_500), bell=0.0),
    "pedal": partial(_metal, decays=(0.02, 0.07), edges=(2_500, 5_500), bell=0.0),
    "open": partial(_metal, decays=(0.15, 0.5), edges=(4_000, 7_500), bell=0.1),
    "crash": partial(_metal, decays=(0.35, 0.8), edges=(1_500, 4_500), bell=0.3),
    "ride": partial(_metal, decays=(0.25, 0.7), edges=(3_000, 6_500), bell=0.5),
    "bell": partial(_metal, decays=(0.2, 0.6), edges=(2_000, 4_000), bell=2.0),
    "cowbell": _cowbell,
    "shaker": _shaker,
    "wood": _wood,
}
_LEVEL = {
    "kick": 1.0, "snare": 0.9, "rim": 0.5, "clap": 0.6, "tom": 0.8, "closed": 0.35, "pedal": 0.25, "open": 0.4,
    "crash": 0.6, "ride": 0.35, "bell": 0.4, "cowbell": 0.4, "shaker": 0.3, "wood": 0.5,
}  # fmt: skip
"""Peaks of a kit's pieces beside each other."""

_TOMS = [41, 43, 45, 47, 48, 50]
_PIECE_OF = {
    **dict.fromkeys((35, 36), "kick"), **dict.fromkeys((38, 40), "snare"), 37: "rim", 39: "clap",
    **dict.fromkeys(_TOMS, "tom"), 42: "closed", 44: "pedal", 46: "open", **dict.fromkeys((49, 52, 55, 57), "crash"),
    **dict.fromkeys((51, 59), "ride"), 53: "bell", 56: "cowbell", **dict.fromkeys((54, 58, 69, 70, 82), "shaker"),
}  # fmt: skip
"""General MIDI's percussion keys; what is not named here sounds as wood."""


def _number(piece: str) -> int:
    return list(_PIECES).index(piece)


def _choked(notes: Notes, strokes: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """The sample at which each stroke ends at the latest: an open hi-hat where the next stroke on the hi-hat comes."""
    ends = np.full(len(strokes), np.iinfo(np.int64).max)
    onset, pitch = np.round(notes.onset[strokes] * RATE).astype(np.int64), notes.pitch[strokes]
    hats = np.sort(onset[np.isin(pitch, (OPEN_HAT, *CLOSING))])
    following = np.searchsorted(hats, onset, side="right")
    chokes = (pitch == OPEN_HAT) & (following < len(hats))
    ends[chokes] = hats[following[chokes]] + round(CHOKE * RATE)
    return ends


def _fade(count: int) -> Sound:
    """1 until the last hundredth of a second, then down to 0, (count,)."""
    return np.asarray(np.minimum(np.arange(count, 0, -1, dtype=np.float32) / (CHOKE * RATE), np.float32(1)))


def _time(decay: float) -> Floats:
    """Seconds until a sound of this time constant has fallen by 60 dB."""
    return np.arange(round(6.9 * decay * RATE)) / RATE


def _attack(time: Floats, seconds: float) -> Floats:
    return np.asarray(np.minimum((time + 1 / RATE) / seconds, 1.0))


def _burst(time: Floats, decay: float, noise: np.random.Generator, hz: float, *, high_pass: bool = True) -> Floats:
    """Noise above (or below) `hz` that dies away at once, as long as `time`."""
    white = noise.normal(0, 0.4, len(time))
    high = _high_passed(white, hz)
    return np.asarray((high if high_pass else white - high) * np.exp(-time / decay) * _attack(time, 0.0005))


def _high_passed(sound: Floats, hz: float) -> Floats:
    """Without what is below `hz`, 12 dB an octave, at once: no delay."""
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(2, min(hz, 0.45 * RATE), "highpass", fs=RATE, output="sos"), sound))
