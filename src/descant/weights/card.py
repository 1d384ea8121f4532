"""A model's card: what it is, what it was trained on, under which licences, and what it measures.

TOML beside the weights. The figures are rows as `descant evaluate` prints them.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from descant.io.files import read_text


@dataclass(frozen=True)
class Card:
    """Everything that is said about one weight file."""

    system: str  # as the literature names it
    source: str  # what it reads: a feature and its shape
    target: str  # what it gives: outputs and their shapes
    paper: str
    parameters: int
    size: str  # small or base
    recipe: str  # the command that trains it
    seed: int
    steps: int  # of training, at which the best score on validation stood
    data: tuple[str, ...]  # each training set with its licence; synthesised audio is called so
    licence: str  # of the weights
    sha256: str  # of the .onnx file
    context: int  # frames that the model must see on either side of a chunk
    chunk: int  # frames at a time
    parity: float  # greatest difference between PyTorch and ONNX Runtime on the same input
    chunk_parity: float  # greatest difference between chunked and whole-file inference
    validation: dict[str, float]  # scores on validation data, by which the weights were chosen
    figures: tuple[dict[str, Any], ...] = ()  # rows on held-out data, with baselines


def read_card(path: Path) -> Card:
    """Read a card."""
    values = tomllib.loads(read_text(path))
    values["data"] = tuple(values["data"])
    values["figures"] = tuple(values.get("figures", ()))
    return Card(**values)


def card_text(card: Card) -> str:
    """The card as TOML."""
    lines = []
    for field in fields(card):
        value = getattr(card, field.name)
        if field.name == "figures":
            continue
        lines.append(f"{field.name} = {_toml(value)}")
    for row in card.figures:
        lines += ["", "[[figures]]", *(f"{name} = {_toml(value)}" for name, value in row.items() if value is not None)]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, tuple):
        return "[\n" + "".join(f"    {_toml(one)},\n" for one in value) + "]" if value else "[]"
    if isinstance(value, float):
        return f"{value:.6g}" if value != int(value) else f"{value:.1f}"
    return json.dumps(value, ensure_ascii=False)  # strings, integers and booleans are written alike
