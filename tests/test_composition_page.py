"""The page of composition says what was measured."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_its_table_is_current():
    done = subprocess.run([sys.executable, ROOT / "tools" / "chorales.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
