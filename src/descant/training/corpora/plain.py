"""POP909 as its MIDI files have it: piano, melody and bridge, whole songs, dry, without drums.

Mostly on the pianos that the files name; every third song with other keyboards, guitars and winds in their place.
FluidR3; detuned by up to 35 cents.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.datasets import pop909
from descant.errors import MissingDataError
from descant.features import RATE
from descant.synthesis import soundfonts
from descant.synthesis.sampler import sampler
from descant.training.corpora.retune import FURTHEST_CENTS, retuned
from descant.types import Audio, Notes, Piece

FONTS = ("FluidR3_GM.sf2", "MuseScore_General.sf2", "MuseScore_General.sf3")  # one family, MIT
PIANOS = (0, 0, 0, 1, 2)
MELODIES = (0, 4, 11, 21, 22, 24, 25, 40, 52, 56, 65, 71, 73, 79, 80)
ACCOMPANIMENTS = (0, 4, 5, 6, 19, 24, 25, 26, 27, 46, 48, 89)
CHANGED = 1 / 3  # share of songs with other instruments


class Plain:
    """The corpus: item `i` is song `i` of the split in an order that never changes."""

    name = "plain-1"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One song."""
        songs = pop909.song_ids(split)
        order = np.random.default_rng(0).permutation(len(songs))
        song = pop909.read_song(songs[order[index % len(songs)]])
        notes = orchestrated(song.notes, rng)
        sound = sampler(notes, soundfont=training_fonts()[0])
        piece = Piece(f"POP909 {song.id}", sound.duration).with_(notes).with_(song.beats).with_(song.chords)
        if song.keys is not None:
            piece = piece.with_(song.keys)
        if song.sections:
            piece = piece.with_(song.sections[0])
        cents = float(rng.uniform(-FURTHEST_CENTS, FURTHEST_CENTS))
        samples, piece = retuned(sound.samples.mean(axis=0), sound.sample_rate, piece, cents)
        return Audio(samples[np.newaxis], RATE), piece


def orchestrated(notes: Notes, rng: np.random.Generator) -> Notes:
    """The same notes on a piano of the font, or each part on an instrument of its own."""
    if rng.random() >= CHANGED:
        piano = int(rng.choice(PIANOS))
        return replace(notes, parts=tuple(replace(part, program=piano) for part in notes.parts))
    chosen = [int(rng.choice(ACCOMPANIMENTS if part.name == "PIANO" else MELODIES)) for part in notes.parts]
    return replace(
        notes, parts=tuple(replace(part, program=one) for part, one in zip(notes.parts, chosen, strict=True))
    )


def training_fonts() -> tuple[str, ...]:
    """The SoundFonts that training may play on, as far as they are installed: FluidR3 first.

    Raises MissingDataError where FluidR3 is not installed.
    """
    found = {path.name: str(path) for path in soundfonts.installed()}
    if FONTS[0] not in found:
        raise MissingDataError(f"training plays on {FONTS[0]}; install it (Debian's package is fluid-soundfont-gm)")
    return tuple(found[name] for name in FONTS if name in found)
