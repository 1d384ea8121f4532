"""Drummers on many kits, alone and in bands: excerpts of 24 seconds.

Real performances (Groove, its own training and validation splits), faster and slower, with the hi-hat's part now and
then moved to a cymbal, fills in a row, double kicks; struck on kits that are put together, tuned, damped and levelled
anew for each item, from SoundFonts and from a drum machine; two fifths under a band that plays in the same tempo; as if
recorded. Some items have no drums at all. The confidence of a note in the truth says how well the stroke is heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from descant.datasets import groove, pop909
from descant.datasets.accompaniment import BASS_LINES, COMPS, bass_line, comping
from descant.datasets.arrangement import performed, sheet_of, with_part
from descant.datasets.excerpt import excerpt
from descant.datasets.groove import GroovePerformance
from descant.features import RATE
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.training.corpora.kits import Kit, Samples, character, machine_kit, mixed, sampled_kit
from descant.training.corpora.plain import training_fonts
from descant.types import Audio, Notes, Part, Piece
from descant.types.drums import DRUM_CLASSES

SECONDS = 24.0
LENGTH = round(SECONDS * RATE)
# FluidR3's and MuseScore General's kits; those of HELD_OUT only validate.
PROGRAMS = (*range(16), 24, 25, 32, 33, 34, 35, 36, 40, 41, 42, 48)
HELD_OUT = (16, 17, 18, 19)
SPLITS = {"train": "train", "valid": "validation"}
BAND, NO_DRUMS = 0.4, 0.12  # shares of items
FILLS, DOUBLE_KICK, MOVED_HAT, SHAKER = 0.2, 0.08, 0.2, 0.12
HAT, RIDE, CRASH, KICK = (42, 44, 46, 22, 26), 51, 49, 36
SHAKERS = (54, 69, 70, 82)  # tambourine, cabasa, maracas, shaker: no drum that is asked for
BASSES, COMPERS = (32, 33, 34, 35, 36, 38), (0, 1, 4, 16, 18, 24, 25, 26, 27, 28, 29, 30, 48, 50, 61, 81)


class Drums:
    """The corpus: item `i` is always the same excerpt."""

    name = "drums-1"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One excerpt."""
        whole = takes(SPLITS[split], fills=False)
        take = whole[int(rng.integers(len(whole)))]
        bpm = float(np.clip(take.bpm * np.exp(rng.uniform(np.log(0.7), np.log(1.4))), 55.0, 240.0))
        notes = _nothing() if rng.random() < NO_DRUMS else performance(split, take, bpm, rng)
        kits = _kits(split, index, rng)
        characters = [character(rng) for _ in kits]
        sound, heard = mixed(notes, kits, characters, float(rng.uniform(0.9, 2.2)), LENGTH)
        if len(notes) == 0 or rng.random() < BAND:
            band = accompaniment(split, bpm, rng)
            ratio_db = float(rng.uniform(-8.0, 12.0))
            sound = level(sound) + level(band) * np.float32(10 ** (-ratio_db / 20))
        sound = level(recorded(level(sound)[np.newaxis], RATE, rng)[0])
        sound *= np.float32(min(1.0, 0.98 / max(float(np.abs(sound).max()), 1e-6)))
        piece = Piece(f"Groove {take.id}", SECONDS).with_(replace(notes, confidence=heard))
        return Audio(sound[np.newaxis], RATE), piece


def performance(split: str, take: GroovePerformance, bpm: float, rng: np.random.Generator) -> Notes:
    """SECONDS of a take, or of fills in a row, at another tempo and slightly changed."""
    if rng.random() < FILLS:
        fills = takes(SPLITS[split], fills=True)
        chosen = [fills[at] for at in rng.integers(len(fills), size=12)]
        parts, reached = [], 0.0
        for one in chosen:
            factor = float(np.exp(rng.uniform(-0.3, 0.3)))
            parts.append((one.notes.onset * factor + reached, one.notes))
            reached += one.notes.duration * factor + float(rng.uniform(0.0, 0.6))
    else:
        parts = [(take.notes.onset * take.bpm / bpm, take.notes)]
    onset = np.concatenate([times for times, _ in parts])
    pitch, velocity = (np.concatenate([getattr(one, name) for _, one in parts]) for name in ("pitch", "velocity"))
    start = float(rng.uniform(0.0, max(0.0, float(onset.max(initial=0.0)) - SECONDS)))
    inside = (onset >= start) & (onset < start + SECONDS - 0.1)
    onset, pitch, velocity = onset[inside] - start, pitch[inside].copy(), velocity[inside]
    if rng.random() < MOVED_HAT:
        moved = np.isin(pitch, HAT)
        pitch[moved] = np.where(rng.random(int(moved.sum())) < 0.9, rng.choice([RIDE, 59, 57, CRASH]), RIDE)
    if rng.random() < DOUBLE_KICK:
        onset, pitch, velocity = _with_double_kick(onset, pitch, velocity, bpm, rng)
    if rng.random() < SHAKER:
        beats = np.arange(0.0, SECONDS - 0.1, 30.0 / bpm) + 0.01
        onset = np.concatenate([onset, beats])
        pitch = np.concatenate([pitch, np.full(len(beats), rng.choice(SHAKERS))])
        velocity = np.concatenate([velocity, rng.integers(50, 110, size=len(beats))])
    return Notes(onset, onset + 0.05, pitch, velocity, np.zeros(len(onset), dtype=np.int64), _PART)


