"""The pages about searching say what was measured."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_their_tables_are_current():
    done = subprocess.run([sys.executable, ROOT / "tools" / "searches.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
