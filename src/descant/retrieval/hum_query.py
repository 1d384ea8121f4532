"""What is hummed, written as notes, or played as MIDI, as a line of notes to be looked for."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from descant.errors import InvalidValueError
from descant.io.audio import open_audio
from descant.retrieval.melody_index import Line
from descant.types import Audio, AudioFile, Melody, Notes, Score
from descant.types.names import PITCH_CLASSES

FEWEST = 4  # notes, below which nothing is looked for
MOST = 60  # notes that are looked for: a tune is known by fewer
LONGEST = 120.0  # seconds of a recording
MIDDLE = 60  # middle C, which the octave of notes without one lies around
LOWEST, HIGHEST = 0, 127  # MIDI's pitches
TRITONE = 6  # semitones, as far one way as the other
FOURTH = 5  # semitones, from which on a step may be read the other way, as a fifth
EITHER = 3  # steps, the first ones, that are read both ways
BEAT = 1.0  # quarters, where no duration is written
WORD = re.compile(r"([A-Ga-g])([#♯b♭]*)(-?\d)?(?:[:/](\d+(?:\.\d+)?(?:/\d+)?))?")
REST = re.compile(r"[rRzZ](?:[:/](\d+(?:\.\d+)?(?:/\d+)?))?")


def read_hum(path: Path) -> Line:
    """The notes of a recording of one voice, or of the tune of a MIDI file or a score.

    Raises InvalidValueError where too little is sung, and what reading a file raises.
    """
    from descant.io.open import open as open_file
    from descant.library.walker import kind_of
    from descant.pipelines.melodies import melodies

    if kind_of(path) in ("midi", "score"):
        music = open_file(path)
        if isinstance(music, Notes | Score) and (found := melodies(music)):
            return _line(found[0])
        raise InvalidValueError(f"{path}: has no melody of {FEWEST} notes or more to look for")
    return heard(open_audio(path))


def heard(sound: Audio | AudioFile) -> Line:
    """The notes of a recording of one voice. Raises InvalidValueError where too little is sung."""
    from descant.analysis.swift_f0 import swift_f0
    from descant.features import get, prepare
    from descant.features.f0 import F0, F0Frames
    from descant.transcription.sung_notes import sung_notes

    name = str(sound.path) if isinstance(sound, AudioFile) else "the recording"
    if sound.duration > LONGEST:
        raise InvalidValueError(
            f"{name}: lasts {sound.duration:.0f} s; hum {LONGEST:.0f} s at most, or find a recording by --clip"
        )
    prepare(sound, [F0()])
    frames: F0Frames = get(sound, F0())
    contour = swift_f0(sound)
    if not contour.voiced.any():
        raise InvalidValueError(f"{name}: no voice with a pitch is heard in it; hum, sing or whistle one tune alone")
    found = sung_notes(contour, frames.level_db)
    if len(found) < FEWEST:
        raise InvalidValueError(
            f"{name}: {len(found)} notes are heard in it, too few to tell one tune from another; hum {FEWEST} or more"
        )
    return _line(found)


def read_notes(text: str) -> list[Line]:
    """Notes by their names: `C C G G A A G`, also `F#4`, `Bb3:2` (two beats), `E:1/2`, and rests, `r`.

    Where an octave is not written, a note lies near the one before it; where it may be a fourth one way as well as a
    fifth the other, both are read, up to EITHER times: each line is one reading, the nearest first. Where no duration
    is written, rhythm is not looked at. Raises InvalidValueError, with the word that is no note.
    """
    pitches: list[list[float]] = [[]]  # of each reading
    either = 0
    onset: list[float] = []
    timed, at = False, 0.0
    for word in re.split(r"[\s,|]+", text.strip()):
        if not word:
            continue
        rest, found = REST.fullmatch(word), WORD.fullmatch(word)
        length = (rest or found)[(1 if rest else 4)] if (rest or found) else None  # type: ignore[index]
        if not rest and (found is None or len(set(found[2].replace("♯", "#").replace("♭", "b"))) > 1):
            raise InvalidValueError(f"{word!r} is no note; write letters, as in: C C G G A A G, or F#4, Bb3:2, r")
        timed = timed or length is not None
        if found is not None and not rest:
            before = [one[-1] if one else float(MIDDLE) for one in pitches]
            near = [_pitch(found, one) for one in before]
            if onset and not found[3] and either < EITHER and abs(near[0] - before[0]) >= FOURTH:
                either += 1
                far = [one - 12.0 if one > last else one + 12.0 for one, last in zip(near, before, strict=True)]
                there = [(line, one) for line, one in zip(pitches, far, strict=True) if LOWEST <= one <= HIGHEST]
                pitches = [*pitches, *([*line] for line, _ in there)]
                near += [one for _, one in there]
            for one, note in zip(pitches, near, strict=True):
                one.append(note)
            onset.append(at)
        at += _beats(word, length)
    if len(onset) < FEWEST:
        raise InvalidValueError(f"{len(onset)} notes are too few to tell one tune from another; write {FEWEST} or more")
    if len(onset) > MOST:
        raise InvalidValueError(f"{len(onset)} notes are more than are looked for; write {MOST} at most")
    return [Line(np.array(one), np.array(onset), timed) for one in pitches]


def _pitch(found: re.Match[str], before: float) -> float:
    """The MIDI number of a note; without an octave, within a fourth or a tritone of the one before.

    A tritone goes down, but not away from middle C where the one before lies as far below it. What would lie beyond
    MIDI's pitches lies an octave further in: nobody wrote that octave.
    """
    sharps = sum(1 if sign in "#♯" else -1 for sign in found[2])
    pitch_class = PITCH_CLASSES[found[1].upper()] + sharps
    if not found[3]:
        step = (pitch_class - before + TRITONE) % 12 - TRITONE
        pitch = before + (TRITONE if step == -TRITONE and before <= MIDDLE - TRITONE else step)
        return pitch + 12.0 * (pitch < LOWEST) - 12.0 * (pitch > HIGHEST)
    pitch = float(12 * (int(found[3]) + 1) + pitch_class)
    if not LOWEST <= pitch <= HIGHEST:
        raise InvalidValueError(f"{found[0]!r} lies beyond MIDI's pitches")
    return pitch


def _beats(word: str, length: str | None) -> float:
    if length is None:
        return BEAT
    above, _, below = length.partition("/")
    beats = float(above) / float(below or 1) if float(below or 1) else 0.0
    if not 0 < beats <= 1000:
        raise InvalidValueError(f"{word!r}: a note cannot last {length} beats")
    return beats


def _line(melody: Melody) -> Line:
    return Line(melody.pitch[:MOST], melody.onset[:MOST])