def _with_double_kick(
    onset: np.ndarray, pitch: np.ndarray, velocity: np.ndarray, bpm: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kicks in sixteenths through a stretch of bars, in place of those that were there."""
    step = 15.0 / float(np.clip(bpm, 90.0, 220.0))
    start, end = sorted(rng.uniform(0.0, SECONDS - 0.2, size=2).tolist())
    kicks = np.arange(start, end, step)
    kicks = np.abs(kicks + rng.normal(0.0, 0.004, size=len(kicks)))
    kept = ~((pitch == KICK) & (onset >= start) & (onset < end))
    return (
        np.concatenate([onset[kept], kicks]),
        np.concatenate([pitch[kept], np.full(len(kicks), KICK)]),
        np.concatenate([velocity[kept], rng.integers(80, 127, size=len(kicks))]),
    )


def accompaniment(split: str, bpm: float, rng: np.random.Generator) -> Samples:
    """SECONDS of a song (POP909) with a bass and a comping instrument, from a downbeat on, at this tempo."""
    import soxr

    songs = pop909.song_ids(split)
    song = pop909.read_song(songs[int(rng.integers(len(songs)))])
    sheet = sheet_of(song.notes, song.beats, song.chords)
    programs = [int(rng.choice(COMPERS)) for _ in sheet.parts]
    sheet = replace(
        sheet, parts=tuple(replace(part, program=one) for part, one in zip(sheet.parts, programs, strict=True))
    )
    bars = range(len(sheet.bars) - 1)
    sheet = with_part(
        sheet,
        Part("BASS", int(rng.choice(BASSES))),
        bass_line(sheet, str(rng.choice(sorted(BASS_LINES))), bars, rng),
        volume=int(rng.integers(70, 128)),
    )
    sheet = with_part(
        sheet, Part("CHORDS", int(rng.choice(COMPERS))), comping(sheet, str(rng.choice(sorted(COMPS))), bars, rng)
    )
    notes = performed(sheet, np.arange(len(sheet.positions), dtype=np.float64) * (60.0 / bpm)).notes
    lines = sheet.bars * 60.0 / bpm
    start = float(rng.choice(lines[: max(1, int(np.searchsorted(lines, lines[-1] - SECONDS)))]))
    cut = excerpt(notes, start, start + SECONDS)
    fonts = training_fonts()
    sound = sampler(cut, soundfont=fonts[int(rng.integers(len(fonts)))])
    samples: Samples = soxr.resample(sound.samples.mean(axis=0), sound.sample_rate, RATE)[:LENGTH].astype(np.float32)
    return np.pad(samples, (0, LENGTH - len(samples)))


def level(sound: Samples) -> Samples:
    """The sound at an RMS of a tenth; silence stays."""
    rms = float(np.sqrt(np.mean(np.square(sound), dtype=np.float64)))
    return sound if rms < 1e-6 else sound * np.float32(0.1 / rms)


def _kits(split: str, index: int, rng: np.random.Generator) -> list[Kit]:
    """A kit for each class of drums and one for the rest: the same for all, or each from another.

    Every third item is played on a drum machine, mixed with sampled drums or not.
    """
    share = float(rng.choice([0.5, 1.0])) if index % 3 == 2 else 0.0
    one = _kit(split, share == 1.0, rng)
    alone = share == 0.5 or rng.random() < 0.35
    kits = [_kit(split, rng.random() < share, rng) if alone else one for _ in range(len(DRUM_CLASSES))]
    return [*kits, _kit(split, False, rng)]


def _kit(split: str, machine: bool, rng: np.random.Generator) -> Kit:
    if machine:
        return machine_kit(int(rng.integers(2**31)))
    programs = PROGRAMS if split == "train" else HELD_OUT
    fonts = training_fonts()
    return sampled_kit(fonts[int(rng.integers(len(fonts)))], int(rng.choice(programs)))


@cache
def takes(split: str, fills: bool) -> Sequence[GroovePerformance]:
    """Whole takes, or fills of a bar or two."""
    return tuple(one for one in _all(split) if one.fill == fills and one.notes.duration > (0.5 if fills else 8.0))


@cache
def _all(split: str) -> Sequence[GroovePerformance]:
    return tuple(groove.performances(split))


_PART = (Part("drums", 0, drum=True),)


def _nothing() -> Notes:
    none, numbers = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Notes(none, none, numbers, numbers, numbers, _PART)
