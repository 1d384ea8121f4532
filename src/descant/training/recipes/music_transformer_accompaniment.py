"""The training of the Music Transformer that writes bridge and piano to the melody of a song."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from descant.composition.accompaniment_tokens import NOWHERE, REMI, SEEN, only_track, places, told
from descant.composition.remi_grammar import BAR, LONGER, PITCH
from descant.composition.token_transformer_model import AccompanimentTransformer
from descant.datasets import song_bars
from descant.training.kept import Rows, kept
from descant.training.recipe import MASK, Batch, Example, Recipe, Size, cut
from descant.training.token_recipe import UNKNOWN, nats
from descant.types import MeterChange, Notes, Part
from descant.types.arrays import IntArray

VERSION = 1  # of the tokens: another number makes them again
START = REMI.size
MOVED = range(-3, 4)  # semitones
SHARE = 512  # tokens: so often a long song is drawn more than a short one
OPENING = 0.05  # how often the excerpt is the song's opening


class MusicTransformerAccompanimentRecipe(Recipe):
    """Cross entropy of every next token of the accompaniment, in nats; excerpts begin at bar lines."""

    name: ClassVar[str] = "music_transformer_accompaniment"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": Size(
            model={"dim": 16, "layers": 2, "readers": 1, "heads": 2, "reach": 24, "around": 8},
            batch=2,
            frames=64,
            learning_rate=1e-2,
        ),
        "small": Size(
            model={"layers": 3, "readers": 2, "reach": 256, "dropout": 0.0},
            validation=30,
            steps=1500,
            batch=4,
            frames=512,
            learning_rate=2e-3,
            check_every=150,
            patience=100,
        ),
        "base": Size(
            model={"dim": 384, "layers": 6, "readers": 4, "heads": 8, "reach": 1024, "dropout": 0.1},
            validation=91,
            steps=40_000,
            batch=16,
            frames=2048,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    system: ClassVar[str] = "Music Transformer, melody to accompaniment"
    source: ClassVar[str] = (
        "REMI tokens of an accompaniment and where they stand, keys and values of those before; tokens of a melody, or "
        "what was read of them, and where they stand"
    )
    target: ClassVar[str] = "logits of the next token, keys and values of these tokens, what was read of the melody"
    paper: ClassVar[str] = (
        "Huang, Vaswani, Uszkoreit, Shazeer, Simon, Hawthorne, Dai, Hoffman, Dinculescu and Eck: Music Transformer, "
        "ICLR 2019"
    )
    data: ClassVar[tuple[str, ...]] = ("POP909 (MIT), training split, on sixteenths: melody to bridge and piano",)
    context: ClassVar[int] = 0  # keys and values are handed on
    outputs: ClassVar[tuple[str, ...]] = ("logits", "present", "read")

    def build(self, size: Size) -> torch.nn.Module:
        return AccompanimentTransformer(REMI.size, **size.model)

    def examples(self, split: str, size: Size, debug: bool) -> Sequence[Example]:
        """Whole songs as `tokens` and `place` of the accompaniment, and `given` and `given_place` of the melody."""
        found: Sequence[Rows] = (
            [rows_of(made_up(seed)) for seed in range(3)]
            if debug
            else kept(self.name, f"{split}-{VERSION}", lambda: (rows_of(one.notes) for one in song_bars.songs(split)))
        )
        if split == "train":
            return [one for one in found for _ in range(max(1, len(one["tokens"]) // SHARE))]
        pieces = found[:: max(1, len(found) // size.validation)][: size.validation]
        return [self.excerpt(one, size.frames, np.random.default_rng(at)) for at, one in enumerate(pieces)]

    def excerpt(self, example: Example, frames: int, rng: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
        """A random stretch from a bar line on, with the melody as far as it is attended to, in a random key."""
        tokens = np.asarray(example["tokens"], dtype=np.int64)
        bars = np.flatnonzero(tokens == BAR)
        bars = bars[bars <= max(bars[0], len(tokens) - frames)]
        start = 0 if rng.random() < OPENING else int(rng.choice(bars))
        by = int(rng.choice(MOVED))
        accompaniment = moved(tokens, by)
        place = np.asarray(example["place"], dtype=np.int64)
        found = cut(
            {
                "tokens": np.append(START, accompaniment[:-1]),
                "place": np.append(0, place[:-1]),
                "target": accompaniment,
            },
            start,
            frames,
        )
        found[MASK][: UNKNOWN * (start > 0)] = 0
        first, last = place[max(0, start - 1)] * (start > 0), place[min(len(place), start + frames) - 1]
        at = np.asarray(example["given_place"], dtype=np.int64)
        near = (at >= first - SEEN) & (at <= last + SEEN)
        given, given_place = moved(np.asarray(example["given"], dtype=np.int64)[near], by), at[near]
        room = frames - len(given)  # as many as of the accompaniment at most; a melody has fewer
        found["given"] = np.pad(given[:frames], (0, max(0, room)), constant_values=START)
        found["given_place"] = np.pad(given_place[:frames], (0, max(0, room)), constant_values=NOWHERE)
        return found

    def logits(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """Of every token of the accompaniment, (B, T, size)."""
        assert isinstance(model, AccompanimentTransformer)
        number = len(batch["tokens"])
        longest = max(1, int((batch["given_place"] < NOWHERE).sum(dim=1).max()))
        given, given_place = batch["given"][:, :longest], batch["given_place"][:, :longest]
        nothing = model.nothing(number)
        logits, _, _ = model(batch["tokens"], batch["place"], given, given_place, *nothing, model.no_past(number))
        return logits

    def loss(self, model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
        with torch.autocast("cpu", torch.bfloat16, enabled=batch["tokens"].device.type == "cpu" and model.training):
            logits = self.logits(model, batch)
        return {"loss": (nats(logits, batch["target"]) * batch[MASK]).sum() / batch[MASK].sum()}

    @torch.no_grad()
    def score(self, model: torch.nn.Module, examples: Sequence[Example], size: Size) -> dict[str, float]:  # noqa: ARG002
        """Nats a token over all stretches: with their melodies, and each with the next one's."""
        batches = [{name: torch.from_numpy(np.asarray(rows))[None] for name, rows in one.items()} for one in examples]
        found = {}
        for name, by in (("nll", 0), ("nll, another melody", 1)):
            total, count = 0.0, 0.0
            for at, one in enumerate(batches):
                other = batches[(at + by) % len(batches)]
                shift = one["place"][:, :1] - other["place"][:, :1]
                away = torch.where(other["given_place"] < NOWHERE, shift, 0)
                told_of = {**one, "given": other["given"], "given_place": other["given_place"] + away}
                total += float((nats(self.logits(model, told_of), one["target"]) * one[MASK]).sum())
                count += float(one[MASK].sum())
            found[name] = total / count
        return {**found, "score": -found["nll"]}

    def graph_inputs(self, size: Size) -> dict[str, tuple[torch.Tensor, dict[int, str]]]:
        """Tokens after some past, told of some that were read and of some that are to be read."""
        model = self.build(size)
        assert isinstance(model, AccompanimentTransformer)
        layers, two, heads, width = model.shape
        numbers = torch.Generator().manual_seed(0)
        tokens, given = (torch.randint(REMI.size, (1, 16), generator=numbers) for _ in range(2))
        place, given_place = torch.arange(20, 36)[None], torch.arange(12, 28)[None]
        read = torch.randn(1, 12, heads * width, generator=numbers)
        past = torch.randn(layers, two, 1, heads, 8, width, generator=numbers)
        return {
            "tokens": (tokens, {0: "pieces", 1: "tokens"}),
            "place": (place, {0: "pieces", 1: "tokens"}),
            "given": (given, {0: "pieces", 1: "given"}),
            "given_place": (given_place, {0: "pieces", 1: "given"}),
            "told": (read, {0: "pieces", 1: "told"}),
            "told_place": (torch.arange(12)[None], {0: "pieces", 1: "told"}),
            "past": (past, {2: "pieces", 4: "past"}),
        }

    def graph_outputs(self) -> dict[str, dict[int, str]]:
        return {
            "logits": {0: "pieces", 1: "tokens"},
            "present": {2: "pieces", 4: "tokens"},
            "read": {0: "pieces", 1: "given"},
        }


