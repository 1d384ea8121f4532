"""The worst items, written as JSON lines."""

import json

from descant.evaluation.worst import WorstItem, save_worst


def test_items_are_written_one_a_line(tmp_path):
    item = WorstItem(task="key", system="s", data="d", metric="Weighted Score", id="Für Elise", value=0.123456)
    [line] = save_worst([item], tmp_path / "worst.json").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {**item, "value": 0.1235}
    assert "Für" in line
