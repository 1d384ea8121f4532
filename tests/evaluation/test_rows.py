"""Rows: to JSON lines and back, tables, and the rows that are part of the package."""

import json

import pytest
from rich.console import Console

from descant.evaluation.rows import (
    COMMANDS,
    FIELDS,
    Row,
    baseline_figures,
    figures,
    json_lines,
    markdown_table,
    read_rows,
    save,
    saved_rows,
    table,
)

ROW = Row(
    task="beat",
    system="bar-pointer-hmm",
    data="pop909/test",
    metric="F-measure",
    value=0.812345,
    n=91,
    baseline=0.7,
    baseline_system="ellis-dp",
    rendered="TimGM6mb",
)
BARE = Row(**{**ROW, "baseline": None, "baseline_system": None, "rendered": None})


def test_json_lines_hold_every_field_and_come_back(tmp_path):
    lines = json_lines([ROW, BARE]).splitlines()
    assert [list(json.loads(line)) for line in lines] == [list(FIELDS)] * 2
    assert json.loads(lines[0])["value"] == 0.8123
    back = read_rows(save([ROW, BARE], tmp_path / "rows.json").read_text())
    assert back == [{**ROW, "value": 0.8123}, {**BARE, "value": 0.8123}]


def test_unknown_fields_are_ignored():
    assert read_rows(json.dumps({**ROW, "later": 1})) == [ROW]


def test_the_markdown_table_has_a_line_a_row():
    text = markdown_table([ROW, BARE]).splitlines()
    assert len(text) == 4
    assert text[2] == "| beat | bar-pointer-hmm | pop909/test | F-measure | 0.812 | 91 | 0.700 | ellis-dp | TimGM6mb |"
    assert text[3].endswith("| 0.812 | 91 | - | - | - |")
    assert len({line.count("|") for line in text}) == 1
    assert "| mean_ms | 1234.6 | 91 | 0.700 |" in markdown_table([{**ROW, "metric": "mean_ms", "value": 1234.567}])
    assert markdown_table([]) == "Not measured yet."


def test_the_table_names_the_baseline():
    console = Console(width=160, record=True)
    with console.capture() as captured:
        console.print(table([ROW], "title"))
    assert "ellis-dp" in captured.get()


@pytest.mark.parametrize("suite", COMMANDS)
def test_every_suite_has_saved_rows_each_figure_once(suite):
    rows = saved_rows(suite)
    assert rows
    assert all(set(row) == set(FIELDS) for row in rows)
    assert len({(row["task"], row["system"], row["data"], row["metric"]) for row in rows}) == len(rows)


def test_saved_rows_are_rows():
    for row in saved_rows("listen"):
        assert set(row) == set(FIELDS)
        assert 0.0 <= row["value"] <= 1.0
        assert row in figures(row["system"])
        assert row["baseline_system"] is None or row in baseline_figures(row["baseline_system"])
    assert saved_rows("a suite that does not exist") == []
    assert figures("no such transform") == baseline_figures("no such transform") == []
