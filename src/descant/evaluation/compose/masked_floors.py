"""What tells covered tokens of a chorale and knows next to nothing: the nearest token of the voice, and an n-gram.

Frames are (steps, 4) of the raster's tokens, COVERED where one is not known; odds (steps, 4, 47) are told of covered
cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from descant.composition.absorbing_state import COVERED
from descant.composition.frames_around import BAR, GAPS, UNKNOWN, rows
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.evaluation.compose.next_token import transposed
from descant.sequences.markov import Markov
from descant.types.arrays import BoolArray, FloatArray, IntArray

RASTER = JsbRaster()
ORDER = 6  # the better one on validation chorales, left to right

Guess = Callable[[IntArray], FloatArray]


def unigrams(train: Sequence[IntArray]) -> FloatArray:
    """How often each voice sings each token, (4, 47), as if each that it may sing were seen once more."""
    count = RASTER.voice_masks.astype(np.float64)
    for frames in train:
        np.add.at(count, (np.arange(len(VOICES)), frames), 1.0)
    return np.asarray(count / count.sum(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class CopyNeighbour:
    """The nearest known token of the voice, of two the earlier one; where there is none, what the voice sings most.

    It is trusted as much as tokens so far apart were alike in training; the rest is shared as the voice's tokens are.
    """

    alike: FloatArray  # (GAPS,) by the class of how far away it is
    unigrams: FloatArray

    @classmethod
    def fit(cls, train: Sequence[IntArray]) -> CopyNeighbour:
        """Learned from training frames."""
        alike = np.zeros(GAPS)
        for gap in range(1, GAPS):
            lag = gap if gap <= BAR else BAR + 8 * (gap - BAR)
            pairs = [frames[lag:] == frames[:-lag] for frames in train if len(frames) > lag]
            alike[gap] = (sum(one.sum() for one in pairs) + 1) / (sum(one.size for one in pairs) + 2)
        return cls(alike, unigrams(train))

    def odds(self, frames: IntArray) -> FloatArray:
        """Of each cell."""
        told = rows(frames)
        since, until = (np.where(told[name] > 0, told[name], GAPS) for name in ("since", "until"))
        nearest = np.where(since <= until, told["before"], told["after"])
        trust = np.append(self.alike, 0.0)[np.minimum(since, until)][..., None]
        copied = np.arange(RASTER.size) == np.where(nearest == UNKNOWN, 0, nearest)[..., None]
        return np.asarray(trust * copied + (1 - trust) * self.unigrams)


@dataclass(frozen=True, eq=False)
class Ngram:
    """An n-gram reads the row of tokens and takes its likeliest guess for each covered one as it goes.

    Both ways, another reads it from its end, and what the two say is multiplied and divided by what the voice sings
    anyway: right if what is before and what is after had no more to do with each other than that. Guesses are taken for
    certain, so that the more is covered, the more both trust themselves too much.
    """

    forward: Markov
    backward: Markov
    unigrams: FloatArray

    @classmethod
    def fit(cls, train: Sequence[IntArray]) -> Ngram:
        """Learned from training frames, and from these in other keys."""
        copies = [copy for frames in train for copy in transposed(frames.ravel())]
        forward, backward = (Markov.fit([one[::way] for one in copies], RASTER.size, ORDER) for way in (1, -1))
        return cls(forward, backward, unigrams(train))

    def left_to_right(self, frames: IntArray) -> FloatArray:
        """Of each cell; 0 where a token is known."""
        return _shares(_read(self.forward, frames.ravel(), _may(frames)), frames)

    def both_ways(self, frames: IntArray) -> FloatArray:
        """Of each cell; 0 where a token is known."""
        row, may = frames.ravel(), _may(frames)
        found = _read(self.forward, row, may) * _read(self.backward, row[::-1], may[::-1])[::-1]
        return _shares(found / np.where(may, np.tile(self.unigrams, (len(frames), 1)), 1.0), frames)


def _may(frames: IntArray) -> BoolArray:
    """What each token of a row may be, (tokens, size)."""
    return np.tile(RASTER.voice_masks, (len(frames), 1))


def _shares(found: FloatArray, frames: IntArray) -> FloatArray:
    """Scaled to sum to 1 where there is anything, as (steps, 4, size)."""
    total = found.sum(axis=-1, keepdims=True)
    shares: FloatArray = found / np.where(total > 0, total, 1.0)
    return shares.reshape(*frames.shape, RASTER.size)


def _read(model: Markov, row: IntArray, may: BoolArray) -> FloatArray:
    """What a model says of each covered token of a row, (tokens, size), of those that `may` be; its guess is taken."""
    found = np.zeros(may.shape)
    memory = model.start
    for at, token in enumerate(row.tolist()):
        if token == COVERED:
            found[at] = model.probabilities(memory) * may[at]
            token = int(found[at].argmax())
        memory = model.after(memory, token)
    return found
