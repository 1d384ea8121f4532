"""Music Transformer: chorales in four voices, written token after token by attention to all that came before.

A decoder reads the raster of `jsb_raster.py` and says how likely each next token is; its ONNX graph takes the keys and
values of the frames before, so that a step costs no more than its own frame and a look back. The likelihood of a piece
is exact: the product of those of its tokens, soprano to bass, frame after frame.

Huang et al.: Music Transformer, ICLR 2019, whose relative attention by skewing is one of three schemes here
(`music_transformer_model.py`); the recipe takes slopes instead (Press, Smith and Lewis: Train Short, Test Long, ICLR
2022). Two readers are mixed, one of pitches and one of degrees of the key so far (`frames_before.py`). Simplified:
attention looks at frames, not at single tokens, and the four tokens of a frame are told apart by what the frame holds
so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from descant import weights
from descant.composition.frames_before import Before, room_to_move, rows
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.key_kept import kept as kept_to
from descant.composition.parallels_avoided import avoided
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

WEIGHTS = "music_transformer"
RASTER = JsbRaster()
AVERAGED = range(-3, 4)  # semitones


@dataclass(frozen=True, eq=False)
class Memory:
    """A piece in the making."""

    before: Before  # its whole frames
    kept: Array  # keys and values of these
    sung: tuple[int, ...] = ()  # tokens of the frame that is being written
    opening: Memory | None = None  # where that frame began; None there

    @cached_property
    def heard(self) -> dict[str, Array]:
        """What the graph says of this frame; its `present` is the same for every voice, telling of what was before."""
        frame = np.array([*self.sung, *(len(VOICES) - len(self.sung)) * [0]], dtype=np.int64)
        told = {"frame": frame, **self.before.row()}
        given = {name: one[np.newaxis, np.newaxis] for name, one in told.items()}
        return weights.load(WEIGHTS).run({**given, "past": self.kept})


class MusicTransformer:
    """A model of the next token (`next_token.py`), step by step."""

    @property
    def start(self) -> Memory:
        """Before the first token."""
        return Memory(Before.start(), no_past())

    def probabilities(self, memory: Memory) -> FloatArray:
        """Of every token to come next, (47,)."""
        logits = memory.heard["logits"][0, 0, len(memory.sung)].astype(np.float64)
        odds = np.exp(logits - logits.max())
        shares: FloatArray = odds / odds.sum()
        return shares

    def after(self, memory: Memory, token: int) -> Memory:
        """The memory once a token has come; the last of a frame adds to what is kept."""
        sung, opening = (*memory.sung, token), memory.opening or memory
        if len(sung) < len(VOICES):
            return Memory(memory.before, memory.kept, sung, opening)
        kept = np.concatenate([memory.kept, opening.heard["present"]], axis=-2)
        return Memory(memory.before.after(sung), kept)


class Rule(Protocol):
    """What may be sung, where not everything may."""

    def __call__(self, step: int, last: IntArray, above: IntArray, /) -> BoolArray:
        """Of the next voice's tokens, (pieces, 47), one at least for each piece.

        `last` (pieces, 4) is the frame before, `above` (pieces, voice) what the voices above it sing in this one.
        """
        ...


@dataclass(frozen=True, eq=False)
class Drawn:
    """A chorale, (steps, 4) tokens, and the nats that the model as it is gives each; none for those that were given."""

    frames: IntArray
    nats: FloatArray


def write(lengths: Sequence[int], rng: np.random.Generator, *, careful: bool = True) -> list[IntArray]:
    """Chorales of these lengths in steps, drawn side by side, each (steps, 4) tokens.

    Who is careful divides the odds of parallels (`parallels_avoided.py`).
    """
    return [one.frames for one in draw(lengths, rng, careful=careful)]


def draw(
    lengths: Sequence[int],
    rng: np.random.Generator,
    *,
    careful: bool = True,
    given: IntArray | None = None,
    key: int | None = None,
    rule: Rule | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Drawn]:
    """Chorales with their nats, drawn side by side.

    given: frames that all of them begin with, which the lengths do not count. key: the one that is kept to
    (`key_kept.py`), and that the key so far is taken for while little was sung. rule: what it forbids has odds 0.
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])  # longest first: who still writes stands in front
    opening, kept = _opening(given, key, len(order))
    first = opening.step
    written = [np.zeros((lengths[at], len(VOICES)), dtype=np.int64) for at in order]
    nats = [np.zeros((lengths[at], len(VOICES))) for at in order]
    before = [opening for _ in order]
    longest = max(lengths, default=0)
    for step in range(longest):
        going = sum(lengths[at] > step for at in order)
        rows_before = [one.row() for one in before[:going]]
        told = {name: np.array([[one[name]] for one in rows_before]) for name in rows_before[0]}
        last, frame = told["last"][:, 0], np.zeros((going, len(VOICES)), dtype=np.int64)
        costs = np.zeros((going, len(VOICES)))
        for voice in range(len(VOICES)):
            found = weights.load(WEIGHTS).run({"frame": frame[:, np.newaxis], **told, "past": kept[:, :, :going]})
            heard_alone = logits = found["logits"][:, 0, voice].astype(np.float64)
            if careful:
                logits = avoided(logits, last, frame[:, :voice])
            if key is not None:
                logits = kept_to(logits, key)
            if rule is not None:
                allowed = rule(first + step, last, frame[:, :voice]) & RASTER.voice_masks[voice]
                logits = np.where(allowed, logits, -np.inf)
            frame[:, voice] = np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)
            costs[:, voice] = _nats(heard_alone, frame[:, voice])
        kept = np.concatenate([kept[:, :, :going], found["present"]], axis=-2)
        for at in range(going):
            written[at][step], nats[at][step] = frame[at], costs[at]
            before[at] = before[at].after(frame[at])
        progress((step + 1) / longest)
    if given is not None:
        written = [np.concatenate([given, one]) for one in written]
        nats = [np.concatenate([np.zeros(given.shape), one]) for one in nats]
    return [Drawn(written[order.index(at)], nats[order.index(at)]) for at in range(len(order))]


