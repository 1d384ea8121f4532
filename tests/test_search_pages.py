"""The pages about searching say what was measured."""

import subprocess
import sys
from pathlib import Path

from descant.evaluation.rows import headlines, saved_rows

ROOT = Path(__file__).parent.parent


def test_their_tables_are_current():
    done = subprocess.run([sys.executable, ROOT / "tools" / "searches.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_is_refused_and_what_is_taken_for_known_stand_in_the_readme():
    """Top-1 counts clips that the command refuses: its own rate stands beside it, and so do the false accepts."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [row for row in headlines(saved_rows("find")) if row["system"] == "landmarks"]
    lines = {metric: {row["data"] for row in shown if row["metric"] == metric} for metric in ("top-1", "told")}
    assert lines["top-1"] == lines["told"]
    accepts = [row["data"] for row in shown if row["metric"] == "false accepts"]
    assert len(accepts) == 3
    for data in accepts:
        assert f"| clip | landmarks | {data} | false accepts |" in readme
    for data in lines["top-1"]:
        assert readme.count(f"landmarks | {data} | top-1 |") == readme.count(f"landmarks | {data} | told |")
    assert readme.count(" | told | ") == 5
