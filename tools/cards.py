"""Writes what was measured of the shipped weights into their cards; `--check` only compares."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from descant import weights
from descant.evaluation.beam_widths import WIDTHS
from descant.evaluation.rows import Row, saved_rows
from descant.weights.card import Card, card_text

MODULAR, GETMUSIC = "modular_harmony", "getmusic"
OF_SEVERAL = (MODULAR, GETMUSIC)  # several networks, named so and what each is, and one page
# The transforms that run a model, where its name alone does not say.
RUN_BY = {"all_in_one": ("all-in-one", "all-in-one-sections"), "pm2s_beats": ("notate",)}
RUN_BY[MODULAR] = (MODULAR, *(f"{MODULAR}, beam {width}" for width in WIDTHS))
PLAYER = "music_transformer_performance"
RUN_BY[PLAYER] = (PLAYER, f"{PLAYER}, all kept")
ACCOMPANIST = "music_transformer_accompaniment"
RUN_BY[ACCOMPANIST] = (ACCOMPANIST, f"{ACCOMPANIST}, another melody", f"{ACCOMPANIST}, no melody")
RUN_BY["music_transformer"] = tuple(f"music_transformer{how}" for how in ("", ", averaged", ", without care"))
SUITES = ("ears", "transcribe", "harmony", "compose", "find")  # that measure models
TASKS = {"pm2s_beats": ("metre",), "melody": ("tune",)}  # of a suite that a model has a part in, where that is not all


def page_of(name: str) -> str:
    """The page that tells of a model: its own, or that of the system that it is a part of."""
    return next((one for one in OF_SEVERAL if name.startswith(one)), name)


def run_by(name: str) -> tuple[str, ...]:
    """The systems that run a model or a page's models, as rows name them: by the transform, or by the weights."""
    name = page_of(name)
    return RUN_BY.get(name, (name.replace("_", "-"), name))


def rows_of(name: str) -> list[Row]:
    """Every row in which a transform that runs a model was measured."""
    rows = (row for suite in SUITES for row in saved_rows(suite) if row["system"] in run_by(name))
    return [row for row in rows if row["task"] in TASKS.get(name, (row["task"],))]


def renewed(name: str, card: Card) -> Card:
    """The card with what was measured."""
    return replace(card, figures=tuple(dict(row) for row in rows_of(name)))


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
