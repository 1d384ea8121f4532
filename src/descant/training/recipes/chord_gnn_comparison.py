"""The same training on more pieces, to be compared with: their licences do not let its weights be shipped."""

from __future__ import annotations

from typing import ClassVar

from descant.datasets.roman_analyses import COMPARISON
from descant.training.recipes.chord_gnn import ChordGnnRecipe


class ChordGnnComparisonRecipe(ChordGnnRecipe):
    """ChordGNN taught by Micchi's collection and DCML's quartets as well."""

    name: ClassVar[str] = "chord_gnn_comparison"
    system: ClassVar[str] = "ChordGNN, trained on more pieces, for comparison only"
    data: ClassVar[tuple[str, ...]] = (
        *ChordGnnRecipe.data,
        "quartets by Beethoven, annotated by DCML (CC BY-NC-SA 4.0)",
        "sonatas, variations, preludes and songs of Micchi's collection (no licence stated)",
    )
    licence: ClassVar[str] = "not to be shipped"
    taught_by: ClassVar[str] = COMPARISON
