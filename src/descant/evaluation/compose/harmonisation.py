"""How the sopranos of chorales are harmonised: whether chords and basses are Bach's, and how the voices are led.

Alto, tenor and bass are written to the sopranos of the first chorales of the split, as `harmonising.py` does it, one
and the best of several, by GETMusic, and by models of the next token that are held to the soprano. There are many good
chords for a note, and Bach himself harmonised tunes in many ways, so a chord that is not his need not be wrong; that
somebody writes his more often tells who knows his manner better. Chords are those of beats (`sonorities.py`); voices
are told of as rates beside his own. The key that his chorale is heard in is told, as a page would tell it, but to the
n-gram; nothing of bars and words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from descant import weights
from descant.composition import discrete_diffusion, harmonising, music_transformer
from descant.composition.frames_before import key_of
from descant.composition.get_score import DURATION, PITCH
from descant.composition.getmusic import CHORALES
from descant.composition.harmonising import Soprano, Sung
from descant.composition.jsb_raster import RANGES, REST, VOICES, JsbRaster
from descant.composition.next_token import Memory, NextToken, nats
from descant.composition.pulse import BEAT, Pulse
from descant.composition.sonorities import beat_chords, chords, non_chord_tones, pitch_classes
from descant.composition.voice_leading import (
    Places,
    crossing,
    harsh_leaps,
    parallel_fifths,
    parallel_octaves,
    wide_spacing,
)
from descant.datasets import jsb, track_grids
from descant.errors import MissingDataError
from descant.evaluation.compose.masked_floors import ORDER
from descant.evaluation.compose.masked_tokens import pooled
from descant.evaluation.compose.next_token import rasters, transposed
from descant.evaluation.measured import Measured
from descant.evaluation.task import Request, Task
from descant.sequences.markov import Markov
from descant.types.arrays import BoolArray, IntArray

PIECES = 20  # of the split, from the first
DRAWN = 4
SEED = 0
BACH = "Bach"
NGRAM = "n-gram, kneser-ney"
ONE, BEST = (f"{discrete_diffusion.WEIGHTS}, {how}" for how in ("one drawn", f"best of {DRAWN}"))
RASTER = JsbRaster()
RATES: Mapping[str, Callable[[IntArray], Places]] = {
    "parallel fifths": parallel_fifths,
    "parallel octaves": parallel_octaves,
    "crossing": crossing,
    "wide spacing": wide_spacing,
    "harsh leaps": harsh_leaps,
    "chords on beats": lambda frames: chords(frames[::BEAT]),
    "non-chord tones": non_chord_tones,
}

Sums = dict[str, tuple[float, int]]  # by metric a sum, and of how many


def measure(request: Request) -> Iterator[Measured]:
    """Bach, and every system, on the first chorales of the split."""
    try:
        train = [tokens for _, tokens in rasters("train")]
        held_out = rasters(request.split)[: min(request.count or PIECES, PIECES)]
        for name in (discrete_diffusion.WEIGHTS, music_transformer.WEIGHTS):
            weights.find(name)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: left out: {error}")
        return
    there = [CHORALES.weights]
    try:
        weights.find(CHORALES.weights)
    except MissingDataError as error:
        request.left_out.append(f"{TASK.name}: {CHORALES.weights} is left out: {error}")
        there = []
    judge = Markov.fit([copy for one in train for copy in transposed(one)], RASTER.size, ORDER)
    for number, (piece, tokens) in enumerate(held_out):
        bach = tokens.reshape(-1, len(VOICES))
        for name, frames in harmonies(bach, judge, number, there):
            sums = judged(frames, bach)
            cost = nats(judge, RASTER, frames.ravel().tolist()).reshape(-1, len(VOICES))[:, 1:]
            sums["n-gram nll"] = (float(cost.sum()), cost.size)
            figures = {metric: total / count for metric, (total, count) in sums.items() if count}
            yield Measured(TASK.name, f"{jsb.NAME}/{request.split}", piece, None, name, figures, sums)
        own = judged(bach, None)
        yield Measured(TASK.name, f"{jsb.NAME}/{request.split}", piece, None, BACH, {}, own)
        request.progress((number + 1) / len(held_out))


def harmonies(bach: IntArray, ngram: Markov, number: int, there: Sequence[str]) -> Iterator[tuple[str, IntArray]]:
    """What each system writes to a chorale's soprano, (steps, 4), by name; of GETMusic if its weights are there."""
    soprano, key = bach[:, 0], key_of(pitch_classes(RASTER.frames(bach.ravel())).sum(axis=0))
    yield NGRAM, _token_by_token(ngram, soprano, np.random.default_rng([SEED, number]))
    only = partial(_only, soprano)
    drawn = music_transformer.draw([len(soprano)], np.random.default_rng([SEED, number]), key=key, rule=only)
    yield music_transformer.WEIGHTS, drawn[0].frames
    if CHORALES.weights in there:
        yield CHORALES.weights, _tracks(soprano, key, np.random.default_rng([SEED, number]))
    melody = _melody(soprano, key)
    rng = np.random.default_rng([SEED, number])
    yield ONE, harmonising.draw(melody, Sung(melody, ()), rng)
    rng = np.random.default_rng([SEED, number])
    yield BEST, harmonising.harmonise(melody, (), rng, DRAWN)[0].frames


