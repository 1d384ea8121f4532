"""Who writes chorales: floors that have learned from Bach's or from none, and spoofs that must be found out.

A composer learns from training chorales, and then writes one of each length that it is asked for. What a spoof writes
is as long as it happens to be. Frames are (steps, 4) MIDI numbers, REST where a voice is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from descant.composition import music_transformer
from descant.composition.frames_before import room_to_move
from descant.composition.illiac import SCALES, illiac
from descant.composition.jsb_raster import REST, VOICES
from descant.composition.next_token import Memory, NextToken, go_on
from descant.composition.self_similarity import BAR
from descant.composition.vocabulary import closed, read
from descant.evaluation.compose import next_token
from descant.evaluation.compose.next_token import RASTER, transposed
from descant.sequences.hmm import Hmm
from descant.sequences.markov import Markov
from descant.types.arrays import IntArray
from descant.types.names import FLAT_NAMES

QUARTER = 4  # steps

Chorales = Sequence[IntArray]
Compose = Callable[[Sequence[int], np.random.Generator], Iterable[IntArray]]  # from lengths in steps
Learn = Callable[[Chorales], Compose]


def by_model(model: NextToken[Memory]) -> Compose:
    """Drawn token by token, as the raster's grammar allows."""
    return lambda lengths, rng: (RASTER.frames(go_on(model, RASTER, rng, len(VOICES) * steps)) for steps in lengths)


def _ngram(train: Chorales) -> Compose:
    pieces = [copy for frames in train for copy in transposed(RASTER.flatten(frames))]
    return by_model(Markov.fit(pieces, RASTER.size, next_token.ORDERS[-1], "kneser-ney"))


def _hmm(train: Chorales) -> Compose:
    tokens = [RASTER.flatten(frames) for frames in train]
    rng = np.random.default_rng(next_token.SEED)
    return by_model(Hmm.fit(tokens, RASTER.size, next_token.STATES[-1], rng, next_token.HMM_ROUNDS))


def _illiac(_train: Chorales) -> Compose:
    """A chord a quarter, in any key."""

    def compose(lengths: Sequence[int], rng: np.random.Generator) -> Iterator[IntArray]:
        for steps in lengths:
            key = f"{rng.choice(FLAT_NAMES)} {rng.choice(tuple(SCALES))}"
            yield np.repeat(illiac(max(3, steps // QUARTER), rng, key), QUARTER, axis=0)

    return compose


def _transformer(*, careful: bool) -> Learn:
    """Shipped; the raster's grammar adds a bass where the last frame would be silent."""

    def compose(lengths: Sequence[int], rng: np.random.Generator) -> Iterator[IntArray]:
        for tokens in music_transformer.write(lengths, rng, careful=careful):
            row = tokens.ravel().tolist()
            yield RASTER.frames([*row, *closed(RASTER, read(RASTER, row))])

    return lambda _train: compose


def _one_chord(train: Chorales) -> Compose:
    """A chord of one of the chorales, for as long as is asked for."""
    chords = np.concatenate(train)
    chords = chords[(chords != REST).all(axis=1)]
    return lambda lengths, rng: (np.tile(rng.choice(chords), (steps, 1)) for steps in lengths)


def _shuffled_bars(train: Chorales) -> Compose:
    """A chorale with its bars in another order."""

    def shuffled(frames: IntArray, rng: np.random.Generator) -> IntArray:
        bars = np.array_split(frames, range(BAR, len(frames), BAR))
        return np.concatenate([bars[at] for at in rng.permutation(len(bars))])

    return lambda lengths, rng: (shuffled(train[at], rng) for at in rng.integers(len(train), size=len(lengths)))


def _copies(train: Chorales) -> Compose:
    """A chorale in any key that the voices can sing."""

    def moved(frames: IntArray, rng: np.random.Generator) -> IntArray:
        down, up = room_to_move(RASTER.flatten(frames).reshape(frames.shape), RASTER)
        return np.where(frames == REST, REST, frames + rng.integers(down, up + 1))

    return lambda lengths, rng: (moved(train[at], rng) for at in rng.integers(len(train), size=len(lengths)))


COMPOSERS: Mapping[str, Learn] = {
    "illiac": _illiac,
    "hmm": _hmm,
    "n-gram, kneser-ney": _ngram,
    "music_transformer": _transformer(careful=True),
    "music_transformer, without care": _transformer(careful=False),
    "spoof: one chord": _one_chord,
    "spoof: shuffled bars": _shuffled_bars,
    "spoof: copies": _copies,
}
