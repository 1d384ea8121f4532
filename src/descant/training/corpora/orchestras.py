"""Bands of any instruments, half of them with drums: excerpts of twenty seconds, to tell instruments by.

Parts of songs (POP909) and chorales (JSB), each on an instrument whose class is drawn first, so that rare ones are as
frequent as pianos; some are solos, some parts sound only for a while. Drums are real performances (Groove) and give the
item its genre; songs without drums count as pop, chorales as classical music. Recorded in all kinds of rooms.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.datasets import jsb, pop909
from descant.datasets.accompaniment import BASS_LINES, COMPS, GM_KEYS, bass_line, comping
from descant.datasets.arrangement import performed, sheet_of, with_part
from descant.datasets.excerpt import excerpt, together, with_programs
from descant.datasets.performance import perform
from descant.features import RATE
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.training.corpora.drums import SPLITS, level, takes
from descant.training.corpora.plain import training_fonts
from descant.types import Audio, ControlChange, Notes, Part, Piece
from descant.types.instruments import INSTRUMENTS, PROGRAMS

SECONDS = 20.0
LENGTH = round(SECONDS * RATE)  # samples
GENRE_OF_STYLE = {  # of Groove's drummers
    "rock": "rock",
    "punk": "rock",
    "funk": "funk and soul",
    "soul": "funk and soul",
    "gospel": "funk and soul",
    "neworleans": "funk and soul",
    "hiphop": "hip hop",
    "jazz": "jazz",
    "latin": "latin",
    "afrocuban": "latin",
    "pop": "pop",
}
GENRE = "genre"  # the tag of an item

CHORALES, SOLOS, PIANO_SOLOS, DRUMS, BASS, CHORDS, IN_PART = 0.15, 0.12, 0.1, 0.5, 0.4, 0.3, 0.4  # shares
BASS_CLASS = INSTRUMENTS.index("bass")
KITS = (0, 8, 16, 24, 25, 32, 40, 48)
VOLUME = 7  # the control's number


class Orchestras:
    """The corpus: item `i` is always the same excerpt."""

    name = "orchestras-1"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One excerpt, with its notes and, where it is known, the tag `genre`."""
        chorale = rng.random() < CHORALES
        notes, bpm = _chorale(split, rng) if chorale else _song(split, rng)
        start = float(rng.uniform(0.0, max(0.0, notes.duration - SECONDS)))
        notes = excerpt(notes, start, start + SECONDS)
        draw = rng.random()
        notes = with_programs(notes, dict(enumerate(programs(len(notes.parts), draw, rng))))
        notes = balanced(in_part(notes, rng), rng)
        genre = "classical" if chorale else "pop"
        if not chorale and draw > SOLOS + PIANO_SOLOS and rng.random() < DRUMS:
            strokes, style = _drums(split, bpm, rng)
            notes, genre = together(notes, strokes), GENRE_OF_STYLE.get(style.split("/")[0], "")
        fonts = training_fonts()
        import soxr

        sound = sampler(notes, soundfont=fonts[int(rng.integers(len(fonts)))])
        samples = soxr.resample(sound.samples.mean(axis=0), sound.sample_rate, RATE).astype(np.float32)
        samples = np.pad(samples, (0, max(0, LENGTH - len(samples))))[: LENGTH + RATE]  # a second to ring
        samples = recorded(level(samples)[np.newaxis], RATE, rng)[0]
        samples *= np.float32(min(1.0, 0.98 / max(float(np.abs(samples).max(initial=0.0)), 1e-6)))
        piece = Piece(f"orchestra {index}", len(samples) / RATE, {GENRE: genre} if genre else {}).with_(notes)
        return Audio(samples[np.newaxis], RATE), piece


def programs(parts: int, draw: float, rng: np.random.Generator) -> list[int]:
    """A programme for each part: the class first, then one of the class. With a low `draw` all play the same."""
    if draw < PIANO_SOLOS:
        return [int(rng.choice(PROGRAMS[0]))] * parts
    chosen = [int(rng.choice(PROGRAMS[int(rng.integers(len(PROGRAMS)))])) for _ in range(parts)]
    return [chosen[0]] * parts if draw < PIANO_SOLOS + SOLOS else chosen


def in_part(notes: Notes, rng: np.random.Generator) -> Notes:
    """Some of the parts only from somewhere to somewhere."""
    part = np.asarray(notes.part)
    kept = np.ones(len(notes), dtype=bool)
    for at in range(len(notes.parts)):
        if rng.random() < IN_PART:
            start = float(rng.uniform(-0.5, 0.7)) * SECONDS
            end = start + float(rng.uniform(0.2, 0.8)) * SECONDS
            kept &= (part != at) | ((notes.onset >= start) & (notes.onset < end))
    return Notes(
        notes.onset[kept],
        notes.offset[kept],
        notes.pitch[kept],
        notes.velocity[kept],
        part[kept],
        notes.parts,
        controls=notes.controls,
    )


def balanced(notes: Notes, rng: np.random.Generator) -> Notes:
    """Every part with a volume of its own."""
    volumes = (ControlChange(at, 0.0, VOLUME, int(rng.integers(60, 128))) for at in range(len(notes.parts)))
    return replace(notes, controls=(*notes.controls, *volumes))


def _song(split: str, rng: np.random.Generator) -> tuple[Notes, float]:
    """A song's parts and sometimes a bass and chords, at a steady tempo; beats a minute."""
    songs = pop909.song_ids(split)
    song = pop909.read_song(songs[int(rng.integers(len(songs)))])
    sheet = sheet_of(song.notes, song.beats, song.chords)
    bars = range(len(sheet.bars) - 1)
    if rng.random() < BASS:
        line = bass_line(sheet, str(rng.choice(sorted(BASS_LINES))), bars, rng)
        sheet = with_part(sheet, Part("BASS"), line)
    if rng.random() < CHORDS:
        sheet = with_part(sheet, Part("CHORDS"), comping(sheet, str(rng.choice(sorted(COMPS))), bars, rng))
    bpm = float(np.clip(60.0 / np.median(np.diff(song.beats.time)) * np.exp(rng.uniform(-0.3, 0.3)), 50.0, 200.0))
    return performed(sheet, np.arange(len(sheet.positions), dtype=np.float64) * (60.0 / bpm)).notes, bpm


def _chorale(split: str, rng: np.random.Generator) -> tuple[Notes, float]:
    chorales = jsb.chorales(split)
    score = chorales[int(rng.integers(len(chorales)))].score
    return perform(score, rng, pedal=bool(rng.random() < 0.3), rubato=float(rng.uniform(0.0, 1.0))).notes, 0.0


def _drums(split: str, bpm: float, rng: np.random.Generator) -> tuple[Notes, str]:
    """Part of a take at this tempo, and its style."""
    found = takes(SPLITS[split], fills=False)
    take = found[int(rng.integers(len(found)))]
    onset = take.notes.onset * take.bpm / bpm
    start = float(rng.uniform(0.0, max(0.0, float(onset[-1]) - SECONDS)))
    key = np.array([GM_KEYS.get(one, one) for one in take.notes.pitch.tolist()])
    kit = (Part("drums", int(rng.choice(KITS)), drum=True),)
    notes = Notes(onset, onset + 0.05, key, take.notes.velocity, np.zeros(len(onset), dtype=np.int64), kit)
    return balanced(excerpt(notes, start, start + SECONDS), rng), take.style
