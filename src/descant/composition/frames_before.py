"""What is known of a chorale when a frame begins: the last frame, how long it has been held, and the key so far.

A key is a guess from the pitch classes sung up to there, the best of 24 weighted profiles (Temperley: The Cognition of
Basic Musical Structures, 2001), once over everything and once over the last bars. A model that reads pitches as degrees
of these keys sees the same piece whatever key it stands in.

Frames are (steps, 4) of the raster's tokens (`jsb_raster.py`). `rows` tells of frame t what `Before` knows after t
frames, so that a whole piece and a piece in the making are told of alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.types.arrays import FloatArray, IntArray

LOWEST = JsbRaster().lowest  # the pitch of token 1
NO_KEY = 24  # before anything was sung; 0 to 11 are major keys by tonic, 12 to 23 minor ones
PRESUMED = 256.0  # tokens: four bars
FADING = 0.95  # what a frame later is left of the recent pitch classes

_MAJOR = (5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4)
_MINOR = (5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4)
_PROFILES = np.array([np.roll(np.array(one) - np.mean(one), tonic) for one in (_MAJOR, _MINOR) for tonic in range(12)])


@dataclass(frozen=True, eq=False)
class Before:
    """After `step` frames."""

    step: int
    last: IntArray  # (4,) tokens of the last frame
    hold: IntArray  # (4,) frames for which each voice has sung its last pitch, 0 before the first
    earlier: IntArray  # (4,) the token that each voice sang before that
    counts: FloatArray  # (12,) frames that each pitch class was sung, over all voices
    recent: FloatArray  # (12,) the same, fading: 1 in all where four voices sing for long

    @classmethod
    def start(cls) -> Before:
        """Nothing was sung."""
        none = np.zeros(len(VOICES), dtype=np.int64)
        return cls(0, none, none, none, np.zeros(12), np.zeros(12))

    @classmethod
    def in_key(cls, key: int) -> Before:
        """Nothing was sung, and the key so far is told as if PRESUMED had been sung in this one."""
        return replace(cls.start(), counts=PRESUMED * profile(key) / profile(key).sum())

    def after(self, frame: npt.ArrayLike) -> Before:
        """One frame later."""
        now = np.asarray(frame, dtype=np.int64)
        held = now == self.last if self.step else np.zeros(len(VOICES), dtype=bool)
        classes = np.bincount((now[now > 0] - 1 + LOWEST) % 12, minlength=12).astype(np.float64)
        return Before(
            self.step + 1,
            now,
            np.where(held, self.hold + 1, 1),
            np.where(held, self.earlier, self.last),
            self.counts + classes,
            FADING * self.recent + (1 - FADING) / len(VOICES) * classes,
        )

    def row(self) -> dict[str, npt.NDArray[Any]]:
        """What is told of the next frame, by name."""
        return {
            "last": self.last,
            "hold": self.hold,
            "earlier": self.earlier,
            "key": np.array([key_of(self.counts), key_of(self.recent)]),
            "recent": self.recent.astype(np.float32),
            "step": np.array(self.step),
        }


def rows(frames: IntArray) -> dict[str, npt.NDArray[Any]]:
    """What is told of each frame of a piece, by name, (steps, ...), and the frame itself as `frame`."""
    told = []
    before = Before.start()
    for frame in frames:
        told.append(before.row())
        before = before.after(frame)
    return {"frame": frames, **{name: np.stack([one[name] for one in told]) for name in told[0]}}


def transposed(told: dict[str, npt.NDArray[Any]], semitones: int) -> dict[str, npt.NDArray[Any]]:
    """The rows of the same piece in another key."""
    found = dict(told)
    for name in ("frame", "last", "earlier"):
        found[name] = np.where(told[name] > 0, told[name] + semitones, 0)
    key = told["key"]
    found["key"] = np.where(key == NO_KEY, NO_KEY, key // 12 * 12 + (key + semitones) % 12)
    found["recent"] = np.roll(told["recent"], semitones, axis=-1)
    return found


def room_to_move(frames: IntArray, raster: JsbRaster) -> tuple[int, int]:
    """By how many semitones a piece can be moved down (0 or less) and up with all voices in their ranges."""
    down, up = -12, 12
    for line, (low, high) in zip(frames.T, raster.ranges, strict=True):
        sung = line[line > 0] - 1 + raster.lowest
        if sung.size:
            down, up = max(down, low - int(sung.min())), min(up, high - int(sung.max()))
    return min(down, 0), max(up, 0)


def profile(key: int) -> FloatArray:
    """How much a piece in a key has of each pitch class, (12,)."""
    return np.roll(np.array(_MINOR if key >= 12 else _MAJOR, dtype=np.float64), key % 12)


def key_of(classes: FloatArray) -> int:
    """The key whose profile goes best with how much of each pitch class there was."""
    return int(np.argmax(_PROFILES @ classes)) if classes.any() else NO_KEY
