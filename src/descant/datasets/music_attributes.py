"""What is true of a stretch of played music, in the words of a listener: tempo, key, instruments, style, mood.

Most is known because the music was made so, or is counted from its notes. Two things are not facts. Where nobody named
the key, it is told by the notes (key profiles). The mood is a proxy: it follows from mode, tempo, density and loudness,
on which listeners' answers depend most (Gabrielsson and Lindström: The role of structure in the musical expression of
emotions, in Handbook of Music and Emotion, 2010), and nobody was asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from descant.features.key_fit import NAMES, likeness
from descant.types import Notes
from descant.types.arrays import FloatArray
from descant.types.instruments import DRUMS, INSTRUMENTS, instrument_class

SOFT, MEDIUM, LOUD = "soft", "medium", "loud"
STACCATO, LEGATO = "staccato", "legato"
SOLO, DUO, ENSEMBLE = "solo", "duo", "ensemble"
MOODS = ("happy", "sad", "calm", "energetic", "tense")

STROKE = 0.25  # seconds that a drum's stroke is heard
LEAST_SHARE = 0.02  # of what is heard: an instrument below this goes unmentioned
_AROUSAL = {SOFT: -0.5, MEDIUM: 0.0, LOUD: 0.5}


@dataclass(frozen=True)
class MusicAttributes:
    """What a listener could say of a clip. None where it is not known or does not apply."""

    tempo_bpm: float  # beats a minute; the beat of 6/8 is the dotted quarter
    key: str | None  # such as "D minor"
    meter: str | None  # such as "3/4"
    instruments: tuple[str, ...]  # classes of types/instruments.py, the most heard first
    style: str  # pop song, chorale, folk tune, drum beat, piano piece, string quartet, art song
    genre: str | None  # of the arrangement or the beat: rock, jazz, reel, ...
    corpus: str
    composer: str | None
    title: str
    texture: str  # solo, duo, ensemble: how many play
    notes_per_second: float
    median_pitch: float | None  # MIDI; None where only drums play
    loudness: str  # soft, medium, loud
    articulation: str | None  # staccato, legato; None where it is neither
    mood: str | None  # one of MOODS: a proxy

    @property
    def mode(self) -> str | None:
        """Major or minor."""
        return self.key.split()[1] if self.key else None


def instruments_heard(notes: Notes) -> tuple[str, ...]:
    """The classes that play, by how long and how loud they are heard."""
    kind = np.where(notes.drum, DRUMS, instrument_class(notes.program))
    length = np.where(notes.drum, STROKE, notes.offset - notes.onset)
    weight = length * notes.velocity
    share = np.array([weight[kind == at].sum() for at in range(len(INSTRUMENTS))]) / max(float(weight.sum()), 1e-9)
    order = np.argsort(-share, kind="stable")
    return tuple(INSTRUMENTS[at] for at in order if share[at] > LEAST_SHARE)


def texture_of(notes: Notes) -> str:
    """How many players are heard."""
    players = len(np.unique(np.asarray(notes.part)))
    return SOLO if players <= 1 else DUO if players == 2 else ENSEMBLE


def key_of(notes: Notes, sharps: int | None = None) -> str | None:
    """The key that the notes fit best; of the two that share a signature, where that is known. None for drums alone."""
    pitched = ~notes.drum
    if not pitched.any():
        return None
    length = np.minimum(notes.offset - notes.onset, 2.0)[pitched]
    chroma: FloatArray = np.bincount(notes.pitch[pitched] % 12, length, 12).astype(np.float64)
    fit = likeness(chroma[np.newaxis])[0].copy()  # (24,)
    if sharps is not None:
        others = np.ones(24, dtype=bool)
        others[[7 * sharps % 12, 12 + (7 * sharps + 9) % 12]] = False
        fit[others] = -np.inf
    return NAMES[int(fit.argmax())]


def transposed_key(key: str, semitones: int) -> str:
    """The name of a key so many semitones higher."""
    tonic, mode = key.split()
    pitch = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[tonic[0]] + tonic.count("#") - tonic.count("b")
    return NAMES[(pitch + semitones) % 12 + (12 if mode == "minor" else 0)]


def mood_of(mode: str | None, tempo_bpm: float, notes_per_second: float, loudness: str) -> str | None:
    """A proxy: arousal from tempo, density and loudness, valence from the mode. None where nothing speaks clearly."""
    arousal = np.log2(tempo_bpm / 100) + 0.4 * np.log2(max(notes_per_second, 0.5) / 6) + _AROUSAL[loudness]
    if mode is None:
        return "energetic" if arousal > 0.4 else "calm" if arousal < -0.4 else None
    if arousal > 0.8:
        return "energetic"
    if mode == "major":
        return "happy" if arousal > -0.1 else "calm"
    return "tense" if arousal > 0.2 else "sad"
