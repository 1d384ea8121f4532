"""What music is heard through in a room full of people or by a road: babble, traffic and pink noise, all synthesised.

Babble is eight talkers of `voice.py`, whose notes are syllables, about five a second, sinking from phrase to phrase's
end as speech does; the words are of no tongue. Traffic is a rumble and vehicles that come and go: tyres' noise around
1 kHz and an engine's partials, both rising and falling in loudness and, by the Doppler effect, sinking in pitch as they
pass. Pink noise falls by 3 dB an octave. Each gives `count` samples, float32, of mean square 1; one seed, one sound.

Simplified: no room, no horns, no sirens, no words. Real crowds and streets differ, and figures on these say so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from descant.synthesis.effects.noise import coloured
from descant.types import Notes

Samples = npt.NDArray[np.float32]

TALKERS = 8
SYLLABLE = (0.11, 0.28)  # seconds
PAUSE = (0.15, 0.7)  # seconds between phrases
PITCH = (42.0, 58.0)  # MIDI pitch at which talkers' phrases end: 92 to 233 Hz
VEHICLE_EVERY = 2.5  # seconds, on average
IN_EARSHOT = 5.0  # seconds before and after a vehicle passes
SOUND_SPEED = 343.0  # m/s


def babble(count: int, rate: int, rng: np.random.Generator) -> Samples:
    """Eight people talking at once."""
    import soxr

    from descant.synthesis import voice

    seconds = count / rate + 1.0
    length = round(seconds * voice.RATE)
    total = np.zeros(length, dtype=np.float32)
    for seed in rng.integers(1 << 31, size=TALKERS).tolist():
        notes = _syllables(seconds, np.random.default_rng(seed))
        total += voice.sounded(voice.lines(notes, seed=seed), length, seed)
    skipped = rate // 2  # not all of them begin at once
    return _unit(soxr.resample(total, voice.RATE, rate)[skipped : skipped + count])


def _syllables(seconds: float, rng: np.random.Generator) -> Notes:
    """A talker's syllables, as notes."""
    onset, offset, pitch = [], [], []
    now, low = 0.0, rng.uniform(*PITCH)
    while now < seconds:
        syllables, fall = int(rng.integers(4, 14)), rng.uniform(1.0, 5.0)
        for number in range(syllables):
            length = rng.uniform(*SYLLABLE)
            onset.append(now)
            offset.append(now + 0.9 * length)
            pitch.append(round(low + fall * (1 - number / syllables) + rng.normal()))
            now += length
        now += rng.uniform(*PAUSE)
    return Notes(np.array(onset), np.array(offset), np.array(pitch), rng.integers(70, 120, len(onset)))


def traffic(count: int, rate: int, rng: np.random.Generator) -> Samples:
    """A road: vehicles passing, over the rumble of those far away."""
    from scipy.signal import butter, sosfilt

    total = _unit(coloured(count, rate, 1.0, rng)).astype(np.float64)
    tyres = sosfilt(butter(1, [500.0, 2000.0], "bandpass", fs=rate, output="sos"), rng.standard_normal(count))
    tyres /= np.std(tyres) + 1e-12
    for _ in range(1 + rng.poisson(count / rate / VEHICLE_EVERY)):
        passes, speed, away = rng.uniform(-1.0, count / rate + 1.0), rng.uniform(8.0, 20.0), rng.uniform(4.0, 15.0)
        first, last = (min(max(round((passes + side * IN_EARSHOT) * rate), 0), count) for side in (-1, 1))
        time = np.arange(first, last) / rate - passes
        distance = np.hypot(speed * time, away)  # metres
        shift = 1 / (1 + speed / SOUND_SPEED * speed * time / distance)
        turns = np.cumsum(rng.uniform(30.0, 90.0) * shift) / rate
        engine = sum(np.sin(2 * np.pi * (partial * turns + rng.random())) / partial for partial in range(1, 13))
        near = rng.uniform(8.0, 20.0) / distance * np.cos(0.5 * np.pi * time / IN_EARSHOT) ** 2
        total[first:last] += near * (tyres[first:last] + rng.uniform(0.3, 1.0) * engine)
    return _unit(total)


def pink(count: int, rate: int, rng: np.random.Generator) -> Samples:
    """Noise of equal power in every octave."""
    return _unit(coloured(count, rate, 0.5, rng))


NOISES: dict[str, Callable[[int, int, np.random.Generator], Samples]] = {
    "babble": babble,
    "traffic": traffic,
    "pink": pink,
}


def mixed(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Sound (n,) with noise (n,) added at a signal-to-noise ratio over the whole; its peak is 1 at most."""
    loud = float(np.sqrt(np.mean(np.square(samples), dtype=np.float64)))
    total = samples + np.float32(loud * 10.0 ** (-snr_db / 20)) * noise
    return np.asarray(total / max(1.0, float(np.abs(total).max(initial=0.0))), dtype=np.float32)


def _unit(samples: npt.NDArray[np.floating]) -> Samples:
    """Turned to a mean square of 1."""
    return np.asarray(samples / (np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-12), dtype=np.float32)
