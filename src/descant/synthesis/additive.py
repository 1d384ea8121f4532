"""Notes played by instruments made of partials, which are other ones for every seed: 22,050 Hz, mono.

A SoundFont has one grand piano; who learns from it learns that piano. Here each General MIDI programme gets a random
member of its family (`timbres`), as real recordings have ever different instruments. Notes start at their label's
sample. Velocity (level and brightness), the sustain pedal (64), volume (7), expression (11) and pitch bends are
honoured. A key that is struck again is damped first. Drum parts are left out: `drum_machine` plays them.

Additive synthesis as in Serra and Smith: Spectral Modeling Synthesis, Computer Music Journal 14(4), 1990.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from descant.errors import InvalidValueError
from descant.synthesis.timbres import RATE, Floats, Tone, drawn
from descant.types import Audio, Notes

PEAK = 10 ** (-1 / 20)  # -1 dBFS
LONGEST = 3600.0  # seconds
PEDAL, VOLUME, EXPRESSION = 64, 7, 11
FULL = 127
DOWN = 64  # the pedal is down from this value on
SETTLE = 0.005  # seconds in which a change of volume is smoothed


def additive(notes: Notes, *, seed: int = 0) -> Audio:
    """Play the pitched parts. Peaks at -1 dBFS; silence stays silent. The same seed gives the same instruments.

    Raises InvalidValueError for music longer than an hour.
    """
    if notes.duration > LONGEST:
        raise InvalidValueError(f"the music lasts {notes.duration / 60:.0f} minutes; 60 at most are played")
    assert notes.part is not None
    playing = [part for part in np.unique(notes.part).tolist() if not notes.parts[part].drum]
    sounds = [_played(notes, part, seed) for part in playing]
    samples = np.zeros(max([round(notes.duration * RATE), *map(len, sounds)]), dtype=np.float32)
    for sound in sounds:
        samples[: len(sound)] += sound
    peak = float(np.abs(samples).max(initial=0.0))
    return Audio(samples * np.float32(PEAK / peak) if peak > 0 else samples, RATE)


def _played(notes: Notes, part: int, seed: int) -> npt.NDArray[np.float32]:
    """One part's sound, (n,)."""
    program = notes.parts[part].program
    instrument = drawn(program, np.random.default_rng([seed, program]))
    mine = np.flatnonzero(notes.part == part)
    end = released(notes, part)
    bend = _bend(notes, part)
    sound = np.zeros(round(notes.duration * RATE), dtype=np.float32)
    for at, until in zip(mine.tolist(), end.tolist(), strict=True):
        onset = round(float(notes.onset[at]) * RATE)
        tone = Tone(
            int(notes.pitch[at]), int(notes.velocity[at]), until - onset / RATE, bend and _from(bend, onset / RATE)
        )
        one = instrument.play(tone)
        if onset + len(one) > len(sound):
            sound = np.pad(sound, (0, onset + len(one) - len(sound)))
        sound[onset : onset + len(one)] += one
    return sound * _volume(notes, part, len(sound))


def released(notes: Notes, part: int) -> Floats:
    """Until when each note of a part sounds, seconds: the pedal holds it, but not beyond the key's next stroke."""
    mine = np.flatnonzero(notes.part == part)
    onset, pitch, end = notes.onset[mine], notes.pitch[mine], notes.offset[mine].astype(float)
    changes = [(one.time, one.value >= DOWN) for one in notes.controls if one.part == part and one.number == PEDAL]
    time = np.array([0.0, *(time for time, _ in changes), np.inf])
    down = np.array([False, *(state for _, state in changes), False])
    for at in range(len(time) - 2, -1, -1):  # each change of the pedal to the next time that it is up
        if down[at]:
            time[at] = time[at + 1]
    held = np.searchsorted(np.array([0.0, *(one for one, _ in changes)]), end, side="right") - 1
    end = np.where(down[held], np.minimum(time[held], notes.duration + 1), end)
    for key in np.unique(pitch):
        same = np.flatnonzero(pitch == key)
        following = np.append(onset[same][1:], np.inf)
        end[same] = np.where(following > onset[same], np.minimum(end[same], following), end[same])
    return end


def _bend(notes: Notes, part: int) -> Callable[[Floats], Floats] | None:
    """The part's bend in semitones at any seconds; None where it never bends."""
    bends = [one for one in notes.bends if one.part == part]
    if not any(one.semitones for one in bends):
        return None
    time = np.array([one.time for one in bends])
    value = np.array([0.0, *(one.semitones for one in bends)])
    return lambda seconds: value[np.searchsorted(time, seconds, side="right")]


def _from(bend: Callable[[Floats], Floats], onset: float) -> Callable[[Floats], Floats]:
    return lambda seconds: bend(onset + seconds)


def _volume(notes: Notes, part: int, count: int) -> npt.NDArray[np.float32]:
    """The gain by volume and expression, squared; (count,), or (1,) where it never changes."""
    gain = np.ones(1, dtype=np.float32)
    for number in (VOLUME, EXPRESSION):
        changes = [one for one in notes.controls if one.part == part and one.number == number]
        if not changes:
            continue
        start = changes[0].value if changes[0].time == 0 else FULL
        at = np.array([0.0, *(one.time + shift for one in changes for shift in (0.0, SETTLE))])
        values = [start, *(one.value for one in changes)]
        level = np.array([start, *(value for pair in pairwise(values) for value in pair)])
        gain = gain * np.interp(np.arange(count) / RATE, at, (level / FULL) ** 2).astype(np.float32)
    return gain
