"""What the page about searching says is so: its commands, its sentences and its filters are read as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from descant.cli.found import json_items
from descant.cli.main import app
from descant.library.item import Item
from descant.retrieval.asked import MOODS, TEMPOS, asked
from descant.retrieval.conditions import AnyOf
from descant.retrieval.filters import GRAMMAR, parse_filter, split_filters
from descant.retrieval.metadata import searched
from descant.types import Ranked

PAGE = (Path(__file__).parents[2] / "docs" / "find.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^descant ((?:find|playlist) .*?)(?: +#.*)?$", PAGE, re.MULTILINE)


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading, cell by cell."""
    lines = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("line", COMMANDS)
def test_commands(line: str) -> None:
    name, *arguments = shlex.split(line)
    group = typer.main.get_command(app)
    command = group.get_command(typer.Context(group), name)
    given = command.make_context(name, arguments).params
    words, filters = split_filters(" ".join(given["words"] or ()))
    assert asked(words).words == words
    assert all(one.told for one in filters)


def test_facts_are_read_as_the_page_says() -> None:
    rows = table("said")
    assert len(rows) == 9
    for said, _ in rows:
        for words in re.findall(r"`([^`]+)`", said):
            assert asked(words).certain, words
            assert not searched(asked(words).rest), words
    assert asked("120 bpm").certain[0].condition.told == "tempo 118 to 122"
    below = PAGE[PAGE.index("Where two keys") : PAGE.index("**Wishes")]
    either = re.findall(r"`([^`]+)`", below[: below.index("What is denied")])
    assert all(isinstance(asked(words).certain[0].condition, AnyOf) for words in either)
    assert all(not asked(words).told for words in re.findall(r"`([^`]+)`", below)[len(either) :])


def test_wishes_are_read_as_the_page_says() -> None:
    text = PAGE[PAGE.index("**Wishes") : PAGE.index("**All other")]
    for words in re.findall(r"`([^`]+)`", text[: text.index("All that is read")]):
        assert asked(words).wishes, words
        assert not asked(words).certain, words
    told = re.findall(r"`read as: ([^`]+)`", text)
    assert told == [asked("piano in a minor key, slow").told]
    assert {"slow", "andante"} <= set(TEMPOS)
    assert any("calm" in words for words in MOODS)


def test_filters_are_those_of_the_page() -> None:
    fields = []
    for names, values in table("filter"):
        for name in re.findall(r"`(\w+):`", names):
            fields.append(name)
            for value in re.findall(r"`([^`]+)`", values.replace("...", "")):
                if value != "several words":
                    assert parse_filter(f"{name}:{value}").told
    assert sorted(fields) == sorted(GRAMMAR)


def test_json_fields_are_those_of_the_page() -> None:
    item = Item(id=1, content="x", kind="tune", level=0, duration=1.0)
    (found,) = json_items([(item, Ranked(1, "x", 50.0))])
    lines = PAGE[PAGE.index("| of an item |") :].split("\n\n")[0].splitlines()[2:]
    assert set(re.findall(r"`(\w+)`", "".join(line.split(" | ")[0] for line in lines))) == {*found, "start"}
