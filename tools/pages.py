"""Renews the generated parts of the models' pages, docs/models/NAME.md: what is on the card and what was measured.

`--check` only says whether they are current. `--pictures [NAME ...]` draws docs/models/NAME.png instead; that needs the
extra `train` (matplotlib) and the test sets under DESCANT_DATA.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from textwrap import fill

from blocks import with_blocks
from cards import TASKS, page_of, rows_of, run_by

import descant.evaluation
from descant import weights
from descant.errors import MissingDataError
from descant.evaluation.rows import ERROR, headlines, markdown_table
from descant.evaluation.worst import WorstItem, worst

COLUMNS = 120
PAGES = Path(__file__).parent.parent / "docs" / "models"
FIGURES = Path(descant.evaluation.__file__).parent / "figures"
WORST = (FIGURES / "ears_worst.json", FIGURES / "transcribe_worst.json")
PIECES = FIGURES / "harmony_pieces.json"  # every one, not the worst alone


def weights_block(page: str) -> str:
    """What the cards of a page's models say of size and training."""
    names = [name for name in weights.names() if page_of(name) == page]
    if not names:
        return "No weights are shipped yet."
    cards = [weights.find(name) for name in names]
    lines: list[str] = []
    for name, (card, path) in zip(names, cards, strict=True):
        kilobytes = path.stat().st_size / 1000
        which = f"`{name}`: " if len(names) > 1 else ""
        lines += [
            f"- {which}{card.parameters:,} parameters in a file of {kilobytes:,.0f} kB; licence: {card.licence}",
            f"- recipe: {card.recipe}; best on validation data after step {card.steps:,}",
        ]
    lines += dict.fromkeys(f"- data: {one}" for card, _ in cards for one in card.data)
    return "\n".join(fill(line, COLUMNS, subsequent_indent="  ", break_on_hyphens=False) for line in lines)


def figures_block(name: str) -> str:
    """The main measures of the transforms that run the model, each beside its baseline, and their kinds of errors."""
    rows = rows_of(name)
    errors = [row for row in rows if row["metric"].startswith(ERROR) and "," not in row["data"]]
    return markdown_table(headlines(rows) + errors)


def worst_block(name: str) -> str:
    """The items that these transforms do worst on, for each task and data set."""
    items = [item for item in worst_items() if item["system"] in run_by(name)]
    items = [item for item in items if item["task"] in TASKS.get(name, (item["task"],))]
    lines: list[str] = []
    for (task, data, metric), group in groupby(items, key=lambda item: (item["task"], item["data"], item["metric"])):
        lines += ["", f"{task}, {data} ({metric}):", "", *(f"- {one['value']:.3f} `{one['id']}`" for one in group)]
    return "\n".join(lines[1:]) or "Not measured yet."


def pieces_block(name: str) -> str:
    """Every piece that these transforms were measured on, with its figure."""
    items = [item for item in read_items(PIECES) if item["system"] in run_by(name)]
    return "\n".join(f"- {one['value']:.3f} `{one['id']}`" for one in items) or "Not measured yet."


def worst_items() -> list[WorstItem]:
    """What the last full runs of the suites wrote; nothing where they have not been run."""
    return [item for path in WORST for item in read_items(path)] + worst(read_items(PIECES))


def read_items(path: Path) -> list[WorstItem]:
    """The items in a file; none where it is not there."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def renewed(name: str, text: str) -> str:
    """A page's text with every generated block made anew."""
    blocks = {"weights": weights_block(name), "figures": figures_block(name)}
    if "<!-- pieces: " in text:
        blocks["pieces"] = pieces_block(name)
    else:
        blocks["worst"] = worst_block(name)
    return with_blocks(text, blocks, f"{name}.md")


def draw(names: list[str]) -> None:
    """Draw the pictures of these models, of all where none is named; tell of those that cannot be drawn yet."""
    from pictures import PICTURES

    for name in names or PICTURES:
        try:
            PICTURES[name]().savefig(PAGES / f"{name}.png")
        except MissingDataError as error:
            print(f"{name}.png is not drawn: {error}")


def main() -> None:
    """Draw, renew, or check."""
    if "--pictures" in sys.argv:
        draw([one for one in sys.argv[1:] if one != "--pictures"])
        return
    stale = []
    for path in sorted(PAGES.glob("*.md")):
        old = path.read_text(encoding="utf-8")
        new = renewed(path.stem, old)
        if old != new:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(new, encoding="utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"these pages are not current: {', '.join(stale)}; run `make docs`")


if __name__ == "__main__":
    main()
