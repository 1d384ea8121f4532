"""Music Transformer: chorales in four voices, written token after token by attention to all that came before.

A decoder reads the raster of `jsb_raster.py` and says how likely each next token is; its ONNX graph takes the keys and
values of the frames before, so that a step costs no more than its own frame and a look back. The likelihood of a piece
is exact: the product of those of its tokens, soprano to bass, frame after frame.

Huang et al.: Music Transformer, ICLR 2019, whose relative attention by skewing is one of three schemes here
(`music_transformer_model.py`); the shipped weights use slopes instead (Press, Smith and Lewis: Train Short, Test Long,
ICLR 2022). Simplified: attention looks at frames, not at single tokens, and the four tokens of a frame are told apart
by what the frame holds so far. Pitches are read as degrees of the key so far (`frames_before.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from descant import weights
from descant.composition.frames_before import Before, room_to_move, rows
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.vocabulary import read
from descant.errors import InvalidValueError
from descant.types.arrays import FloatArray, IntArray

WEIGHTS = "music_transformer"
RASTER = JsbRaster()
AVERAGED = range(-3, 4)  # semitones


class Writing:
    """A piece in the making: the frames so far and what attention keeps of them."""

    def __init__(self, frames: IntArray) -> None:
        """Goes on after `frames`, (steps, 4), which may be none; they are read at once."""
        self._model = weights.load(WEIGHTS)
        self._frames = list(frames)
        self._before = Before.start()
        for frame in frames:
            self._before = self._before.after(frame)
        self._kept = heard(frames)["present"] if len(frames) else no_past()
        self._open: list[int] = []  # tokens of the frame that is being written

    @property
    def frames(self) -> IntArray:
        """The whole frames so far, (steps, 4)."""
        return np.array(self._frames, dtype=np.int64).reshape(-1, len(VOICES))

    def logits(self) -> npt.NDArray[np.float32]:
        """Of the next token, (47,)."""
        frame = np.zeros(len(VOICES), dtype=np.int64)
        frame[: len(self._open)] = self._open
        told = {"frame": frame, **self._before.row()}
        given = {name: one[np.newaxis, np.newaxis] for name, one in told.items()}
        found = self._model.run({**given, "past": self._kept[..., : len(self._frames), :]})
        self._fresh = found["present"]  # the same whatever the frame holds: it tells of those before
        logits: npt.NDArray[np.float32] = found["logits"][0, 0, len(self._open)]
        return logits

    def add(self, token: int) -> None:
        """Write a token, whose `logits` were asked for before."""
        self._open.append(token)
        if len(self._open) < len(VOICES):
            return
        at = len(self._frames)
        if at == self._kept.shape[-2]:
            room = np.zeros((*self._kept.shape[:-2], max(64, at), self._kept.shape[-1]), dtype=np.float32)
            self._kept = np.concatenate([self._kept, room], axis=-2)
        self._kept[..., at : at + 1, :] = self._fresh
        frame = np.array(self._open)
        self._frames.append(frame)
        self._before, self._open = self._before.after(frame), []


def heard(frames: IntArray) -> dict[str, npt.NDArray[np.float32]]:
    """A piece of one frame or more read at once: `logits` of every token given those before it, (1, steps, 4, 47).

    `present` is what attention keeps of each frame.
    """
    told = {name: one[np.newaxis] for name, one in rows(frames).items()}
    return weights.load(WEIGHTS).run({**told, "past": no_past()})


def no_past() -> npt.NDArray[np.float32]:
    """The keys and values of no frames, (layers, 2, 1, heads, 0, width)."""
    shape = next(one.shape for one in weights.load(WEIGHTS).session.get_inputs() if one.name == "past")
    return np.zeros((*shape[:2], 1, shape[3], 0, shape[5]), dtype=np.float32)


def nll(frames: IntArray) -> FloatArray:
    """Nats of every token of a piece, (steps, 4)."""
    return negative_log_likelihood(heard(frames)["logits"][0], frames)


def averaged_nll(frames: IntArray, shifts: range = AVERAGED) -> FloatArray:
    """Nats of every token, (steps, 4), by the mean of the probabilities that it has in the piece moved by `shifts`.

    Only moves that leave every voice in its range count; each token's mean is over the same moves.
    """
    down, up = room_to_move(frames, RASTER)
    found = [nll(np.where(frames > 0, frames + by, 0)) for by in shifts if down <= by <= up]
    mean: FloatArray = -np.log(np.mean(np.exp(-np.array(found)), axis=0))
    return mean


def continued(frames: IntArray, steps: int, rng: np.random.Generator, temperature: float = 1.0) -> Iterator[IntArray]:
    """`steps` frames more, (4,) each, as they are written; `frames` may be none.

    What the raster forbids is never drawn. Raises InvalidValueError where `frames` are none of the raster's or the
    temperature is not above 0.
    """
    if not temperature > 0:
        raise InvalidValueError(f"the temperature must be above 0, not {temperature}")
    given = np.asarray(frames, dtype=np.int64).reshape(-1, len(VOICES))
    state = read(RASTER, given.ravel())
    writing = Writing(given)
    for _ in range(steps):
        for _ in VOICES:
            logits = writing.logits().astype(np.float64) / temperature
            logits[~RASTER.allowed(state)] = -np.inf
            odds = np.exp(logits - logits.max())
            token = int(rng.choice(len(odds), p=odds / odds.sum()))
            writing.add(token)
            state = RASTER.after(state, token)
        yield writing.frames[-1]


def negative_log_likelihood(logits: npt.NDArray[np.float32], tokens: IntArray) -> FloatArray:
    """Nats of tokens (...) under logits (..., size)."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    told: FloatArray = np.log(np.exp(wide).sum(axis=-1)) - np.take_along_axis(wide, tokens[..., None], -1)[..., 0]
    return told