def rows_of(notes: Notes) -> Rows:
    """A song whose first part is the melody."""
    given, given_place = told(REMI.encode(only_track(notes, (0,))).tokens)
    tokens = REMI.encode(only_track(notes, range(1, len(notes.parts)))).tokens
    return {"tokens": tokens, "place": places(tokens), "given": given, "given_place": given_place}


def moved(tokens: IntArray, semitones: int) -> IntArray:
    """In another key; a pitch that would not be one is moved by octaves."""
    pitched = (tokens >= PITCH) & (tokens < LONGER)
    pitch = tokens - PITCH + semitones
    pitch = np.where(pitch < 0, pitch + 12, np.where(pitch > 127, pitch - 12, pitch))
    return np.where(pitched, PITCH + pitch, tokens)


def made_up(seed: int, bars: int = 12) -> Notes:
    """A melody of quarters; a bridge in thirds above it, a piano an octave below it."""
    sung = 60 + np.random.default_rng(seed).integers(0, 12, 4 * bars)
    onset = np.tile(np.arange(4 * bars) * song_bars.BEAT, 3)
    return Notes(
        onset,
        onset + song_bars.BEAT,
        np.concatenate([sung, sung + 4, sung - 12]),
        np.full(len(onset), 82),
        np.repeat(np.arange(3), 4 * bars),
        tuple(map(Part, song_bars.TRACKS)),
        meters=(MeterChange(0.0, 4, 4),),
    )
