"""The models' pages say what the cards, the measured rows and the registry say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from descant import weights
from descant.cli.main import app
from descant.evaluation.worst import WorstItem, save_worst
from descant.pipelines.listen import listening_plan
from descant.registry import find

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "models").glob("*.md"))


def test_their_blocks_are_current():
    done = subprocess.run([sys.executable, ROOT / "tools" / "pages.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", weights.names())
def test_every_shipped_model_has_a_page_with_its_picture(name, pages):
    name = pages.page_of(name)
    page = ROOT / "docs" / "models" / f"{name}.md"
    assert page.exists()
    assert re.findall(r"!\[[^]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8")) == [f"{name}.png"]
    assert page.with_suffix(".png").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_calls_it_shows_can_be_planned(page):
    text = page.read_text(encoding="utf-8")
    commands = set(re.findall(r"^descant (\w+)", text, re.MULTILINE))
    assert commands
    assert commands <= {command.name or command.callback.__name__ for command in app.registered_commands}
    lines = dict(re.findall(r"--use (\w+)=([\w-]+)", text))
    python = [dict(re.findall(r'"(\w+)": "([\w-]+)"', found)) for found in re.findall(r"use=\{(.*?)\}", text)]
    assert python == ([lines] if lines else [])
    assert set(lines.values()) <= {step.name for step in listening_plan(list(lines), lines)}
    for name in re.findall(r"--use ([\w-]+)$", text, re.MULTILINE) + re.findall(r'use="([\w-]+)"', text):
        assert find(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_files_it_names_exist(page):
    named = re.findall(r"`((?:src|docs|tools)/[\w/.]+)`?", page.read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_latency_told_of_is_the_models():
    from descant.transcription.autoregressive_multistate import LATENCY

    page = ROOT / "docs" / "models" / "autoregressive_multistate.md"
    assert f"{LATENCY * 1000:.0f} ms at most" in " ".join(page.read_text(encoding="utf-8").split())


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import pages

    return pages


def test_worst_items_are_grouped_by_task_and_data(pages, monkeypatch, tmp_path):
    rows = (("key", "key-net", "a", "1", 0.25), ("key", "key-net", "a", "2", 0.5), ("key", "key-net", "b", "3", 0.0))
    others = (("key", "key-profiles", "a", "4", 0.1),)
    items = [
        WorstItem(task=task, system=system, data=data, metric="score", id=name, value=value)
        for task, system, data, name, value in (*rows, *others)
    ]
    monkeypatch.setattr(pages, "WORST", (save_worst(items, tmp_path / "worst.json"),))
    found = "key, a (score):\n\n- 0.250 `1`\n- 0.500 `2`\n\nkey, b (score):\n\n- 0.000 `3`"
    assert pages.worst_block("key_net") == found


def test_what_is_not_there_is_said_in_words(pages, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "WORST", (tmp_path / "worst.json",))
    assert pages.worst_block("key_net") == "Not measured yet."
    assert pages.weights_block("no_such_model") == "No weights are shipped yet."
