"""Conditions held against every item of a library, once: who meets them, why, and which of them leaves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from descant.retrieval.columns import Columns
from descant.retrieval.conditions import AnyOf, Condition, InKey, Says, Within
from descant.retrieval.metadata import quoted
from descant.retrieval.reading import Fact
from descant.types.arrays import BoolArray

HALF_OR_DOUBLE = (0.5, 2.0)  # where listeners tap when they do not tap the tempo


@dataclass(frozen=True, eq=False)
class Checked:
    """A fact, and of each of n items whether it is true of it."""

    fact: Fact
    heard: BoolArray  # (n,) by what is known of the music
    met: BoolArray  # (n,) by that, or by the title where nothing that was heard speaks against it

    def reason(self, columns: Columns, at: int) -> str:
        """Why the item at a place meets it."""
        if self.heard[at]:
            return self.fact.condition.reason(columns, at)
        return f"named “{self.fact.phrases[0]}”"


def checked(facts: Sequence[Fact], columns: Columns) -> list[Checked]:
    """Each fact held against all items."""
    return [_checked(fact, columns) for fact in facts]


def all_met(checks: Sequence[Checked], count: int) -> BoolArray:
    """Of each of `count` items, whether it meets everything."""
    result = np.ones(count, dtype=np.bool_)
    for one in checks:
        result &= one.met
    return result


def in_the_way(checks: Sequence[Checked], count: int) -> list[str]:
    """Where no item meets everything: how many would without each condition that alone stands in the way.

    And which words no tag has one after the other, as some may be meant to stand apart from their filter.
    """
    told = []
    for at, one in enumerate(checks):
        says = one.fact.condition
        if isinstance(says, Says) and " " in says.words and not one.met.any():
            told.append(f"no {says.field} has “{says.words}”, these words one after the other")
        others = int(np.count_nonzero(all_met([*checks[:at], *checks[at + 1 :]], count)))
        if others and len(checks) > 1:
            told.append(f"without “{one.fact.condition.told}” there would be {others:,}")
    return told


def other_tempos(checks: Sequence[Checked], columns: Columns) -> int:
    """How many more items there would be at half or twice the tempo that is asked for: they may be what is meant."""
    total = 0
    for at, one in enumerate(checks):
        asked = one.fact.condition
        spans = [span for span in (asked.conditions if isinstance(asked, AnyOf) else (asked,)) if is_tempo(span)]
        others = np.zeros(len(columns), dtype=np.bool_)
        for span in spans:
            for times in HALF_OR_DOUBLE:
                others |= Within("tempo", span.low * times, span.high * times).met(columns)
        rest = all_met([*checks[:at], *checks[at + 1 :]], len(columns))
        total += int(np.count_nonzero(others & ~one.met & rest))
    return total


def is_tempo(condition: Condition) -> TypeGuard[Within]:
    """Whether a condition is a tempo from here to there."""
    if not isinstance(condition, Within) or condition.field != "tempo":
        return False
    return bool(np.isfinite([condition.low, condition.high]).all())


def _checked(fact: Fact, columns: Columns) -> Checked:
    heard = fact.condition.met(columns)
    if not fact.phrases:
        return Checked(fact, heard, heard)
    named = columns.saying(" OR ".join(quoted(phrase) for phrase in fact.phrases))
    if isinstance(fact.condition, InKey | AnyOf):
        named &= fact.condition.named(columns)
    return Checked(fact, heard, heard | named)
