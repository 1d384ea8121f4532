"""What the README says is what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_tables_are_current():
    done = subprocess.run([sys.executable, ROOT / "tools" / "readme.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_its_pictures_exist():
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("link", sorted(set(re.findall(r"(?<!!)\[[^]]*\]\(([^)#]+)\)", README))))
def test_its_links_lead_somewhere(link):
    assert link.startswith("https://") or (ROOT / link).exists()


def test_every_command_it_shows_exists():
    from typer.main import get_command

    from descant.cli.main import app

    commands = get_command(app).commands
    shown = [block for block in re.findall(r"^```$(.*?)^```$", README, re.MULTILINE | re.DOTALL) if "descant " in block]
    names = re.findall(r"^descant ([a-z]+)", "\n".join(shown), re.MULTILINE)
    assert len(names) > 5
    assert set(names) <= set(commands)
