"""One file a recipe: `descant train basic_pitch` runs `BasicPitchRecipe` in `basic_pitch.py`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from descant.errors import UnknownTransformError

if TYPE_CHECKING:
    from descant.training.recipe import Recipe


def names() -> tuple[str, ...]:
    """The recipes there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def find(name: str) -> Recipe:
    """The recipe of this name. Raises UnknownTransformError where there is none."""
    if name not in names():
        raise UnknownTransformError(f"no recipe is named {name!r}; choose from {', '.join(names())}")
    kind = "".join(part.title() for part in name.split("_")) + "Recipe"
    recipe: Recipe = getattr(importlib.import_module(f"descant.training.recipes.{name}"), kind)()
    return recipe