def _opening(given: IntArray | None, key: int | None, pieces: int) -> tuple[Before, Array]:
    """What is known, and kept, once each of some pieces has begun with the given frames."""
    opening = Before.start() if key is None else Before.in_key(key)
    if given is None or not len(given):
        return opening, no_past(pieces)
    for frame in given:
        opening = opening.after(frame)
    return opening, np.repeat(heard(given)["present"], pieces, axis=2)


def heard(frames: IntArray) -> dict[str, Array]:
    """A piece of one frame or more read at once: `logits` of every token given those before it, (1, steps, 4, 47).

    `present` is what attention keeps of each frame.
    """
    told = {name: one[np.newaxis] for name, one in rows(frames).items()}
    return weights.load(WEIGHTS).run({**told, "past": no_past()})


def no_past(pieces: int = 1) -> Array:
    """The keys and values of no frames, (layers, 2, pieces, heads, 0, width)."""
    shape = next(one.shape for one in weights.load(WEIGHTS).session.get_inputs() if one.name == "past")
    return np.zeros((*shape[:2], pieces, shape[3], 0, shape[5]), dtype=np.float32)


def nll(frames: IntArray, *, careful: bool = True) -> FloatArray:
    """Nats of every token of a piece, (steps, 4), of who is careful, as `write` is, or not."""
    logits = heard(frames)["logits"][0].astype(np.float64)
    if careful:
        last = np.vstack([np.zeros((1, len(VOICES)), dtype=np.int64), frames[:-1]])
        each = [avoided(logits[:, voice], last, frames[:, :voice]) for voice in range(len(VOICES))]
        logits = np.stack(each, axis=1)
    return _nats(logits, frames)


def averaged_nll(frames: IntArray, shifts: range = AVERAGED, *, careful: bool = True) -> FloatArray:
    """Nats of every token, (steps, 4), by the mean of the probabilities that it has in the piece moved by `shifts`.

    Only moves that leave every voice in its range count; each token's mean is over the same moves.
    """
    down, up = room_to_move(frames, RASTER)
    moved = (np.where(frames > 0, frames + by, 0) for by in shifts if down <= by <= up)
    mean: FloatArray = -np.log(np.mean([np.exp(-nll(one, careful=careful)) for one in moved], axis=0))
    return mean


def _nats(logits: FloatArray, tokens: IntArray) -> FloatArray:
    """Nats of tokens (...) under logits (..., size)."""
    wide = logits - logits.max(axis=-1, keepdims=True)
    told: FloatArray = np.log(np.exp(wide).sum(axis=-1)) - np.take_along_axis(wide, tokens[..., None], -1)[..., 0]
    return told