def judged(frames: IntArray, bach: IntArray | None) -> Sums:
    """Measures of a piece for itself, and of how far it is Bach's."""
    pitches = RASTER.frames(frames.ravel())
    places = {name: rate(pitches) for name, rate in RATES.items()}
    found: Sums = {name: (float(one.found.sum()), int(one.asked.sum())) for name, one in places.items()}
    if bach is None:
        return found
    his = RASTER.frames(bach.ravel())
    own, other = beat_chords(pitches), beat_chords(his)
    bass = pitches[::BEAT, -1] % 12 == his[::BEAT, -1] % 12
    return {
        "chord": (float((own == other).sum()), len(own)),
        "root": (float((own % 12 == other % 12).sum()), len(own)),
        "bass": (float(bass.sum()), len(bass)),
        **found,
    }


def _melody(soprano: IntArray, key: int) -> Soprano:
    """As it is known from the raster: where it is held and where it is struck again is not told."""
    struck = np.concatenate([[soprano[0] > 0], (soprano[1:] != soprano[:-1]) & (soprano[1:] > 0)])
    return Soprano(
        soprano, struck, Pulse.of_quarters(len(soprano)), np.zeros(0, dtype=np.int64), np.full(len(soprano), key)
    )


def _only(soprano: IntArray, step: int, last: IntArray, above: IntArray) -> BoolArray:
    """A rule (`music_transformer.Rule`): the soprano is given, and the others sing."""
    found = np.zeros((len(last), RASTER.size), dtype=bool)
    found[:, 1:] = True
    if not above.shape[-1]:
        found[:] = np.arange(RASTER.size) == soprano[step]
    return found


def _tracks(soprano: IntArray, key: int, rng: np.random.Generator) -> IntArray:
    """The lower voices as tracks written to the soprano's; a pitch out of its voice's range by octaves into it."""
    only = np.full((len(soprano), len(VOICES)), REST)
    only[:, 0] = np.where(soprano > 0, soprano + RASTER.lowest - 1, REST)
    given = track_grids.chorale_grid(jsb.Chorale("", "", jsb.read_grid("", only), only))
    grid = CHORALES.complete(given.grid, VOICES[1:], rng, place=given.place, key=key)
    for voice, (low, high) in enumerate(RANGES[1:], 1):
        for column in np.flatnonzero(grid[:, 2 * voice]).tolist():
            pitch = int(grid[column, 2 * voice]) - PITCH
            pitch += 12 * max(0, -(-(low - pitch) // 12)) - 12 * max(0, -(-(pitch - high) // 12))
            only[column : column + int(grid[column, 2 * voice + 1]) - DURATION + 1, voice] = pitch
    return RASTER.flatten(only).reshape(only.shape)


def _token_by_token(model: NextToken[Memory], soprano: IntArray, rng: np.random.Generator) -> IntArray:
    """The lower voices drawn one after another by a model that is told the soprano's tokens."""
    memory = model.start
    found = np.zeros((len(soprano), len(VOICES)), dtype=np.int64)
    for step, voice in np.ndindex(found.shape):
        token = int(soprano[step])
        if voice:
            chance = model.probabilities(memory) * RASTER.voice_masks[voice]
            chance[0] = 0.0
            token = int(rng.choice(RASTER.size, p=chance / chance.sum()))
        found[step, voice] = token
        memory = model.after(memory, token)
    return found


TASK = Task(name="harmonisation", baseline=NGRAM, measure=measure, pooled=pooled)
