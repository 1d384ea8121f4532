"""Music Transformer: chorales in four voices, written token after token by attention to all that came before.

A decoder reads the raster of `jsb_raster.py` and says how likely each next token is; its ONNX graph takes the keys and
values of what was read before, so that a step costs no more than its own token and a look back. The likelihood of a
piece is exact: the product of those of its tokens, soprano to bass, frame after frame.

Huang et al.: Music Transformer, ICLR 2019, whose relative attention by skewing is one of three schemes here
(`transformer_layers.py`); the recipe takes slopes instead (Press, Smith and Lewis: Train Short, Test Long, ICLR 2022).
Three readers are pooled (`music_transformer_model.py`): of degrees of the key so far (`frames_before.py`) and of
pitches, whose attention looks at frames, and of degrees token by token, which looks back a few bars.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.composition.frames_before import Before, room_to_move, rows
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.kept_columns import Columns
from descant.composition.key_kept import kept as kept_to
from descant.composition.parallels_avoided import avoided
from descant.types.arrays import BoolArray, FloatArray, IntArray
from descant.weights import Array

WEIGHTS = "music_transformer"
RASTER = JsbRaster()
AVERAGED = range(-3, 4)  # semitones
READ = 256  # frames
MOVING = 2.6  # by which a cool voice moves as often as Bach has his, in what is written
TEMPERATURE = 0.85  # of what is drawn: of those tried, what is written is nearest to Bach's training chorales
OF_FRAMES, OF_TOKENS = "frame", "token"  # what names of columns begin with


@dataclass(frozen=True, eq=False)
class Kept:
    """What attention keeps of some pieces side by side."""

    frames: Columns
    tokens: Columns

    @classmethod
    def none(cls, pieces: int = 1) -> Kept:
        """Nothing was read."""
        given = {one.name: one.shape for one in weights.load(WEIGHTS).session.get_inputs()}

        def columns(of: str) -> Columns:
            _, heads, length, width = given[f"{of}_key_0"]
            layers = sum(name.startswith(f"{of}_key_") for name in given)
            return Columns.none(layers, pieces, heads, width, length if isinstance(length, int) else None)

        return cls(columns(OF_FRAMES), columns(OF_TOKENS))

    def inputs(self, pieces: int) -> dict[str, npt.NDArray[Any]]:
        """The graph's, of the first pieces."""
        found: dict[str, npt.NDArray[Any]] = {}
        for name, columns in ((OF_FRAMES, self.frames), (OF_TOKENS, self.tokens)):
            found[f"{name}_places"] = columns.places
            for layer in range(len(columns.kept) // 2):
                found[f"{name}_key_{layer}"] = columns.kept[2 * layer, :pieces]
                found[f"{name}_value_{layer}"] = columns.kept[2 * layer + 1, :pieces]
        return found

    def add(self, found: Mapping[str, Array]) -> None:
        """What the graph gave of new frames and tokens."""
        self.frames.add(found["frames_kept"])
        self.tokens.add(found["tokens_kept"])

    def after(self, found: Mapping[str, Array]) -> Kept:
        """The same with what the graph gave, which leaves this as it is."""
        new = found["frames_kept"].shape[-2]
        kept = Kept(self.frames.copy() if new else self.frames, self.tokens.copy())
        kept.add(found)
        return kept


def ask(
    told: Mapping[str, npt.NDArray[Any]], voices: Sequence[int], first: int, context: Array, kept: Kept
) -> dict[str, Array]:
    """What the graph says of some voices of frames (`frames_before.rows`, as (pieces, frames, ...)).

    `first` is the place of the first frame; `context` (pieces, frames, dim) what was made already of the frames before
    these, none of it where they are new. Gives `logits` (pieces, frames, voices, 47), `contexts` of all these frames,
    and what is to be kept.
    """
    pieces = len(told["frame"])
    return weights.load(WEIGHTS).run(
        {
            **told,
            "voice": np.array(voices),
            "first": np.array([first]),
            "context": context,
            **kept.inputs(pieces),
        }
    )


def unread(pieces: int = 1) -> Array:
    """The context of frames of which nothing was made yet, (pieces, 0, dim)."""
    width = next(one.shape[2] for one in weights.load(WEIGHTS).session.get_inputs() if one.name == "context")
    return np.zeros((pieces, 0, width), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Memory:
    """A piece in the making."""

    before: Before  # its whole frames
    kept: Kept  # of what was read; never changed
    context: Array  # of the frame that is being written; none where it begins
    sung: tuple[int, ...] = ()  # its tokens

    @cached_property
    def heard(self) -> dict[str, Array]:
        """What the graph says of the next token."""
        frame = np.array([*self.sung, *(len(VOICES) - len(self.sung)) * [0]], dtype=np.int64)
        told = {name: one[np.newaxis, np.newaxis] for name, one in {"frame": frame, **self.before.row()}.items()}
        return ask(told, [len(self.sung)], self.before.step, self.context, self.kept)


class MusicTransformer:
    """A model of the next token (`next_token.py`), step by step."""

    @property
    def start(self) -> Memory:
        """Before the first token."""
        return Memory(Before.start(), Kept.none(), unread())

    def probabilities(self, memory: Memory) -> FloatArray:
        """Of every token to come next, (47,)."""
        logits = memory.heard["logits"][0, 0, 0].astype(np.float64)
        odds = np.exp(logits - logits.max())
        shares: FloatArray = odds / odds.sum()
        return shares

    def after(self, memory: Memory, token: int) -> Memory:
        """The memory once a token has come."""
        sung, kept = (*memory.sung, token), memory.kept.after(memory.heard)
        if len(sung) < len(VOICES):
            return Memory(memory.before, kept, memory.heard["contexts"], sung)
        return Memory(memory.before.after(sung), kept, unread())


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


def write(
    lengths: Sequence[int], rng: np.random.Generator, *, careful: bool = True, temperature: float = TEMPERATURE
) -> list[IntArray]:
    """Chorales of these lengths in steps, drawn side by side, each (steps, 4) tokens.

    Who is careful divides the odds of parallels (`parallels_avoided.py`); at a temperature of 1 the odds are as the
    model has them.
    """
    return [one.frames for one in draw(lengths, rng, careful=careful, temperature=temperature)]


def draw(
    lengths: Sequence[int],
    rng: np.random.Generator,
    *,
    careful: bool = True,
    temperature: float = TEMPERATURE,
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
    first, nothing = opening.step, unread(len(order))
    written = [np.zeros((lengths[at], len(VOICES)), dtype=np.int64) for at in order]
    nats = [np.zeros((lengths[at], len(VOICES))) for at in order]
    before = [opening for _ in order]
    longest = max(lengths, default=0)
    for step in range(longest):
        going = sum(lengths[at] > step for at in order)
        rows_before = [one.row() for one in before[:going]]
        told = {name: np.array([[one[name]] for one in rows_before]) for name in rows_before[0]}
        last, frame = told["last"][:, 0], np.zeros((going, len(VOICES)), dtype=np.int64)
        costs, context = np.zeros((going, len(VOICES))), nothing[:going]
        for voice in range(len(VOICES)):
            found = ask({"frame": frame[:, np.newaxis], **told}, [voice], first + step, context, kept)
            context = found["contexts"]
            kept.add(found)
            heard_alone = found["logits"][:, 0, 0].astype(np.float64)
            logits = cooled(heard_alone, last[:, voice], temperature)
            if careful:
                logits = avoided(logits, last, frame[:, :voice])
            if key is not None:
                logits = kept_to(logits, key)
            if rule is not None:
                allowed = rule(first + step, last, frame[:, :voice]) & RASTER.voice_masks[voice]
                logits = np.where(allowed, logits, -np.inf)
            frame[:, voice] = np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)
            costs[:, voice] = _nats(heard_alone, frame[:, voice])
        for at in range(going):
            written[at][step], nats[at][step] = frame[at], costs[at]
            before[at] = before[at].after(frame[at])
        progress((step + 1) / longest)
    if given is not None:
        written = [np.concatenate([given, one]) for one in written]
        nats = [np.concatenate([np.zeros(given.shape), one]) for one in nats]
    return [Drawn(written[order.index(at)], nats[order.index(at)]) for at in range(len(order))]


def cooled(logits: FloatArray, held: IntArray, temperature: float) -> FloatArray:
    """Logits (..., size) at a temperature, with what was sung last a little less likely to be held on.

    Where all is cooled alike, ever fewer notes are struck: what is likeliest at most steps is that nothing moves.
    """
    holds = held[..., np.newaxis] == np.arange(logits.shape[-1])
    found: FloatArray = logits / temperature - MOVING * (1.0 - temperature) * holds
    return found


def _opening(given: IntArray | None, key: int | None, pieces: int) -> tuple[Before, Kept]:
    """What is known, and kept, once each of some pieces has begun with the given frames."""
    opening = Before.start() if key is None else Before.in_key(key)
    if given is None or not len(given):
        return opening, Kept.none(pieces)
    for frame in given:
        opening = opening.after(frame)
    _, kept = read(given)
    return opening, Kept(kept.frames.repeated(pieces), kept.tokens.repeated(pieces))


def read(frames: IntArray) -> tuple[FloatArray, Kept]:
    """A piece of one frame or more: logits of every token given those before it, (steps, 4, 47), and what is kept.

    It is read in stretches of READ frames, so that memory grows with its length and not with the square of it.
    """
    kept, told, logits = Kept.none(), rows(frames), []
    for first in range(0, len(frames), READ):
        stretch = {name: one[np.newaxis, first : first + READ] for name, one in told.items()}
        found = ask(stretch, range(len(VOICES)), first, unread(), kept)
        kept.add(found)
        logits.append(found["logits"][0])
    return np.concatenate(logits).astype(np.float64), kept


def nll(frames: IntArray, *, careful: bool = True) -> FloatArray:
    """Nats of every token of a piece, (steps, 4), of who is careful, as `write` is, or not."""
    logits, _ = read(frames)
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
