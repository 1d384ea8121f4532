"""Solo piano in all textures, with human timing, touch and pedal: excerpts of half a minute.

By turns from POP909 (performed already: all parts, or the accompaniment alone, on one piano), songs and keyboard
pieces of When in Rome, chorales (JSB) and études written by rule, the latter three played by `datasets.performance`.
Moved in pitch, tempo (songs to up to three times as fast, as concert pieces are dense) and loudness, played on the
pianos of FluidR3 and MuseScore General by turns, detuned by up to 35 cents. Of every four items, two are left dry and
two sound as if recorded.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from descant.datasets import etudes, jsb, pop909, when_in_rome
from descant.datasets.excerpt import excerpt
from descant.datasets.location import dataset_folder
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import split_of
from descant.errors import MissingDataError
from descant.evaluation.ears.collections.scores import PERFORMED
from descant.evaluation.pedal import SUSTAIN
from descant.features import RATE
from descant.synthesis import soundfonts
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.training.corpora.retune import FURTHEST_CENTS, retuned, stretched
from descant.types import Audio, Notes, Part, Piece

SECONDS = 32.0
LOWEST, HIGHEST = 21, 108  # the piano's keys, MIDI
FONTS = ("FluidR3_GM", "MuseScore_General")  # one family, MIT
PIANOS = (0, 0, 0, 1, 1, 2, 3)  # General MIDI: grand, bright, electric grand, honky-tonk
TOGETHER = 0.03  # seconds; strokes of one key nearer than this are one
LIFTED = 0.01  # seconds for which a key is up before it is struck again
MASTERS = ("Keyboard_Other", "Variations_and_Grounds", "OpenScore-LiederCorpus")  # of When in Rome: with a piano


class Piano:
    """The corpus: item `i` is always the same excerpt."""

    name = "piano-2"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One excerpt."""
        source = _SOURCES[index // 4 % len(_SOURCES)]
        notes = one_piano(_cut(source(split, rng), rng), rng)
        program = int(rng.choice(PIANOS))
        sound = sampler(replace(notes, parts=(Part("", program),)), soundfont=str(soundfonts.named(FONTS[index % 2])))
        piece = Piece(f"{source.__name__.strip('_')} {index}", sound.duration).with_(notes)
        cents = float(np.clip(rng.normal(0.0, 12.0), -FURTHEST_CENTS, FURTHEST_CENTS))
        samples, piece = retuned(sound.samples.mean(axis=0), sound.sample_rate, piece, cents)
        if index % 4 >= 2:
            samples = recorded(samples[np.newaxis], RATE, rng)[0]
        return Audio(samples[np.newaxis], RATE), piece


def one_piano(notes: Notes, rng: np.random.Generator) -> Notes:
    """All parts on one keyboard, transposed, with another loudness and range of it."""
    notes = struck_once(notes)
    low, high = int(notes.pitch.min(initial=HIGHEST)), int(notes.pitch.max(initial=LOWEST))
    shift = int(rng.integers(-6, 7)) + 12 * int(rng.choice([-1, 0, 0, 0, 0, 1]))
    pitch = notes.pitch + int(np.clip(shift, min(LOWEST - low, 0), max(HIGHEST - high, 0)))
    usual = float(np.mean(notes.velocity)) if len(notes) else 64.0
    loud = rng.uniform(45, 95) + rng.uniform(0.6, 1.4) * (notes.velocity - usual)
    return replace(notes, pitch=pitch, velocity=np.clip(np.round(loud), 16, 127).astype(np.int64))


def struck_once(notes: Notes) -> Notes:
    """All parts on one piano: a key that two of them strike is struck once, and let go before it is struck again.

    The pedal is that of the last part that has one.
    """
    kept, offset, velocity = [], notes.offset.copy(), notes.velocity.copy()
    last: dict[int, int] = {}
    for at, pitch in enumerate(notes.pitch.tolist()):  # in order of onset
        before = last.get(pitch)
        if not LOWEST <= pitch <= HIGHEST:
            continue
        if before is not None and notes.onset[at] - notes.onset[before] < TOGETHER:
            offset[before] = max(offset[before], offset[at])
            velocity[before] = max(velocity[before], velocity[at])
            continue
        if before is not None:
            offset[before] = min(offset[before], notes.onset[at] - LIFTED)
        last[pitch] = at
        kept.append(at)
    pedalling = [one for one in notes.controls if one.number == SUSTAIN]
    mine = max((one.part for one in pedalling), default=0)
    controls = tuple(replace(one, part=0) for one in pedalling if one.part == mine)
    return Notes(notes.onset[kept], offset[kept], notes.pitch[kept], velocity[kept], controls=controls)


def _cut(notes: Notes, rng: np.random.Generator) -> Notes:
    """A stretch of the notes."""
    start = float(rng.uniform(0.0, max(notes.duration - SECONDS, 0.0)))
    return excerpt(notes, start, start + SECONDS)


def _pop909(split: str, rng: np.random.Generator) -> Notes:
    songs = pop909.song_ids(split)
    notes = pop909.read_song(songs[int(rng.integers(len(songs)))]).notes
    if rng.random() < 0.3:
        alone = [part.name == "PIANO" for part in notes.parts]
        mine = np.array(alone)[notes.part]
        controls = tuple(replace(one, part=0) for one in notes.controls if alone[one.part])
        notes = Notes(notes.onset[mine], notes.offset[mine], notes.pitch[mine], notes.velocity[mine], controls=controls)
    changed: Notes = stretched(notes, float(np.exp(rng.uniform(np.log(0.35), np.log(1.1)))))
    return changed


def _when_in_rome(split: str, rng: np.random.Generator) -> Notes:
    names = _master_pieces(split)
    for at in rng.permutation(len(names)).tolist():
        folder = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus" / names[at]
        text = (folder / "analysis.txt").read_text(encoding="utf-8", errors="replace")
        piece = when_in_rome.read_piece(folder / "score.mxl", text, names[at])
        # Left out here and not from the names: fewer names would be another order, and other items under old numbers.
        if piece is not None and piece.trainable and names[at] not in PERFORMED:
            return _played(piece.score, rng)
    raise MissingDataError(f"When in Rome holds no piece to play in its {split} split")


@cache
def _master_pieces(split: str) -> tuple[str, ...]:
    corpus: Path = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    found = sorted(path.parent for part in MASTERS for path in (corpus / part).rglob("score.mxl"))
    names = (path.relative_to(corpus).as_posix() for path in found if (path / "analysis.txt").is_file())
    return tuple(name for name in names if split_of(name) == split)


def _jsb(split: str, rng: np.random.Generator) -> Notes:
    found = jsb.chorales(split)
    return _played(found[int(rng.integers(len(found)))].score, rng)


def _etude(split: str, rng: np.random.Generator) -> Notes:
    return _played(etudes.etude(np.random.default_rng([zlib.crc32(split.encode()), int(rng.integers(2**31))])), rng)


def _played(score: ScoreNotes, rng: np.random.Generator) -> Notes:
    return perform(score, rng, pedal=bool(rng.random() < 0.75), rubato=float(rng.uniform(0.0, 1.2))).notes


_SOURCES: tuple[Callable[[str, np.random.Generator], Notes], ...] = (
    _pop909,
    _etude,
    _when_in_rome,
    _pop909,
    _etude,
    _jsb,
    _pop909,
    _etude,
    _when_in_rome,
)
