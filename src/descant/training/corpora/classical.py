"""Scores of When in Rome played with human timing: rubato, pickups, three and six in a bar, on piano and in ensembles.

Excerpts of about a minute and a half that begin on any beat. Only pieces whose analyses may train what is shipped and
which nothing tests; of the set's own scores alone, so that it does not matter what else is installed. Synthesised
throughout.
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np

from descant.datasets import when_in_rome
from descant.datasets.location import dataset_folder
from descant.datasets.performance import perform
from descant.datasets.score_notes import ScoreNotes
from descant.datasets.when_in_rome import WhenInRomePiece, split_of
from descant.errors import MissingDataError
from descant.evaluation.ears.collections.scores import may_train
from descant.features import RATE
from descant.synthesis.sampler import sampler
from descant.training.corpora.plain import training_fonts
from descant.training.corpora.retune import FURTHEST_CENTS, retuned
from descant.types import Audio, Keys, Piece

SECONDS = (60.0, 100.0)
LEAST_BARS = 8
USUAL_BPM = 100.0  # of quarters, where the score asks for no tempo
RUBATO = (0.0, 1.2)
PIANO = 0.6  # share of excerpts
ENSEMBLES = (
    (40, 40, 41, 42),  # string quartet
    (48,),
    (49,),
    (52,),
    (53,),
    (19,),
    (6,),
    (24,),
    (73, 68, 71, 70),  # woodwinds
    (56, 60, 57, 58),  # brass
    (71, 40, 42),
    (40, 0),
    (73, 46),
    (48, 48, 43),
)


class Classical:
    """The corpus: item `i` is an excerpt of piece `i` of the split in an order that never changes."""

    name = "classical-2"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One excerpt: notes, beats and local keys."""
        pieces = _pieces(split)
        piece = pieces[index % len(pieces)]
        score, start = excerpt(piece.score, float(rng.uniform(*SECONDS)), rng)
        alone = rng.random() < PIANO
        programs = (0,) if alone else ENSEMBLES[int(rng.integers(len(ENSEMBLES)))]
        done = perform(
            score, rng, pedal=bool(alone and rng.random() < 0.8), rubato=rng.uniform(*RUBATO), programs=programs
        )
        fonts = training_fonts()
        sound = sampler(done.notes, soundfont=fonts[int(rng.integers(len(fonts)))])
        truth = Piece(f"When in Rome {piece.id}", sound.duration).with_(done.notes).with_(done.beats)
        edges = np.append(done.seconds(np.maximum(piece.key_start - start, 0.0)), sound.duration)
        heard = np.flatnonzero(np.diff(edges) > 0)
        labels = tuple(piece.key[at] for at in heard)
        truth = truth.with_(
            Keys(edges[heard], edges[heard + 1], labels, overall=labels[0] if len(labels) == 1 else "N")
        )
        cents = float(rng.uniform(-FURTHEST_CENTS, FURTHEST_CENTS))
        samples, truth = retuned(sound.samples.mean(axis=0), sound.sample_rate, truth, cents)
        return Audio(samples[np.newaxis], RATE), truth


def excerpt(score: ScoreNotes, seconds: float, rng: np.random.Generator) -> tuple[ScoreNotes, float]:
    """About so many seconds of a score from a random beat on; that beat, quarters."""
    length = seconds * (score.bpm or USUAL_BPM) / 60
    latest = score.beats[score.beats <= max(score.end - length, score.beats[0])]
    start = float(latest[int(rng.integers(len(latest)))]) if rng.random() < 0.7 else float(score.beats[0])
    kept = (score.onset >= start) & (score.onset < start + length)
    beats, downbeats = (one[(one >= start) & (one < start + length)] - start for one in (score.beats, score.downbeats))
    columns = score.onset[kept] - start, score.duration[kept], score.pitch[kept], score.part[kept]
    return ScoreNotes(score.name, *columns, beats, downbeats, score.bpm), start


@cache
def _pieces(split: str) -> tuple[WhenInRomePiece, ...]:
    """The pieces of a split that may train, in an order that hangs on their names alone."""
    corpus = dataset_folder(when_in_rome.NAME, when_in_rome.PUBLISHED) / "Corpus"
    found = [
        one
        for one in when_in_rome.pieces()
        if one.trainable and len(one.score.downbeats) > LEAST_BARS and (corpus / one.id / "score.mxl").is_file()
    ]
    mine = [one for one in found if (may_train(one.id) if split == "train" else split_of(one.id) == split)]
    if not mine:
        raise MissingDataError(f"When in Rome has no piece that may train in its {split} split")
    return tuple(sorted(mine, key=lambda one: zlib.crc32(one.id.encode())))
