"""What the page plays notes with: for each General MIDI programme one file, its pitches one after another.

Every fourth pitch is played by the sampler, held nearly as long as its place lasts; the page shifts it to the pitches
between. Rendered once, when first asked for, and kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from descant.errors import MissingDataError
from descant.registry import find
from descant.studio.apart import Apart
from descant.studio.locks import locked
from descant.types import Audio, Notes, Part

RATE = 44_100  # Hz
PITCHES = tuple(range(21, 109, 4))
SECONDS = 3.0  # of each pitch
DRUMS = tuple(range(35, 82))  # General MIDI percussion
DRUM_SECONDS = 1.0
HELD = 2.9  # seconds that a note is held
RING = 2.0  # seconds that each is given to ring while they are rendered, so that it is not heard in the next
DRUM_RING = 3.0
FADE = 0.02  # seconds
VELOCITY = 100
DRUM_NAME = "drums"


def sprite(home: Path, apart: Apart, name: str) -> Path:
    """The file of a programme, 0 to 127, or of the drums. Raises MissingDataError for another name."""
    drum = name == DRUM_NAME
    if not drum and not (name.isdecimal() and int(name) < 128):
        raise MissingDataError(f"there is no sound {name!r}; ask for 0 to 127, or {DRUM_NAME}")
    from descant.synthesis import soundfonts

    font = soundfonts.choose("")
    state = font.stat()
    mark = hashlib.blake2b(f"{font} {state.st_size} {state.st_mtime_ns}".encode(), digest_size=6).hexdigest()
    folder = home / "sounds" / mark
    path = folder / f"{name if drum else int(name)}.flac"
    if not path.exists():
        with locked(home / "sounds" / ".lock"):  # one at a time: each needs its part of the SoundFont in memory
            if not path.exists():
                apart(f"{__name__}:render", (path, 0 if drum else int(name), drum, DRUMS if drum else PITCHES))
    return path


def render(given: tuple[Path, int, bool, tuple[int, ...]], progress: Callable[[float], None]) -> None:
    """Write the file of (path, programme, whether it is the drums, pitches)."""
    import soxr

    from descant.io.audio import write_audio

    path, program, drum, pitches = given
    seconds, ring = (DRUM_SECONDS, DRUM_RING) if drum else (SECONDS, RING)
    onset = np.arange(len(pitches), dtype=np.float64) * (seconds + ring)
    held = min(HELD, seconds)
    notes = Notes(
        onset,
        onset + held,
        np.array(pitches),
        np.full(len(pitches), VELOCITY),
        parts=(Part("", program, drum),),
    )
    played: Audio = find("sampler")(notes)
    mono = soxr.resample(played.samples.mean(axis=0), played.sample_rate, RATE)
    length = round(seconds * RATE)
    fade = np.ones(length, dtype=np.float32)
    fade[-round(FADE * RATE) :] = np.linspace(1, 0, round(FADE * RATE))
    needed = round(onset[-1] * RATE) + length
    mono = np.pad(mono, (0, max(0, needed - len(mono))))
    parts = [mono[round(at * RATE) :][:length] * fade for at in onset]
    write_audio(Audio(np.clip(np.concatenate(parts), -1.0, 1.0)[np.newaxis], RATE), path)
    progress(1.0)
