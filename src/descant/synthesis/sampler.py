"""The sampler: notes played on a SoundFont by midirenderer (the RustySynth synthesiser), 48 kHz in stereo.

What was measured of it (tests/synthesis): pitch within 20 cents, pedal, bends (with their range), programmes, drums,
volume, expression and pan are honoured; there is no lead-in, and events fall on a grid of 64 samples (1.3 ms), so an
onset is never more than that away from its label, plus the instrument's own attack. Simplified: channel pressure and
system messages are not played, and the sound is made in one piece in memory.
"""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError, UnreadableFileError
from descant.io.midi import midi_bytes
from descant.synthesis import sf2, soundfonts
from descant.types import Audio, ControlChange, Notes

PEAK = 10 ** (-1 / 20)  # -1 dBFS: headroom for what lossy codecs add
LONGEST = 3600.0  # seconds; the sound is made in one piece, so memory grows with the length
CHANNELS = 15  # pitched ones in a MIDI file

# The renderer stops at the last event, so one is put this long after the last note, to let it ring; what then stays
# below -80 dB of the peak is cut off again.
RING = 8.0  # seconds
INAUDIBLE = 1e-4
FADE = 0.05  # seconds, where a sound still rings at the very end

# RustySynth leaves out notes that would come out very softly; up to which velocity depends on the instrument. A note
# that is written is played: softer ones are lifted to this velocity.
SOFTEST = 16

DAMAGED = "; the SoundFont is damaged, name another with --soundfont"

BANK, VOLUME, ALL_NOTES_OFF = 0, 7, 123  # control numbers
DEFAULT_VOLUME = 100
FULL_SCALE = 32_767
# Shares of the channel volume to try until nothing clips. The amplitude goes with the square: 12 dB less each.
VOLUME_SHARES = (1.0, 0.5, 0.25, 0.125)


def sampler(notes: Notes, *, soundfont: str = "") -> Audio:
    """Play notes. 48 kHz, stereo, peaks at -1 dBFS; silence stays silent.

    soundfont: a .sf2 or .sf3 file; the best one installed where none is named.
    Raises MissingDataError or UnreadableFileError where the SoundFont is missing or damaged, InvalidValueError for
    music longer than an hour.
    """
    path = soundfonts.choose(soundfont)
    font = soundfonts.read(path)
    if notes.duration > LONGEST:
        raise InvalidValueError(
            f"the music lasts {notes.duration / 60:.0f} minutes; the sampler plays {LONGEST / 60:.0f} at most"
        )
    samples, rate = np.zeros((0, 2), dtype=np.float32), 48_000
    for band in _bands(notes):
        played, rate = _play(band, notes.duration + RING, font, path)
        samples = played if not len(samples) else samples + played
    peak = _peak(samples)
    samples = _trimmed(samples, peak, round(notes.duration * rate), round(FADE * rate))
    if peak > 0:
        samples *= np.float32(PEAK / peak)
    return Audio(samples.T, rate)


def _bands(notes: Notes) -> list[Notes]:
    """The notes in as few groups as MIDI's channels allow: up to 15 pitched parts and one drum kit each."""
    assert notes.part is not None
    playing = np.unique(notes.part).tolist()
    pitched = [part for part in playing if not notes.parts[part].drum]
    kits = [part for part in playing if notes.parts[part].drum]
    count = max(-(-len(pitched) // CHANNELS), len(kits))
    return [_only(notes, [*pitched[at * CHANNELS : (at + 1) * CHANNELS], *kits[at : at + 1]]) for at in range(count)]


def _only(notes: Notes, parts: list[int]) -> Notes:
    """The notes, bends and controls of some parts."""
    assert notes.part is not None
    number = {part: at for at, part in enumerate(parts)}
    mine = np.isin(notes.part, parts)
    return Notes(
        notes.onset[mine],
        notes.offset[mine],
        notes.pitch[mine],
        np.maximum(notes.velocity[mine], SOFTEST),
        [number[part] for part in notes.part[mine].tolist()],  # type: ignore[arg-type]
        tuple(notes.parts[part] for part in parts),
        tuple(replace(one, part=number[one.part]) for one in notes.bends if one.part in number),
        tuple(replace(one, part=number[one.part]) for one in notes.controls if one.part in number),
        notes.tempos,
    )


def _play(band: Notes, end: float, font: sf2.Data, path: Path) -> tuple[npt.NDArray[np.float32], int]:
    """The band's sound up to `end` seconds, float32 (frames, 2), 1 being the renderer's full scale; its rate in Hz."""
    instruments = _instruments(font, band, path)
    for share in VOLUME_SHARES:
        samples, rate = _rendered(_at_volume(band, share, end), instruments, path)
        if _peak(samples) < FULL_SCALE:
            break
    sound = samples.astype(np.float32)
    sound *= np.float32(1 / (share**2 * FULL_SCALE))
    return sound, rate


def _instruments(font: sf2.Data, band: Notes, path: Path) -> bytes:
    """The part of the SoundFont that the band plays on."""
    banks = {0, *(one.value for one in band.controls if one.number == BANK)}
    wanted = {(bank + sf2.DRUM_BANK * part.drum, part.program) for part in band.parts for bank in banks}
    try:
        return sf2.only(font, wanted)
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{path}: cannot be played ({error}){DAMAGED}") from None


def _at_volume(band: Notes, share: float, end: float) -> Notes:
    """The band with every channel volume turned to a share of itself, and an event that does nothing at `end`."""
    start = [ControlChange(part, 0.0, VOLUME, round(DEFAULT_VOLUME * share)) for part in range(len(band.parts))]
    turned = [
        replace(one, value=round(one.value * share)) if one.number == VOLUME else one
        for one in band.controls
        if one.time < end
    ]
    return replace(band, controls=(*start, *turned, ControlChange(0, end, ALL_NOTES_OFF, 0)))


def _rendered(band: Notes, font: bytes, path: Path) -> tuple[npt.NDArray[np.int16], int]:
    """The renderer's samples, int16 (frames, 2), and their rate in Hz."""
    import midirenderer

    midi = midi_bytes(band)
    try:
        data = midirenderer.render_wave_from(font, midi)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        raise UnreadableFileError(f"{path}: cannot be played ({str(error).strip()}){DAMAGED}") from None
    with wave.open(io.BytesIO(data)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2), file.getframerate()


def _trimmed(samples: npt.NDArray[np.float32], peak: float, shortest: int, fade: int) -> npt.NDArray[np.float32]:
    """Without the inaudible end, but at least `shortest` frames; faded out where it still rings at its last frame."""
    rings = np.flatnonzero(np.abs(samples[shortest:]).max(axis=1, initial=0.0) > INAUDIBLE * peak)
    end = shortest + (int(rings[-1]) + 1 if len(rings) else 0)
    if end >= len(samples) > fade:
        samples[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, np.newaxis]
    return samples[:end]


def _peak(samples: npt.NDArray[np.floating | np.int16]) -> float:
    """The greatest distance from zero; 0 where there is nothing."""
    return max(float(samples.max(initial=0)), -float(samples.min(initial=0)))
