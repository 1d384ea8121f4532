"""The training of GETMusic on chorales in four voices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from descant.composition.getmusic import CHORALES, GetMusic
from descant.datasets import track_grids
from descant.training.recipe import Size
from descant.training.recipes.getmusic import GetmusicRecipe


class GetmusicChoralesRecipe(GetmusicRecipe):
    """As for songs; there are four tracks of one voice each, and no chords."""

    name: ClassVar[str] = "getmusic_chorales"
    sizes: ClassVar[Mapping[str, Size]] = {
        "debug": GetmusicRecipe.sizes["debug"],
        "small": Size(
            model={"column": 96, "dim": 160, "dropout": 0.2},
            validation=90,
            steps=7000,
            batch=8,
            frames=192,
            learning_rate=2e-3,
            check_every=350,
            patience=100,
        ),
        "base": Size(
            model={"column": 192, "dim": 384, "layers": 6, "heads": 6, "dropout": 0.4},
            validation=90,
            steps=30_000,
            batch=32,
            frames=256,
            learning_rate=1e-3,
            check_every=1000,
        ),
    }
    writer: ClassVar[GetMusic] = CHORALES
    system: ClassVar[str] = "GETMusic, voices of a chorale to its other voices"
    source: ClassVar[str] = (
        "a grid (n, 8) of sixteenths: pitches and durations of four voices, -1 where covered; and columns from the bar "
        "line (n,)"
    )
    target: ClassVar[str] = "logits of pitches (n, 4, 129) and durations (n, 4, 65)"
    data: ClassVar[tuple[str, ...]] = (
        "JSB Chorales, training split (the music is in the public domain, the set states no licence)",
    )
    outputs: ClassVar[tuple[str, ...]] = ("pitches", "durations")

    def pieces(self, split: str) -> Iterator[track_grids.TrackGrid]:
        return track_grids.chorales(split)
