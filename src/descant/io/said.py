"""What a reader assumed or left out, said once when it has read: each kind with its first place and how often."""

from __future__ import annotations

import warnings
from pathlib import Path

from descant.errors import DescantWarning


class AssumedWarning(DescantWarning):
    """A file leaves something open, or says something that nothing can be made of; the message says what was done."""


class Said:
    """The words of one reading."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, int]] = {}  # by what was done: where first, and how often

    def add(self, what: str, where: str = "", times: int = 1) -> None:
        """Something that was done at a place; said of several places, only the first is named."""
        first, count = self._found.get(what, (where, 0))
        self._found[what] = first, count + times

    def warn(self, path: str | Path) -> None:
        """Give one warning of each kind."""
        for what, (where, count) in self._found.items():
            place = f"{where}: " if where else ""
            more = f" ({count:,} times)" if count > 1 else ""
            warnings.warn(f"{path}: {place}{what}{more}", AssumedWarning, stacklevel=3)
