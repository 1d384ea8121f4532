"""Pitch contours measured on tones whose pitch is known exactly: glides and vibrato, clean and in noise.

Each clip is a row of harmonic tones with pauses between them; what differs from tone to tone is the course of the
pitch (80 to 1000 Hz), the spectrum (its slope, odd partials only, a weak fundamental) and the level. The truth is the
formula that made the sound.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descant.registry import find
from descant.types import Audio, PitchContour
from descant.types.arrays import FloatArray

RATE = 22_050  # Hz
CLIPS = 8
TONES = 4  # in a clip
LOWEST, HIGHEST = 80.0, 1000.0  # Hz
SNRS_DB = (20, 10, 0)
FRAME_SECONDS = 0.01  # of the truth
FADE_SECONDS = 0.01
TEST_SEED = 909  # other clips than those of seed 0, which the dither of `features/f0.py` was chosen on
TASK = "pitch"
BASELINE = "pyin"


@dataclass(frozen=True, eq=False)
class ToneClip:
    """A sound and its true pitch: `hz` at `time` (seconds), 0 where nothing sounds."""

    audio: Audio
    time: FloatArray
    hz: FloatArray


def tone_clips(count: int = CLIPS, seed: int = 0) -> list[ToneClip]:
    """Clean clips of about 5 s, the same for the same seed; glides and vibrato by turns."""
    rng = np.random.default_rng(seed)
    return [_clip(rng) for _ in range(count)]


def with_noise(clip: ToneClip, colour: str, snr_db: float, seed: int = 0) -> ToneClip:
    """The clip in `white` or `pink` noise, `snr_db` below the power of the sounding tones."""
    noise = np.random.default_rng(seed).standard_normal(clip.audio.frames)
    if colour == "pink":
        spectrum = np.fft.rfft(noise)
        noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(noise))
    samples = clip.audio.samples[0].astype(np.float64)
    power = np.mean(np.square(samples[samples != 0]))
    noisy = samples + noise * np.sqrt(power / np.mean(np.square(noise)) / 10 ** (snr_db / 10))
    return ToneClip(Audio(0.9 * noisy / np.abs(noisy).max(), clip.audio.sample_rate), clip.time, clip.hz)


def conditions() -> Iterator[tuple[str, list[ToneClip]]]:
    """The clips under the name of each condition: clean, then each noise at each level."""
    clean = tone_clips(seed=TEST_SEED)
    yield "clean", clean
    for colour in ("white", "pink"):
        for snr in SNRS_DB:
            yield f"{colour}-{snr}dB", [with_noise(clip, colour, snr, seed) for seed, clip in enumerate(clean)]


def evaluate_pitch(reference: ToneClip, estimate: PitchContour) -> dict[str, float]:
    """mir_eval's melody measures, rates from 0 to 1.

    Raw pitch accuracy asks for the pitch within 50 (or 25) cents wherever the truth sounds, whether or not the estimate
    calls it voiced.
    """
    from mir_eval import melody

    if len(estimate) == 0:
        estimate = PitchContour(
            reference.time, np.zeros(len(reference.time)), np.zeros(len(reference.time), dtype=bool)
        )
    # mir_eval's convention: a negative frequency is a guess at an unvoiced frame.
    guess = np.where(estimate.voiced, estimate.hz, -estimate.hz)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*no voiced frames")  # an answer like any other
        aligned = melody.to_cent_voicing(reference.time, reference.hz, estimate.time, guess)
        recall, false_alarm = melody.voicing_measures(aligned[0], aligned[2])
        return {
            "Raw Pitch Accuracy": float(melody.raw_pitch_accuracy(*aligned)),
            "Raw Pitch Accuracy (25 cents)": float(melody.raw_pitch_accuracy(*aligned, cent_tolerance=25)),
            "Voicing Recall": float(recall),
            "Voicing False Alarm": float(false_alarm),
            "Overall Accuracy": float(melody.overall_accuracy(*aligned)),
        }


def pitch_rows(systems: Sequence[str] = ("swift-f0", BASELINE)) -> list[dict[str, Any]]:
    """Each system under each condition, as rows of the evaluation table: means over the clips."""
    rows = []
    for condition, clips in conditions():
        means = {system: _means(system, clips) for system in dict.fromkeys([*systems, BASELINE])}
        rows += [_row(system, condition, len(clips), means) for system in systems]
    return [row for measures in rows for row in measures]


def _means(system: str, clips: Sequence[ToneClip]) -> dict[str, float]:
    transform = find(system)
    measured = [evaluate_pitch(clip, transform(clip.audio)) for clip in clips]
    return {metric: float(np.mean([one[metric] for one in measured])) for metric in measured[0]}


def _row(system: str, condition: str, count: int, means: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    return [
        {
            "task": TASK,
            "system": system,
            "data": f"synthesised-tones/{condition}",
            "metric": metric,
            "value": value,
            "n": count,
            "baseline": means[BASELINE][metric] if system != BASELINE else None,
            "baseline_system": BASELINE if system != BASELINE else None,
            "rendered": None,
        }
        for metric, value in means[system].items()
    ]


def _clip(rng: np.random.Generator) -> ToneClip:
    sound: list[FloatArray] = [_pause(rng)]
    pitch: list[FloatArray] = [0.0 * sound[0]]
    for index in range(TONES):
        course = _glide(rng) if index % 2 else _vibrato(rng)
        sound += [_harmonics(course, rng), _pause(rng)]
        pitch += [course, 0.0 * sound[-1]]
    samples, hz = np.concatenate(sound), np.concatenate(pitch)
    step = round(FRAME_SECONDS * RATE)
    at = np.arange(0, len(hz), step)
    return ToneClip(Audio(0.9 * samples / np.abs(samples).max(), RATE), at / RATE, hz[at])


def _pause(rng: np.random.Generator) -> FloatArray:
    return np.zeros(round(rng.uniform(0.2, 0.5) * RATE))


def _glide(rng: np.random.Generator) -> FloatArray:
    """Hz of each sample: straight in pitch between two pitches, at most an octave a second apart."""
    seconds = rng.uniform(0.6, 1.2)
    start = rng.uniform(np.log2(LOWEST), np.log2(HIGHEST))
    end = np.clip(start + rng.uniform(-1, 1) * seconds, np.log2(LOWEST), np.log2(HIGHEST))
    return np.asarray(2 ** np.linspace(start, end, round(seconds * RATE)))


def _vibrato(rng: np.random.Generator) -> FloatArray:
    """Hz of each sample: 20 to 150 cents up and down, 4 to 8 times a second."""
    at = np.arange(round(rng.uniform(0.6, 1.2) * RATE)) / RATE
    depth = rng.uniform(20, 150) / 1200
    centre = rng.uniform(np.log2(LOWEST) + depth, np.log2(HIGHEST) - depth)
    return np.asarray(2 ** (centre + depth * np.sin(2 * np.pi * (rng.uniform(4, 8) * at + rng.uniform()))))


def _harmonics(hz: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A tone with the given course of pitch; partials fade out below half the sample rate."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    slope_db = rng.choice([-3.0, -6.0, -12.0])  # an octave
    odd_only = rng.random() < 0.2
    fundamental = 10 ** (-rng.choice([0.0, 0.0, 12.0]) / 20)
    tone = np.zeros(len(hz))
    for partial in range(1, 41, 2 if odd_only else 1):
        gain = fundamental if partial == 1 else partial ** (slope_db / 6.02)
        room = np.clip((0.45 * RATE - partial * hz) / 500, 0, 1)
        tone += gain * room * np.sin(partial * phase + rng.uniform(0, 2 * np.pi))
    fade = np.clip(np.minimum(np.arange(len(hz)), np.arange(len(hz))[::-1]) / (FADE_SECONDS * RATE), 0, 1)
    return np.asarray(fade * tone / np.sqrt(np.mean(np.square(tone))) * 10 ** (rng.uniform(-12, 0) / 20))
