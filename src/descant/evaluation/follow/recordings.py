"""Piano performances whose place in their score is known: rendered in a room, noisy and out of tune; the score clean.

Score and performance sound on different SoundFonts. All sound is synthesised; what the players did is real.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from descant.alignment.written import Written, written, written_notes
from descant.datasets import asap, asap_score, vienna4x22
from descant.datasets.excerpt import excerpt
from descant.datasets.location import dataset_folder, require_file
from descant.datasets.vienna4x22 import UNMATCHED, ViennaPerformance
from descant.evaluation.ears.collections.performances import TUNED
from descant.evaluation.ears.rendering import SOUNDFONTS, at_rate, kept, played
from descant.features import RATE, Sound
from descant.synthesis.effects import in_a_room, noisy
from descant.types import Audio, Notes, Part, PitchBend
from descant.types.arrays import FloatArray

SCORE_FONT = "FluidR3_GM"
CENTS, MOST_CENTS = 12.0, 35.0  # how far performances are out of tune: a spread, and at most
TUNED_SECONDS = 90.0  # of each performance to tune on
REST = 10.0  # seconds of the score beyond what is played
TEN = (  # of ASAP, complete: a spread over composers, tempi and textures
    "Bach/Fugue/bwv_858/VuV01M",
    "Bach/Prelude/bwv_866/SOLOM02",
    "Beethoven/Piano_Sonatas/7-3/Larionova04",
    "Brahms/Six_Pieces_op_118/2/Shilyaev03",
    "Chopin/Barcarolle/Kociuban13",
    "Glinka/The_Lark/Denisova10M",
    "Haydn/Keyboard_Sonatas/39-1/Yarden02",
    "Mozart/Piano_Sonatas/12-3/BLINOV01",
    "Schubert/Impromptu_op.90_D.899/3/Hou06M",
    "Schumann/Kreisleriana/7/JohannsonP08",
)


@dataclass(frozen=True, eq=False)
class Followed:
    """A performance, its score, and when the performance comes to places of the score."""

    data: str
    id: str
    piece: str
    split: str
    written: Written
    page: Notes  # the score played as written, in seconds
    take: Notes  # the performance
    quarter: FloatArray  # places of the score, strictly rising: every onset, or every beat
    second: FloatArray  # when the performance comes to them, rising

    @property
    def rendered(self) -> str:
        """What synthesised the sound."""
        return f"{SOUNDFONTS[self.split]}, score {SCORE_FONT}"

    def score_sound(self) -> Sound:
        """The score as written, clean."""
        return kept(self.page, f"follow/{SCORE_FONT}/{_file(self.piece)}", lambda: played(self.page, SCORE_FONT))

    def sound(self) -> Sound:
        """The performance: out of tune, in a room, noisy."""
        font = SOUNDFONTS[self.split]
        return kept(self.take, f"follow/{font}/{_file(self.id)}", lambda: recorded(self.take, font, self.id))


def recorded(notes: Notes, font: str, name: str) -> Audio:
    """Notes as a recording of them might sound; `name` settles how far out of tune, in which room and how noisy."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    cents = float(np.clip(rng.normal(0.0, CENTS), -MOST_CENTS, MOST_CENTS))
    bends = tuple(PitchBend(part, 0.0, cents / 100) for part in range(len(notes.parts)))
    sound = played(replace(notes, bends=bends), font).samples
    sound = noisy(in_a_room(sound, RATE, rng), RATE, rng)
    return at_rate(Audio(sound / max(1.0, float(np.abs(sound).max())), RATE))


def vienna() -> Iterator[Followed]:
    """Vienna 4x22, every performance, with every onset of the score. Raises MissingDataError."""
    from descant.io.open import open as open_file
    from descant.synthesis.as_written import as_written

    folder = dataset_folder(vienna4x22.NAME, vienna4x22.PUBLISHED) / "musicxml"
    for piece, group in groupby(vienna4x22.performances(), key=lambda one: one.piece):
        score = open_file(require_file(folder / f"{piece}.musicxml", vienna4x22.PUBLISHED))
        page, notes = as_written(score), written(score)
        for one in group:
            yield Followed(vienna4x22.NAME, one.id, piece, "test", notes, page, one.notes, *onsets(one))


def onsets(one: ViennaPerformance) -> tuple[FloatArray, FloatArray]:
    """(quarters from the score's beginning, seconds) of every onset that was played: the mean of its notes, without
    grace notes. Onsets that a player turned round are put in order.
    """
    kept_ = (one.played != UNMATCHED) & (one.written_offset > one.written_onset)
    quarter, at = np.unique(np.round(one.written_onset[kept_] - one.written_onset.min(), 4), return_inverse=True)
    second = np.bincount(at, one.notes.onset[one.played[kept_]]) / np.bincount(at)
    return quarter, np.maximum.accumulate(second)


def asap_performance(name: str, split: str, seconds: float | None = None) -> Followed:
    """A performance of ASAP, with every beat; its first `seconds` where they are given. Raises MissingDataError."""
    from descant.io.midi import read_midi

    score, performance = asap_score.read_score(name), asap.read_performance(name)
    page = _one_piano(read_midi(require_file(performance.score, asap.PUBLISHED)))
    take = _one_piano(performance.notes)
    quarter, second = score.beats, score.seconds
    notes = written_notes(page)
    if seconds is not None:
        inside = second < seconds
        quarter, second, take = quarter[inside], second[inside], excerpt(take, 0.0, seconds)
        page = replace(excerpt(page, 0.0, float(notes.seconds(quarter[-1])) + REST), tempos=page.tempos)
        notes = written_notes(page)
    return Followed(asap.NAME, name, name.rpartition("/")[0], split, notes, page, take, quarter, second)


def asap_performances(split: str) -> Iterator[Followed]:
    """Ten complete performances, or what there is to tune on."""
    for name in TEN if split == "test" else TUNED:
        yield asap_performance(name, split, None if split == "test" else TUNED_SECONDS)


def _one_piano(notes: Notes) -> Notes:
    """All parts as a piano plays them."""
    return replace(notes, parts=tuple(Part(one.name) for one in notes.parts))


def _file(name: str) -> str:
    return name.replace("/", "-")
