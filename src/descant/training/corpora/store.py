"""Corpora on disk: each item a FLAC file and the truth about it as a `Piece` in JSON, made once.

An item is made from its corpus, split and number alone, so that a machine that has none makes the same ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from descant.features import RATE
from descant.features.posteriors import compressed
from descant.features.stream import FrameSource
from descant.features.tuned_vqt import TunedFrames
from descant.io.cache import cache_folder
from descant.io.files import write_beside
from descant.io.json_piece import read_json, write_json
from descant.types import Audio, Piece


class Corpus(Protocol):
    """Numbered recordings."""

    @property
    def name(self) -> str:
        """Its folder; a change of what it makes changes the name: `songs-2`."""

    def make(self, split: str, index: int, rng: np.random.Generator) -> tuple[Audio, Piece]:
        """One recording, mono at `RATE`, and everything true of it: notes, beats, chords, keys, sections."""


@dataclass(frozen=True)
class Item:
    """A recording on disk."""

    stem: Path  # without suffix

    def samples(self) -> npt.NDArray[np.float32]:
        """The sound at `RATE`, (n,)."""
        import soundfile

        samples: npt.NDArray[np.float32] = soundfile.read(self.stem.with_suffix(".flac"), dtype="float32")[0]
        return samples

    def piece(self) -> Piece:
        """The truth."""
        return read_json(self.stem.with_suffix(".json"))

    def frames(self, source: FrameSource) -> npt.NDArray[np.float16]:
        """What a model that reads `source` sees of it, (frames, bins), kept beside it, read as it is needed."""
        path = self.stem.with_suffix(f".{type(source).__name__}.npy")
        if not path.is_file():
            with write_beside(path) as temporary, temporary.open("wb") as file:
                np.save(file, frames_of(self.samples(), source).astype(np.float16))
        stored: npt.NDArray[np.float16] = np.load(path, mmap_mode="r")
        return stored


def items(corpus: Corpus, split: str, count: int, made: Callable[[int], None] = lambda _: None) -> Sequence[Item]:
    """The first `count` items of a split; those that are not on disk are made, one after another."""
    folder = cache_folder() / "corpora" / corpus.name / split
    folder.mkdir(parents=True, exist_ok=True)
    found = [Item(folder / f"{index:05d}") for index in range(count)]
    for index, item in enumerate(found):
        if not item.stem.with_suffix(".json").is_file():
            store(corpus, split, index, item)
        made(index)
    return found


def store(corpus: Corpus, split: str, index: int, item: Item) -> None:
    """Make one item and write it, the sound first: an item is there when its JSON is."""
    import soundfile

    audio, piece = corpus.make(split, index, generator(corpus, split, index))
    peak = max(1.0, float(np.max(np.abs(audio.samples), initial=0.0)))
    with write_beside(item.stem.with_suffix(".flac")) as temporary:
        soundfile.write(temporary, audio.samples[0] / peak, RATE, format="FLAC", subtype="PCM_16")
    write_json(piece, item.stem.with_suffix(".json"))


def generator(corpus: Corpus, split: str, index: int) -> np.random.Generator:
    """The randomness of one item."""
    return np.random.default_rng([zlib.crc32(f"{corpus.name}/{split}".encode()), index])


def frames_of(samples: npt.NDArray[np.float32], source: FrameSource) -> npt.NDArray[np.float32]:
    """The frames of a whole signal at `RATE`, as a model sees them."""
    stream = source.start()
    parts = [stream.push(samples), stream.finish()]
    return np.concatenate([compressed(one.magnitudes) if isinstance(one, TunedFrames) else one for one in parts])
