"""Notes made into sound on the SoundFont of a split, kept on disk, so that tasks and later runs share it."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from descant.evaluation.mono import mono
from descant.features import RATE, Sound
from descant.io.audio import open_audio
from descant.io.cache import cache_folder
from descant.io.files import write_beside
from descant.registry import find
from descant.types import Audio, Notes

# No weights were fitted on TimGM6mb, nor on sf_GMbank (public domain, Debian's package csound-soundfont), on which the
# networks are tuned.
SOUNDFONTS = {"test": "TimGM6mb", "valid": "sf_GMbank", "train": "FluidR3_GM"}


def rendered(notes: Notes, split: str, name: str) -> Sound:
    """The sound of notes, mono at RATE, 16 bits. `name` (a path without suffix) tells the recording from others.

    Raises MissingDataError where the split's SoundFont is not installed.
    """
    font = SOUNDFONTS[split]
    return kept(notes, f"{font}/{name}", lambda: played(notes, font))


def sung(notes: Notes, seed: int, name: str) -> Sound:
    """The sound of notes as voices sing them, kept like `rendered`."""
    from descant.synthesis.voice import voice

    return kept(notes, f"voice-{seed}/{name}", lambda: at_rate(voice(notes, seed=seed)))


def kept(notes: Notes, name: str, make: Callable[[], Audio]) -> Sound:
    """What `make` makes of notes, from the cache where it is there."""
    path = cache_folder() / "ears" / f"{name}-{fingerprint(notes):08x}.flac"
    if not path.is_file():
        import soundfile

        audio = make()
        with write_beside(path) as temporary:
            soundfile.write(temporary, audio.samples[0], RATE, format="FLAC", subtype="PCM_16")
    return open_audio(path)


def played(notes: Notes, font: str) -> Audio:
    """The sound of notes on the SoundFont of this name, mono at RATE."""
    from descant.synthesis.soundfonts import named

    audio: Audio = find("sampler")(notes, soundfont=str(named(font)))
    return at_rate(audio)


def at_rate(audio: Audio) -> Audio:
    """The mean of the channels at RATE."""
    return Audio(np.clip(mono(audio, RATE), -1.0, 1.0)[np.newaxis], RATE)


def fingerprint(notes: Notes) -> int:
    """A number that changes when the notes do."""
    columns = [notes.onset, notes.offset, notes.pitch, notes.velocity, notes.part]
    found = zlib.crc32(repr((notes.parts, notes.controls, notes.bends)).encode())
    for column in columns:
        found = zlib.crc32(np.ascontiguousarray(column).tobytes(), found)
    return found
