"""The two towers of `mulan` with a plain audio tower, for comparison: statistics over the clip and two layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from descant.training.recipe import Size
from descant.training.recipes.mulan import MulanRecipe


class MulanPlainRecipe(MulanRecipe):
    name: ClassVar[str] = "mulan_plain"
    sizes: ClassVar[Mapping[str, Size]] = {
        name: replace(size, model={**size.model, "audio": {**size.model["audio"], "depth": 0}})
        for name, size in MulanRecipe.sizes.items()
    }
