"""A command that searches, run in a made-up library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner, Result


class Searched:
    """One command by itself."""

    def __init__(self, command: Callable[..., None]) -> None:
        self.app = typer.Typer()
        self.app.command()(command)

    def run(self, library: Path, *arguments: str) -> Result:
        """What it prints, and its exit code."""
        return CliRunner().invoke(self.app, [*arguments, "--library", str(library)])

    def document(self, library: Path, *arguments: str) -> dict[str, Any]:
        """Its JSON."""
        result = self.run(library, *arguments, "--json", "-")
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found
