"""Music for tests: a short piece with its truth known, and renderings of it, made once a session."""

from __future__ import annotations

from functools import cache

import numpy as np

from descant.synthesis import soundfonts
from descant.synthesis.sampler import sampler
from descant.types import Audio, MeterChange, Notes, Part, PitchBend, TempoChange

TIM = str(next(path for path in soundfonts.installed() if path.name == soundfonts.ALWAYS))


@cache
def short_piece() -> Notes:
    """Four bars of 4/4 at 120 bpm (8 s): C, A minor, F, G7 with a melody, a bass and drums."""
    chords = ((60, 64, 67), (57, 60, 64), (60, 65, 69), (59, 62, 65, 67))
    basses = (36, 33, 41, 43)
    melody = (72, 76, 79, 76, 72, 69, 76, 72, 77, 72, 69, 72, 74, 71, 67, 71)
    rows: list[tuple[float, float, int, int, int]] = []  # beat, beats, pitch, velocity, part
    for bar, (chord, bass) in enumerate(zip(chords, basses, strict=True)):
        rows += [(4 * bar + half, 1.9, pitch, 70, 1) for half in (0, 2) for pitch in chord]
        rows += [(4 * bar + half, 1.9, bass, 90, 2) for half in (0, 2)]
        for beat in range(4):
            at = 4 * bar + beat
            rows += [(at, 0.9, melody[at], 100, 0), (at, 0.2, 36 if beat % 2 == 0 else 38, 100, 3)]
            rows += [(at + eighth, 0.2, 42, 70, 3) for eighth in (0.0, 0.5)]
    onset, length, pitch, velocity, part = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return Notes(
        onset / 2,
        (onset + length) / 2,
        pitch,
        velocity,
        part,
        (Part("Flute", 73), Part("Piano", 0), Part("Bass", 33), Part("Drums", 0, drum=True)),
        tempos=(TempoChange(0.0, 120.0),),
        meters=(MeterChange(0.0, 4, 4),),
    )


@cache
def rendered(
    notes: Notes | None = None, *, noise_db: float | None = None, detune_cents: float = 0.0, seed: int = 0
) -> Audio:
    """Notes (the short piece where none are given) played on TimGM6mb.

    noise_db: the level of the white noise that is added, dB over the music's own (-40: 40 dB below); None adds none.
    detune_cents: how far all pitched parts are tuned up, in [-200, 200].
    """
    notes = notes or short_piece()
    tuned = tuple(PitchBend(part, 0.0, detune_cents / 100) for part in range(len(notes.parts)))
    bent = Notes(
        notes.onset,
        notes.offset,
        notes.pitch,
        notes.velocity,
        notes.part,
        notes.parts,
        tuned if detune_cents else notes.bends,
        notes.controls,
        notes.tempos,
        notes.meters,
    )
    audio = sampler(bent, soundfont=TIM)
    if noise_db is None:
        return audio
    noise = np.random.default_rng(seed).standard_normal(audio.samples.shape)
    noisy = audio.samples + noise * np.sqrt(np.mean(audio.samples**2)) * 10 ** (noise_db / 20)
    return Audio(noisy / max(1.0, float(np.abs(noisy).max())), audio.sample_rate)
