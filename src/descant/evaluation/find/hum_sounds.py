"""Hums as sound: tones that glide and tremble as a voice does, and the house's synthesised voice, with noise around.

Both are synthesised, and neither is a person. The tones are a few partials under vowels' formants, gliding from note to
note; the voice (`synthesis/voice.py`) sings vocalise with consonants, scoops and vibrato. Half a second of noise alone
comes before and after.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from descant.evaluation.find.hummed import Level
from descant.synthesis.effects.noise import coloured
from descant.synthesis.voice import RATE, voice
from descant.types import Audio, Melody, Notes, PitchBend
from descant.types.arrays import FloatArray

SILENCE = 0.5  # seconds at both ends
LOWEST, HIGHEST = 48.0, 60.0  # MIDI: the median pitch is brought here by octaves
GLIDE = 0.05  # seconds from one pitch to the next
VIBRATO_HZ, VIBRATO = 5.5, 0.2  # semitones to either side
FADE = 0.03  # seconds
PARTIALS = 8
FORMANTS = ((500.0, 1.0), (1100.0, 0.6), (2400.0, 0.3))  # Hz and amplitude
FORMANT_WIDTH = 180.0  # Hz
PINK = 0.5  # slope of the noise
VELOCITY = 80


def toned(hum: Melody, level: Level) -> Audio:
    """The hum as tones."""
    hum = _in_range(hum)
    count = round((hum.onset[-1] + hum.duration[-1] + FADE) * RATE)
    time = np.arange(count) / RATE
    at = np.clip(np.searchsorted(hum.onset, time, side="right") - 1, 0, len(hum) - 1)
    pitch = _smoothed(hum.pitch[at], GLIDE) + VIBRATO * np.sin(2 * np.pi * VIBRATO_HZ * time)
    loud = _smoothed((time < hum.onset[at] + hum.duration[at]).astype(np.float64), FADE)
    hz = 440.0 * 2.0 ** ((pitch - 69) / 12)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = np.zeros(count)
    for partial in range(1, PARTIALS + 1):
        colour = sum(height / (1 + ((partial * hz - middle) / FORMANT_WIDTH) ** 2) for middle, height in FORMANTS)
        sound += (0.05 + np.asarray(colour)) / partial * np.sin(partial * phase)
    return _in_noise(sound * loud, hum, level)


def sung(hum: Melody, level: Level) -> Audio:
    """The hum in the synthesised voice, whose ways are drawn from the hum."""
    hum = _in_range(hum)
    whole = np.round(hum.pitch)
    bends = tuple(
        PitchBend(0, max(float(at) - GLIDE / 2, 0.0), float(off))
        for at, off in zip(hum.onset, hum.pitch - whole, strict=True)
    )
    velocity = np.full(len(hum), VELOCITY)
    notes = Notes(hum.onset, hum.onset + hum.duration, whole.astype(np.int64), velocity, bends=bends)
    return _in_noise(voice(notes, seed=_seed(hum) % 100_000).samples[0].astype(np.float64), hum, level)


SOUNDS: dict[str, Callable[[Melody, Level], Audio]] = {"tones": toned, "synthesised voice": sung}


def _seed(hum: Melody) -> int:
    return zlib.crc32(hum.to_bytes())


def _in_range(hum: Melody) -> Melody:
    octaves = np.ceil((LOWEST - np.median(hum.pitch)) / 12)
    pitch = np.clip(hum.pitch + 12 * octaves, 24.0, 96.0)
    assert np.median(pitch) <= HIGHEST
    return Melody(pitch, hum.onset, hum.duration, hum.unit)


def _smoothed(curve: FloatArray, seconds: float) -> FloatArray:
    """The curve through a moving window."""
    kernel = np.hanning(round(seconds * RATE) + 2)
    padded = np.pad(curve, (len(kernel) // 2, (len(kernel) - 1) // 2), mode="edge")
    from scipy.signal import oaconvolve

    found: FloatArray = oaconvolve(padded, kernel / kernel.sum(), mode="valid")
    return found


def _in_noise(sound: FloatArray, hum: Melody, level: Level) -> Audio:
    rng = np.random.default_rng(_seed(hum))
    margin = np.zeros(round(SILENCE * RATE))
    power = float(np.sqrt(np.mean(sound**2)))
    whole = np.concatenate([margin, sound, margin])
    whole += power * 10 ** (level.noise_db / 20) * coloured(len(whole), RATE, PINK, rng)
    return Audio((0.5 * whole / np.abs(whole).max())[np.newaxis].astype(np.float32), RATE)
