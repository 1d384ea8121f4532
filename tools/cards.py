"""Writes what `descant evaluate ears` measured into the cards of the shipped weights; `--check` only compares."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from descant import weights
from descant.evaluation.rows import saved_rows
from descant.weights.card import Card, card_text

# The transforms that run a model, where its name alone does not say.
RUN_BY = {"all_in_one": ("all-in-one", "all-in-one-sections")}


def run_by(name: str) -> tuple[str, ...]:
    """The transforms that run a model."""
    return RUN_BY.get(name, (name.replace("_", "-"),))


def renewed(name: str, card: Card) -> Card:
    """The card with every row in which a transform that runs it was measured."""
    return replace(card, figures=tuple(dict(row) for row in saved_rows("ears") if row["system"] in run_by(name)))


def main() -> None:
    """Renew, or check."""
    stale = []
    for name in weights.names():
        card, path = weights.find(name)
        old, new = path.with_suffix(".toml").read_text(encoding="utf-8"), card_text(renewed(name, card))
        if old != new:
            stale.append(name)
            if "--check" not in sys.argv:
                Path(path.with_suffix(".toml")).write_text(new, encoding="utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"these cards are not current: {', '.join(stale)}; run `make docs`")


if __name__ == "__main__":
    main()
