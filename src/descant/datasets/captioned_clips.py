"""Numbered clips of many kinds of music with all that is true of them: for search by words. Synthesised throughout.

By turns pop songs, chorales, folk tunes, drum beats, piano pieces, quartets and art songs (`clip_pieces`), transposed,
on instruments drawn by lot (`clip_band`), soft or loud, short or smooth. Clip `i` of a split is always the same. Pieces
and instruments are new in every split: training plays on FluidR3, MuseScore General, Sonivox and instruments that
nobody built, in half of the clips as if recorded; validation on sf_GMbank, the test on TimGM6mb, both dry.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from descant.datasets import pop909
from descant.datasets.clip_band import cast, in_range, pop_song
from descant.datasets.clip_pieces import CHORALE, DRUMS, FOLK, PIANO, POP, QUARTET, SONG, SOURCES, ClipPiece
from descant.datasets.excerpt import excerpt, together
from descant.datasets.music_attributes import (
    LEGATO,
    LOUD,
    MEDIUM,
    SOFT,
    STACCATO,
    MusicAttributes,
    instruments_heard,
    key_of,
    mood_of,
    texture_of,
    transposed_key,
)
from descant.errors import UnreadableFileError
from descant.features import RATE
from descant.io.cache import cache_folder
from descant.io.files import write_beside, write_bytes
from descant.synthesis.additive import additive
from descant.synthesis.drum_machine import drum_machine
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.synthesis.soundfonts import named
from descant.types import Notes

NAME = "captioned-1"  # a change of what is made changes it
SECONDS = 30.0
TEST_CLIPS = 1000
SPLITS = ("train", "valid", "test")
TURNS = (
    *(POP, CHORALE, FOLK, POP, PIANO, DRUMS, POP, SONG, POP, FOLK),
    *(POP, QUARTET, POP, CHORALE, DRUMS, POP, PIANO, FOLK, POP, SONG),
)
BUILT_BY_NOBODY = "additive"
SOUNDFONTS = {
    "train": ("FluidR3_GM", "FluidR3_GM", "MuseScore_General", "sonivox", "sonivox", BUILT_BY_NOBODY),
    "valid": ("sf_GMbank",),
    "test": ("TimGM6mb",),
}
RECORDED = 0.5  # of the training clips

LOUDNESS = (SOFT, MEDIUM, MEDIUM, LOUD)
STRUCK = {SOFT: 0.55, MEDIUM: 0.8, LOUD: 1.1}  # factor of the velocities
PEAK_DB = {SOFT: -20.0, MEDIUM: -9.0, LOUD: -1.0}
ARTICULATIONS = (None, None, None, STACCATO, LEGATO)
SHORT, HELD_OVER, LONGEST_GAP = 0.35, 0.03, 1.5  # of a note's length; seconds; seconds
FEWEST = 6  # notes in a clip


@dataclass(frozen=True)
class CaptionedClip:
    """A clip on disk and what is true of it."""

    split: str
    number: int
    path: Path  # FLAC, mono at RATE
    piece: str  # clips of one piece share it
    soundfont: str
    attributes: MusicAttributes


@dataclass(frozen=True, eq=False)
class Played:
    """A clip before it is sound."""

    notes: Notes
    piece: str
    soundfont: str
    attributes: MusicAttributes
    rng: np.random.Generator  # what is left of the clip's randomness


def clips(split: str, count: int = TEST_CLIPS) -> tuple[CaptionedClip, ...]:
    """The first clips of a split; those that are not on disk are made, one after another."""
    return tuple(clip(split, number) for number in range(count))


def clip(split: str, number: int) -> CaptionedClip:
    """One clip, made where it is not on disk. Raises MissingDataError where a data set or SoundFont is missing."""
    import soundfile

    stem = cache_folder() / NAME / split / f"{number:05d}"
    sound, truth = stem.with_suffix(".flac"), stem.with_suffix(".json")
    if not truth.is_file():
        one = played(split, number)
        stem.parent.mkdir(parents=True, exist_ok=True)
        with write_beside(sound) as temporary:
            soundfile.write(temporary, rendered(one), RATE, format="FLAC", subtype="PCM_16")
        said = {"piece": one.piece, "soundfont": one.soundfont, "attributes": asdict(one.attributes)}
        write_bytes(truth, json.dumps(said, ensure_ascii=False).encode())
    said = json.loads(truth.read_text(encoding="utf-8"))
    attributes = MusicAttributes(**{**said["attributes"], "instruments": tuple(said["attributes"]["instruments"])})
    return CaptionedClip(split, number, sound, said["piece"], said["soundfont"], attributes)


def played(split: str, number: int, seconds: float = SECONDS) -> Played:
    """What is played in a clip, and what is true of it."""
    rng = np.random.default_rng([zlib.crc32(f"{NAME}/{split}".encode()), number])
    style = TURNS[number % len(TURNS)]
    turn = number // len(TURNS) * TURNS.count(style) + TURNS[: number % len(TURNS)].count(style)
    piece = _piece(style, _names(style, split), turn, rng)
    semitones = 0 if style == DRUMS else int(rng.integers(-5, 6))
    loudness = str(rng.choice(LOUDNESS))
    articulation = None if style == DRUMS else ARTICULATIONS[int(rng.integers(len(ARTICULATIONS)))]
    fonts = SOUNDFONTS[split]
    font = fonts[int(rng.integers(len(fonts)))]
    notes = in_range(_transposed(piece.notes, semitones))
    notes = _struck(_articulated(notes, articulation), STRUCK[loudness])
    notes, start = _stretch(notes, seconds, rng)
    beats = piece.beats[(piece.beats >= start) & (piece.beats <= start + seconds)]
    between = np.diff(beats if len(beats) > 2 else piece.beats)
    tempo = 60.0 / float(np.median(between))
    key = _key(piece, notes, semitones)
    density = len(notes) / min(seconds, max(notes.duration, 1.0))
    pitched = notes.pitch[~notes.drum]
    attributes = MusicAttributes(
        tempo_bpm=round(tempo, 1),
        key=key,
        meter=piece.meter,
        instruments=instruments_heard(notes),
        style=style,
        genre=piece.genre,
        corpus=piece.corpus,
        composer=piece.composer,
        title=piece.title,
        texture=texture_of(notes),
        notes_per_second=round(density, 2),
        median_pitch=float(np.median(pitched)) if len(pitched) else None,
        loudness=loudness,
        articulation=articulation,
        mood=mood_of(key.split()[1] if key else None, tempo, density, loudness),
    )
    return Played(notes, piece.id, font, attributes, rng)


def rendered(one: Played) -> npt.NDArray[np.float32]:
    """The sound of a clip, (n,) at RATE."""
    import soxr

    if one.soundfont == BUILT_BY_NOBODY:
        samples = _built(one.notes, int(one.rng.integers(2**31)))
    else:
        sound = sampler(one.notes, soundfont=str(named(one.soundfont)))
        samples = soxr.resample(sound.samples.mean(axis=0), sound.sample_rate, RATE).astype(np.float32)
    if one.soundfont in SOUNDFONTS["train"] and one.rng.random() < RECORDED:
        samples = recorded(samples[np.newaxis], RATE, one.rng, float(one.rng.uniform(0.2, 1.0)))[0]
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-6)
    return np.asarray(samples * np.float32(10 ** (PEAK_DB[one.attributes.loudness] / 20) / peak))


def _built(notes: Notes, seed: int) -> npt.NDArray[np.float32]:
    """Instruments of partials, and a drum machine where there are drums."""
    tones = additive(notes, seed=seed).samples[0] if not notes.drum.all() else np.zeros(0, dtype=np.float32)
    strokes = drum_machine(notes, seed=seed).samples[0] if notes.drum.any() else np.zeros(0, dtype=np.float32)
    total = np.zeros(max(len(tones), len(strokes)), dtype=np.float32)
    total[: len(tones)] += tones
    total[: len(strokes)] += strokes
    return total


@cache
def _names(style: str, split: str) -> Sequence[str]:
    """The pieces of a style in an order that never changes."""
    if style == POP:
        names: Sequence[str] = pop909.song_ids(split)
    else:
        names = next(source for source in SOURCES if source.style == style).names(split)
    order = np.random.default_rng(zlib.crc32(style.encode())).permutation(len(names))
    return tuple(names[at] for at in order)


def _piece(style: str, names: Sequence[str], turn: int, rng: np.random.Generator) -> ClipPiece:
    """The piece whose turn it is with its players; the one after it where its file cannot be read."""
    if style == POP:
        return pop_song(names[turn % len(names)], rng)
    source = next(one for one in SOURCES if one.style == style)
    while True:
        try:
            piece = source.play(names[turn % len(names)], rng)
            return replace(piece, notes=cast(piece, rng))
        except UnreadableFileError:
            turn += 1


def _transposed(notes: Notes, semitones: int) -> Notes:
    return replace(notes, pitch=np.where(notes.drum, notes.pitch, np.clip(notes.pitch + semitones, 0, 127)))


def _struck(notes: Notes, factor: float) -> Notes:
    return replace(notes, velocity=np.clip(np.round(notes.velocity * factor), 1, 127).astype(np.int64))


def _articulated(notes: Notes, how: str | None) -> Notes:
    """Notes cut short, or each held until its player's next one begins."""
    if how is None:
        return notes
    length = notes.offset - notes.onset
    if how == STACCATO:
        return replace(notes, offset=np.where(notes.drum, notes.offset, notes.onset + np.maximum(SHORT * length, 0.06)))
    offset = notes.offset.copy()
    part = np.asarray(notes.part)
    for at, one in enumerate(notes.parts):
        mine = np.flatnonzero(part == at)
        if one.drum or not len(mine):
            continue
        onsets = np.unique(notes.onset[mine])
        after = np.append(onsets[1:], np.inf)[np.searchsorted(onsets, notes.onset[mine])]
        near = after - notes.offset[mine] < LONGEST_GAP
        offset[mine] = np.where(near, np.maximum(notes.offset[mine], after + HELD_OVER), notes.offset[mine])
    return replace(notes, offset=offset)


def _stretch(notes: Notes, seconds: float, rng: np.random.Generator) -> tuple[Notes, float]:
    """A stretch of the notes that begins with one of them, and where; what is too short is played again."""
    while notes.duration < seconds:
        again = notes.duration + 0.5
        notes = together(notes, replace(notes, onset=notes.onset + again, offset=notes.offset + again, controls=()))
        count = len(notes.parts) // 2
        notes = replace(notes, part=np.asarray(notes.part) % count, parts=notes.parts[:count])
    first = notes.onset[notes.onset <= max(notes.duration - seconds, float(notes.onset[0]))]
    for _ in range(8):
        start = float(first[int(rng.integers(len(first)))])
        found = excerpt(notes, start, start + seconds)
        if len(found) >= FEWEST:
            return found, start
    return excerpt(notes, float(notes.onset[0]), float(notes.onset[0]) + seconds), float(notes.onset[0])


def _key(piece: ClipPiece, notes: Notes, semitones: int) -> str | None:
    if piece.style == DRUMS:
        return None
    if piece.key is not None:
        return transposed_key(piece.key, semitones)
    return key_of(notes, None if piece.sharps is None else piece.sharps + 7 * semitones)
