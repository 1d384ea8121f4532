"""Renews the README's tables from the registry and the measured rows; `--check` only says whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path

from blocks import with_blocks

from descant.cli.models import registry_rows
from descant.evaluation.roman_frames import MEASURES
from descant.evaluation.rows import WHOLE, Row, headlines, markdown_table, saved_rows

OWN, CEILING, PLACED = ("notate", "melody"), "notate, true beats", "onset-in-measure"
NUMERALS = "roman numeral"
PLAIN = ("dynamic_matcher", "steady tempo", "follower, between notes", "practice without faint notes")  # ways to follow
SEARCHES = ("mulan", "by_words", "landmarks", "by_hum", "likeness")
SEARCHED = (
    *("all kinds", "written queries", "seen tags", "unseen tags"),
    *(f"5 s, {how}" for how in ("babble 0 dB", "traffic 0 dB", "pink 0 dB", "speed -4%", "speed +4%")),
    *("strangers, other music", "strangers, drum beats", "strangers"),
    *(f"moderate, {how}" for how in ("notes", "tones", "synthesised voice")),
)  # of the data sets in which searches are measured
README = Path(__file__).parent.parent / "README.md"


def transforms_table() -> str:
    """One line a transform; the default of each target in bold."""
    lines = ["| transform | from | to | what it does | licence |", "|---|---|---|---|---|"]
    for row in registry_rows():
        name = f"**{row['name']}**" if row["default"] else row["name"]
        lines.append(f"| {name} | {' + '.join(row['from'])} | {row['to']} | {row['summary']} | {row['licence']} |")
    return "\n".join(lines)


def transcribe_rows() -> list[Row]:
    """Of the pages those of descant's own copyist; of those on true beats where the notes stand."""
    rows = headlines(saved_rows("transcribe"))
    return [row for row in rows if row["system"] in OWN or (row["system"] == CEILING and row["metric"] == PLACED)]


def harmony_rows() -> list[Row]:
    """First the rates of Roman numerals over all pieces, without kinds of errors; then the other tasks' headlines."""
    rows = [row for row in headlines(saved_rows("harmony")) if row["system"] != "uniform"]
    numerals = [row for row in rows if row["task"] == NUMERALS and row["metric"] in MEASURES and "," not in row["data"]]
    return numerals + [row for row in rows if row["task"] not in WHOLE]


def follow_rows() -> list[Row]:
    """Of descant's own followers, accompanists and judges; of score following not each piece."""
    rows = [row for row in headlines(saved_rows("follow")) if row["system"] not in PLAIN]
    return [row for row in rows if row["task"] != "score following" or "," not in row["data"]]


def find_rows() -> list[Row]:
    """Of descant's own searches, the conditions that say most."""
    rows = (row for row in headlines(saved_rows("find")) if row["system"] in SEARCHES)
    return [row for row in rows if row["data"].partition(", ")[2] in SEARCHED or row["task"] == "likeness"]


def renewed(text: str) -> str:
    """The README's text with every generated block made anew."""
    blocks = {
        "transforms": transforms_table(),
        "figures": markdown_table(headlines(saved_rows("listen"))),
        "ears": markdown_table(headlines(saved_rows("ears"))),
        "transcribe": markdown_table(transcribe_rows()),
        "harmony": markdown_table(harmony_rows()),
        "follow": markdown_table(follow_rows()),
        "find": markdown_table(find_rows()),
    }
    return with_blocks(text, blocks, README.name)


def main() -> None:
    """Renew, or check."""
    old = README.read_text(encoding="utf-8")
    new = renewed(old)
    if "--check" in sys.argv:
        raise SystemExit(None if old == new else "README.md is not current; run `make docs`")
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
